"""The catalogue's photos made ready: which there are, their vectors, their near-duplicates, and caches of both."""
