// The studio's curation.
