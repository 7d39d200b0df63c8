"""Everything that the offline jobs can refuse, as one tree.

IndexerError
├── EmptyCatalogError       there is nothing to index
├── BuildRunningError       another build holds the lock
├── EvaluationRunningError  another evaluation of the catalogue holds its lock
├── LabelCheckRunningError  another check of the catalogue's labels holds its lock
├── ClusterError            Ray isn't there, or a Ray cluster can't embed
├── StorageError            the index or cache can't be written
├── MissingPackageError     a package that only training and evaluating need is not installed
├── TrainingDataError       a source that nothing can be learned from
└── TrainingDivergedError   a training whose numbers have grown beyond all bounds
"""

from collections.abc import Iterator
from contextlib import contextmanager

TRAINING_PACKAGES = frozenset({"cleanlab", "keras", "pandas", "tensorflow"})  # of the extra "train"


class IndexerError(Exception):
    """The root: catch it to catch every error that this package raises on purpose."""


class EmptyCatalogError(IndexerError):
    """The catalogue has no product with a usable photo."""


class BuildRunningError(IndexerError):
    """Another process is building this index right now."""


class EvaluationRunningError(IndexerError):
    """Another process is evaluating this catalogue right now."""


class LabelCheckRunningError(IndexerError):
    """Another process is checking this catalogue's labels right now."""


class ClusterError(IndexerError):
    """Ray isn't installed, or its cluster can't be reached or can't embed photos."""


class StorageError(IndexerError):
    """Writing failed: no space, no permission, or a broken cache file."""


class TrainingDataError(IndexerError):
    """Too few classes or photos to learn from."""


class TrainingDivergedError(IndexerError):
    """A training's loss is no number any more, so nothing is learned from there on."""


class MissingPackageError(IndexerError):
    """Vitrina was installed without the extra ``train``, and this work needs it."""


@contextmanager
def tell_missing_packages() -> Iterator[None]:
    """Turn a failed import of a package of the extra ``train`` into an error that says how to install it.

    Raises:
        MissingPackageError: such a package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in TRAINING_PACKAGES:
            raise
        raise MissingPackageError(
            f"This needs the package {package}, and Vitrina was installed without what trains, evaluates and checks "
            "labels. Install that: pip install -c constraints.txt -e '.[train]', or make install for everything."
        ) from error
