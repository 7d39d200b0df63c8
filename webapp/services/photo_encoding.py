"""A shopper's photo becomes a query: decoded and embedded once, and remembered where there is a memory."""

import os
import threading
import time
from typing import Protocol

from PIL import Image

from search.engine import SearchEngine
from search.photo import Box
from search.query import Query

# Photos that are embedded at once in a process; each more would take the memory of a network, and no time less.
EMBEDDING = threading.BoundedSemaphore(min(4, os.cpu_count() or 1))


class SearchablePhoto(Protocol):
    """A shopper's photo, wherever it lies, and the memory of what was embedded of it, if there is one."""

    def decode(self, box: Box | None) -> Image.Image:
        """The photo, or the part of it in a box, as it is embedded; raises PhotoError, QueryError."""

    def recall(self, box: Box | None) -> Query | None:
        """What was embedded of this part of the photo, if that is remembered."""

    def remember(self, box: Box | None, query: Query) -> None:
        """Keep what was embedded of this part of the photo, if there is a memory."""


def encode_photo(engine: SearchEngine, photo: SearchablePhoto, box: Box | None) -> tuple[Query, dict[str, float]]:
    """A photo, or a part of it, as a query of an engine; and the milliseconds for decoding and embedding it.

    Nothing is decoded or embedded if the photo remembers what was embedded of this part of it.

    Raises:
        PhotoError: the bytes can't be used as a photo.
        QueryError: the box is outside the photo.
    """
    remembered = photo.recall(box)
    query = engine.adopt(remembered) if remembered else None
    times = [time.perf_counter()] * 3
    if query is None:
        image = photo.decode(box)
        times[1] = time.perf_counter()
        with EMBEDDING:
            query = engine.encode(image)
        times[2] = time.perf_counter()
    if query is not remembered:
        photo.remember(box, query)
    return query, {"decode": (times[1] - times[0]) * 1000, "embed": (times[2] - times[1]) * 1000}
