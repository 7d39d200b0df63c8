"""How many clicks a process takes in a second, so that a script that hammers fills no disk."""

import threading
import time
from collections import OrderedDict

CLICKS_PER_SECOND = 20.0  # in each process, of all visitors; what comes faster is no shopper's
CLICK_BURST = 200
CLICKS_PER_SECOND_OF_A_CLIENT = 2.0  # people don't click faster, and a script leaves room for the others
CLICK_BURST_OF_A_CLIENT = 60
MOST_CLIENTS = 10_000  # that are remembered


class Bucket:
    """A bucket that fills evenly and that each click, or request, takes one unit from."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = float(burst)
        self._filled_at = time.monotonic()

    def take(self) -> bool:
        """Whether a unit was left; if so, it is taken."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def seconds_to_next(self) -> float:
        """How long it takes until a unit is left."""
        return max(0.0, (1 - self._left) / self._per_second)


class ClickPace:
    """A bucket for each visitor, and one that they all share."""

    def __init__(
        self,
        per_second: float = CLICKS_PER_SECOND,
        burst: int = CLICK_BURST,
        *,
        per_second_of_a_client: float = CLICKS_PER_SECOND_OF_A_CLIENT,
        burst_of_a_client: int = CLICK_BURST_OF_A_CLIENT,
    ) -> None:
        self._of_all = Bucket(per_second, burst)
        self._of_a_client = (per_second_of_a_client, burst_of_a_client)
        self._clients: OrderedDict[str, Bucket] = OrderedDict()  # the one seen last at the end
        self._lock = threading.Lock()

    def take(self, client: str) -> bool:
        """Whether one more click of a client may be taken now; if so, it is counted.

        Args:
            client: from ``client_network``.
        """
        with self._lock:
            bucket = self._clients.pop(client, None) or Bucket(*self._of_a_client)
            self._clients[client] = bucket
            if len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
            return bucket.take() and self._of_all.take()
