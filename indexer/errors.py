"""Everything that the offline jobs can refuse, as one tree.

IndexerError
├── EmptyCatalogError       there is nothing to index
├── BuildRunningError       another build holds the lock
├── AppraisalRunningError   another appraisal holds its lock
├── StorageError            the index or cache can't be written
└── TrainingDataError       a source that nothing can be learned from
"""


class IndexerError(Exception):
    """The root: catch it to catch every error that this package raises on purpose."""


class EmptyCatalogError(IndexerError):
    """The catalogue has no product with a usable photo."""


class BuildRunningError(IndexerError):
    """Another process is building this index right now."""


class AppraisalRunningError(IndexerError):
    """Another process is appraising this catalogue right now."""


class StorageError(IndexerError):
    """Writing failed: no space, no permission, or a broken cache file."""


class TrainingDataError(IndexerError):
    """Too few classes or photos to learn from."""
