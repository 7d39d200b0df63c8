"""Backups: one file with the catalogue, the secret and the index of a data directory, and the way back from it."""
