"""Work that several requests may want at once: it is done once, and no request waits for it longer than it says."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from webapp.errors import ShopBusyError

MOST = 64  # pieces of work that may be under way at once in a process
_BUSY = "The shop is busy with other photos. Ask again in a few seconds."


class SingleFlight:
    """Does work in threads of its own, which go on when nobody waits any more; whoever asks later finds it done.

    Args:
        most: pieces of work at once; further ones are refused.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._under_way: dict[Path, Future[bytes]] = {}
        self._lock = threading.Lock()

    def do(self, target: Path, work: Callable[[], bytes], wait_seconds: float) -> bytes:
        """What ``work`` returns, or raises; of those who ask for the same target meanwhile, only the first has it done.

        Args:
            target: what is asked for.
            work: makes it.
            wait_seconds: how long to wait for it.

        Raises:
            ShopBusyError: it wasn't done in time, or too much is under way.
        """
        with self._lock:
            result = self._under_way.get(target)
            if result is None:
                if len(self._under_way) >= self._most:
                    raise ShopBusyError(_BUSY)
                result = self._begin(target, work)
        try:
            return result.result(wait_seconds)
        except TimeoutError:
            if result.done():  # it was the work that raised it
                raise
            raise ShopBusyError(_BUSY) from None

    def _begin(self, target: Path, work: Callable[[], bytes]) -> "Future[bytes]":
        """Have work done in a thread; the caller holds the lock."""
        result: Future[bytes] = Future()
        try:
            threading.Thread(target=self._run, args=(target, work, result), name="photo", daemon=True).start()
        except RuntimeError:  # the system gives no thread at the moment
            raise ShopBusyError(_BUSY) from None
        self._under_way[target] = result
        return result

    def _run(self, target: Path, work: Callable[[], bytes], result: "Future[bytes]") -> None:
        try:
            done = work()
        except BaseException as error:
            self._forget(target)
            result.set_exception(error)
        else:
            self._forget(target)
            result.set_result(done)

    def _forget(self, target: Path) -> None:
        with self._lock:
            self._under_way.pop(target, None)
