"""How much a process decodes at once, so that many photos together take no more memory than a few."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from search.errors import DecodingBusyError
from search.photos import limits


class DecodingRoom:
    """Lets photos be decoded side by side, as far as there is memory for them.

    Ordinary photos share one room. A large photo waits for the other large ones and for none of the ordinary ones, so
    that whoever sends large photos keeps nobody else waiting.
    """

    def __init__(self, ordinary_bytes: int = limits.ORDINARY_ROOM_BYTES) -> None:
        self.observe_wait: Callable[[float], object] = lambda seconds: None  # is told how long each photo has waited
        self._ordinary_bytes = ordinary_bytes
        self._taken = 0
        self._freed = threading.Condition()
        self._large = threading.Lock()

    @contextmanager
    def take(self, cost_bytes: int, wait_seconds: float | None = None) -> Iterator[None]:
        """Room for a photo that takes ``cost_bytes`` to decode, for as long as the block runs.

        Args:
            cost_bytes: of memory, at the peak.
            wait_seconds: how long to wait for it; None: for as long as it takes.

        Raises:
            DecodingBusyError: there was none within ``wait_seconds``.
        """
        began = time.monotonic()
        if cost_bytes > limits.ORDINARY_BYTES:
            if not self._large.acquire(timeout=-1 if wait_seconds is None else wait_seconds):
                raise _busy()
            try:
                self.observe_wait(time.monotonic() - began)
                yield
            finally:
                self._large.release()
            return
        with self._freed:
            fits = self._freed.wait_for(lambda: self._taken + cost_bytes <= self._ordinary_bytes, wait_seconds)
            if not fits:
                raise _busy()
            self._taken += cost_bytes
        try:
            self.observe_wait(time.monotonic() - began)
            yield
        finally:
            with self._freed:
                self._taken -= cost_bytes
                self._freed.notify_all()


def _busy() -> DecodingBusyError:
    return DecodingBusyError("Too many photos are being read at the moment. Send the photo again in a few seconds.")


ROOM = DecodingRoom()  # of this process
if hasattr(os, "register_at_fork"):
    # A forked process decodes nothing yet, whatever its parent's threads were doing.
    os.register_at_fork(after_in_child=lambda: ROOM.__init__())  # type: ignore[misc]
