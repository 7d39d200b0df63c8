"""A dry run of an import: what a source is, what would come of it, and what would make searches in it better."""
