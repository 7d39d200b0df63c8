"""How many clicks a process takes in a second, so that a script that hammers fills no disk."""

import threading
import time

CLICKS_PER_SECOND = 20.0  # in each process; people don't click so fast, so whatever is faster is no shopper
CLICK_BURST = 200


class ClickPace:
    """A bucket that fills evenly and that each click takes one unit from; all visitors share it."""

    def __init__(self, per_second: float = CLICKS_PER_SECOND, burst: int = CLICK_BURST) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = float(burst)
        self._filled_at = time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether one more click may be taken now; if so, it is counted."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._burst, self._left + (now - self._filled_at) * self._per_second)
            self._filled_at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True
