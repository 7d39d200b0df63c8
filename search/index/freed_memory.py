"""Gives memory back to the system that Python, Arrow and the C library hold though nothing is in it any more.

Opening a large index takes much for a moment, and each worker process would keep it for good.
"""

import contextlib
import ctypes

import pyarrow as pa


def give_back() -> None:
    """Do it now, which takes milliseconds; where the C library isn't glibc, what it holds stays with it."""
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
