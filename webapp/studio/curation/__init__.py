"""Curation: the rules that pin, boost, bury and hide products, and which categories go with which."""
