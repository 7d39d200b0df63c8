"""A small shop to which accidents happen while something works on it; ``kills.py`` and ``full_disk.py`` share it."""
