"""Work on many photos in threads, as many at a time as memory has room for."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

_AHEAD = 4  # photos in flight for each thread

Work = TypeVar("Work")
Outcome = TypeVar("Outcome")


def run_in_threads(do: Callable[[Work], Outcome], work: Iterable[Work], *, thread_name: str) -> Iterator[Outcome]:
    """Outcomes as they come, in any order, never holding more photos than a few for each thread.

    Args:
        do: runs in threads, one for each core.
        work: what ``do`` is called with, read only as fast as it is worked off.
        thread_name: how the threads' names begin.
    """
    threads = os.cpu_count() or 1
    waiting = iter(work)
    with ThreadPoolExecutor(threads, thread_name_prefix=thread_name) as pool:
        running: set[Future[Outcome]] = set()
        try:
            while True:
                for one in islice(waiting, threads * _AHEAD - len(running)):
                    running.add(pool.submit(do, one))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
