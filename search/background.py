"""Work that a thread does beside the one that asks for it, one piece at a time."""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


def work_beside(lock: threading.Lock, work: Callable[[], object], name: str) -> None:
    """Do work in a thread of its own, which holds a lock meanwhile.

    Where the system gives no thread at the moment, as when too many are running, the work isn't done, and whoever looks
    next tries again: a lock that stayed taken would stop it for as long as the process runs.

    Args:
        lock: the caller has taken it; it is free again when the work has ended.
        work: what it raises ends up in the thread's own report.
        name: of the thread.
    """

    def run() -> None:
        try:
            work()
        finally:
            lock.release()

    try:
        threading.Thread(target=run, name=name, daemon=True).start()
    except RuntimeError as error:
        lock.release()
        _log.warning("No thread for %s: %s", name, error)
