"""How many requests a minute a process answers to each caller of the API."""

import math
import os
import threading
from collections import OrderedDict

from webapp.errors import ServerStartError, TooManyRequestsError
from webapp.services.click_pace import MOST_CLIENTS, Bucket

SETTING = "VITRINA_API_PER_MINUTE"
DEFAULT_PER_MINUTE = 600
MOST_PER_MINUTE = 1_000_000


def configured_per_minute() -> int:
    """The setting, for callers whose key has no limit of its own; raises ServerStartError if it is no such number."""
    text = os.environ.get(SETTING, "").strip() or str(DEFAULT_PER_MINUTE)
    if not (text.isascii() and text.isdigit()) or len(text) > 8 or not 1 <= int(text) <= MOST_PER_MINUTE:
        raise ServerStartError(f"{SETTING} is {text[:40]!r}; a whole number from 1 to {MOST_PER_MINUTE} is needed.")
    return int(text)


class RequestPace:
    """A bucket for each caller, which holds as many requests as may come in a minute and fills evenly."""

    def __init__(self, per_minute: int = DEFAULT_PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._callers: OrderedDict[tuple[str, int], Bucket] = OrderedDict()  # the one seen last at the end
        self._lock = threading.Lock()

    def take(self, caller: str, per_minute: int | None = None) -> None:
        """Count a request; raises TooManyRequestsError, which says when the next one may come.

        Args:
            caller: the key, or the network of a client without one.
            per_minute: the caller's own limit; None: that of the setting.
        """
        limit = per_minute or self._per_minute
        with self._lock:
            bucket = self._callers.pop((caller, limit), None) or Bucket(limit / 60, limit)
            self._callers[(caller, limit)] = bucket
            if len(self._callers) > MOST_CLIENTS:
                self._callers.popitem(last=False)
            if not bucket.take():
                wait = max(1, math.ceil(bucket.seconds_to_next()))
                raise TooManyRequestsError(
                    f"This is more than {limit} requests a minute. The next one may come in {wait} s.", wait
                )
