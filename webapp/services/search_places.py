"""How many searches are answered at once: of one visitor, and in all. The rest is asked to come back in a moment."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from webapp.errors import ShopBusyError, TooManySearchesError

OF_A_CLIENT = 8  # searches at once in a process; a household or an office is one client
IN_ALL = 12  # in a process, so that its further threads answer whoever doesn't search


class SearchPlaces:
    """Counts the searches that a process is answering."""

    def __init__(self, of_a_client: int = OF_A_CLIENT, in_all: int = IN_ALL) -> None:
        self._of_a_client = of_a_client
        self._in_all = in_all
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def take(self, client: str) -> Iterator[None]:
        """A place for a search of a client, for as long as the block runs.

        Args:
            client: from ``client_network``.

        Raises:
            TooManySearchesError: the client has as many places as one client may have.
            ShopBusyError: all places are taken.
        """
        with self._lock:
            if self._taken[client] >= self._of_a_client:
                raise TooManySearchesError(
                    f"{self._of_a_client} searches of yours are being answered already. Send the next one in a moment."
                )
            if self._taken.total() >= self._in_all:
                raise ShopBusyError("The shop is answering as many searches as it can. Try again in a moment.")
            self._taken[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[client] -= 1
                if not self._taken[client]:
                    del self._taken[client]
