"""The exports of shop platforms and feeds, one file each, and the registry that recognises them."""
