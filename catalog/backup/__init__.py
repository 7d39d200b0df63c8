"""Backups: one file with everything of a data directory that can't be made again, and the way back from it."""
