"""What each host is asked: how often at a time, how long after it said no, and whether it is asked any more."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from catalog.errors import DownloadError

T = TypeVar("T")

TRIES = 4
FIRST_PAUSE_SECONDS = 1.0  # doubles from try to try, and is drawn between a half and the whole of it
LONGEST_PAUSE_SECONDS = 60.0  # a host that asks to wait longer is left alone until the next import
FAILURES_IN_A_ROW = 12  # after which a host counts as down


@dataclass
class _Host:
    not_before: float = 0.0  # of time.monotonic
    failures: int = 0  # downloads in a row that all tries couldn't save
    down: str = ""  # why it isn't asked any more


class Hosts:
    """Repeats what may succeed later, and leaves hosts alone that ask for it; threads may share one object.

    Args:
        sleep: waits for a number of seconds.
    """

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def attempt(self, name: str, download: Callable[[], T]) -> T:
        """The result of a download, after as many tries as it takes.

        Raises:
            DownloadError: no try succeeded, another one can't, or the host isn't asked any more.
        """
        with self._lock:
            host = self._hosts.setdefault(name, _Host())
        for tried in range(1, TRIES + 1):
            self._wait_turn(host)
            try:
                result = download()
            except DownloadError as error:
                if not error.again:
                    host.failures = 0  # it has answered
                    raise
                self._note_failure(name, host, error, tried)
            else:
                host.failures = 0
                return result
        raise AssertionError  # the last failure is raised

    def _wait_turn(self, host: _Host) -> None:
        if host.down:
            raise DownloadError(host.down, again=True)
        wait = host.not_before - time.monotonic()
        if wait > 0:
            self._sleep(wait)

    def _note_failure(self, name: str, host: _Host, error: DownloadError, tried: int) -> None:
        """Plan the next try, or raise if there is none."""
        asked = error.wait_seconds or 0.0
        if asked > LONGEST_PAUSE_SECONDS:
            host.down = (
                f"{error} {name} asks to wait for {asked:,.0f} seconds, so it is asked again by the next import."
            )
            raise DownloadError(host.down, again=True) from error
        if tried == TRIES:
            host.failures += 1
            if host.failures >= FAILURES_IN_A_ROW:
                host.down = (
                    f"{name} failed {FAILURES_IN_A_ROW} times in a row, the last time because: {error} "
                    "It is asked again by the next import."
                )
            raise error
        pause = max(asked, FIRST_PAUSE_SECONDS * 2 ** (tried - 1) * random.uniform(0.5, 1))  # noqa: S311 - no secret
        if asked:
            host.not_before = max(host.not_before, time.monotonic() + pause)  # all who ask this host wait
        else:
            self._sleep(pause)
