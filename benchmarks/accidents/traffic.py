"""A program that creates, changes and deletes products through the API, and remembers what was acknowledged."""

import http.client
import random
import threading
from contextlib import suppress

from accidents.killable_server import KillableServer

NO_ANSWER = (OSError, http.client.HTTPException, ValueError)  # a JSON text that is cut off is a ValueError
_ACKNOWLEDGED = (200, 201, 204)


class Traffic:
    """Changes of products, one after the other.

    Args:
        server: that takes them.
        rng: draws them.
    """

    def __init__(self, server: KillableServer, rng: random.Random) -> None:
        self._server = server
        self._rng = rng
        self._photos = [product.photos[0].path.read_bytes() for product in server.products[:20]]
        self._prices: dict[str, int | None] = {}  # cents, as acknowledged; None: it was deleted
        self._unsure: dict[str, tuple[int | None, int | None]] = {}  # former and asked price of what wasn't answered
        self._count = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.acknowledged = 0
        self.statuses: set[int] = set()  # since ``begin``

    def begin(self) -> None:
        """Send changes until ``stop``, or until there is no answer."""
        self._stop.clear()
        self.statuses = set()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """Send no more, and wait until the last one is through."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def change_one(self) -> int:
        """The status of the answer to one change; raises one of ``NO_ANSWER`` if there is none."""
        living = [product_id for product_id, cents in self._prices.items() if cents is not None]
        method = self._rng.choice(("PUT", "PATCH", "DELETE")) if living else "PUT"
        cents = None if method == "DELETE" else self._rng.randrange(100, 90_000)
        self._count += method == "PUT"
        product_id = f"live-{self._count}" if method == "PUT" else self._rng.choice(living)
        fields: dict[str, object] = {} if cents is None else {"price": cents / 100}
        if method == "PUT":
            fields |= {"category": "Bags", "title": f"New {self._count}"}
        self._unsure[product_id] = (self._prices.get(product_id), cents)
        photo = self._rng.choice(self._photos) if method == "PUT" else None
        status, _ = self._server.send(method, f"/api/v1/products/{product_id}", fields, photo)
        if status in _ACKNOWLEDGED:
            self._prices[product_id] = cents
            self.acknowledged += 1
        del self._unsure[product_id]
        self.statuses.add(status)
        return status

    def lost(self) -> list[str]:
        """What was acknowledged and isn't there; what wasn't must be as it was, or as it was to be."""
        found = []
        for product_id, prices in self._unsure.items():
            there = [cents for cents in prices if self._server.holds(product_id, cents)]
            if there:
                self._prices[product_id] = there[0]
            else:
                found.append(f"{product_id} is half changed")
        self._unsure.clear()
        return found + [one for one, cents in self._prices.items() if not self._server.holds(one, cents)]

    def _run(self) -> None:
        with suppress(*NO_ANSWER):
            while not self._stop.is_set():
                self.change_one()
