"""Builds of the index: embedding, the shop's categories, match grades and balance, and the published snapshot."""
