"""Samples of platforms' exports, and what must become of them."""
