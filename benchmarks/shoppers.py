"""Shoppers who ask a running shop one thing after the other until they are told to stop, and note what they saw.

They print nothing.
"""

import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import quote, unquote

SEARCH, RESULTS, PRODUCT = "search by API", "results page", "product page"
NO_ANSWER = 0  # in place of a status
TIMEOUT_SECONDS = 30.0
_LINK = re.compile(r'href="/products/([^"?#/]+)"')  # of products, not of the lists beside them


@dataclass(frozen=True)
class Seen:
    """One answer."""

    kind: str
    at: float  # time.monotonic() when it was asked for
    seconds: float
    status: int
    snapshot: str | None = None  # id of the index, where the answer names it
    product_ids: frozenset[str] = frozenset()  # that it shows
    reason: str = ""  # of a failure


class Shoppers:
    """So many threads that go on asking.

    Args:
        address: of the shop.
        photos: to search for.
        product_ids: to look at.
        count: how many shoppers.
        pause: seconds that each of them waits between two questions.
    """

    def __init__(
        self, address: str, photos: Sequence[bytes], product_ids: Sequence[str], count: int, pause: float = 0.0
    ) -> None:
        self._address = address
        self._photos = photos
        self._product_ids = product_ids
        self._count = count
        self._pause = pause
        self._ended = threading.Event()
        self.seen: list[Seen] = []

    @contextmanager
    def asking(self) -> Iterator[None]:
        """They ask until the block ends."""
        threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(self._count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def _go_on(self, number: int) -> None:
        while not self._ended.wait(self._pause):
            number += 1
            photo = self._photos[number % len(self._photos)]
            product_id = self._product_ids[number * 7 % len(self._product_ids)]
            kind = (SEARCH, RESULTS, PRODUCT)[number % 3]
            self.seen.append(self._ask(kind, photo, product_id))

    def _ask(self, kind: str, photo: bytes, product_id: str) -> Seen:
        at = time.monotonic()
        try:
            if kind == PRODUCT:
                request = urllib.request.Request(f"{self._address}/products/{quote(product_id)}")  # noqa: S310
            else:
                path = "/api/v1/search" if kind == SEARCH else "/search"
                request = _photo_request(self._address + path, photo)
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - our own server
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return Seen(kind, at, time.monotonic() - at, error.code, reason=error.read().decode(errors="replace")[:300])
        except (OSError, HTTPException) as error:
            return Seen(kind, at, time.monotonic() - at, NO_ANSWER, reason=repr(error)[:300])
        seconds = time.monotonic() - at
        if kind != SEARCH:
            return Seen(kind, at, seconds, status, product_ids=frozenset(map(unquote, _LINK.findall(text))))
        found = json.loads(text)
        shown = frozenset(one["product_id"] for part in ("similar", "goes_with") for one in found[part])
        return Seen(kind, at, seconds, status, found["snapshot"]["id"], shown)


def _photo_request(address: str, photo: bytes) -> urllib.request.Request:
    head = b'--frontier\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n\r\n'
    body = head + photo + b"\r\n--frontier--\r\n"
    return urllib.request.Request(  # noqa: S310 - our own server
        address, body, {"Content-Type": "multipart/form-data; boundary=frontier"}
    )
