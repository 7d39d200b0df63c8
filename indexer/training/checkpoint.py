"""The state of a training on disk, written whole or not at all."""

import os
import zipfile
import zlib
from pathlib import Path
from tokenize import TokenError

import numpy as np

from indexer.errors import StorageError, TrainingDataError

# What NumPy, its parser of headers and zipfile say of bytes that make no sense.
_DAMAGE = (
    EOFError,
    ValueError,
    KeyError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    TokenError,
)
_HUGE = (MemoryError, OverflowError)  # what they say of a size in such a header


def save_checkpoint(path: Path, state: dict[str, np.ndarray]) -> None:
    """Replace the checkpoint; a stop at any instant leaves the old one or the new one.

    Raises:
        StorageError: the disk is full or read-only; the old checkpoint is still there.
    """
    partial = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez(file, **state)  # type: ignore[arg-type]  # its stub takes allow_pickle for the first of them
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"The checkpoint {path} can't be written: {error.strerror or error}. Make room and go on with --resume."
        ) from error


def load_checkpoint(path: Path) -> dict[str, np.ndarray]:
    """What ``save_checkpoint`` wrote.

    Raises:
        TrainingDataError: there is none, it can't be read, or it is broken.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return dict(file)
    except FileNotFoundError as error:
        raise TrainingDataError(
            f"There is no checkpoint {path} to resume from; leave --resume away to begin."
        ) from error
    except OSError as error:
        raise TrainingDataError(
            f"The checkpoint {path} can't be read: {error.strerror or error}. Once it can, go on with --resume."
        ) from error
    except (*_DAMAGE, *_HUGE) as error:
        raise TrainingDataError(
            f"The checkpoint {path} is broken ({error}); delete {path.parent} and begin again without --resume."
        ) from error
