"""The index: which one is live, what it lacks, what couldn't be used, and the earlier ones."""
