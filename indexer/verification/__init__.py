"""Whether everything in a data directory is whole: the index, the caches and the database."""
