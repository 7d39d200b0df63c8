"""Work that must not run twice at the same time, however its process ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from indexer.errors import IndexerError
from search.files import exclusive


@contextmanager
def only_run(lock: Path, refusal: IndexerError) -> Iterator[None]:
    """Hold the lock of a file during the block; the system frees it when the process dies.

    Args:
        lock: the lock file.
        refusal: what is raised where another process holds the lock.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(lock))
        except BlockingIOError as error:
            raise refusal from error
        yield
