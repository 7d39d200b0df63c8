"""Photos that a search has at hand as they were sent, and what a process remembers of those that come again."""

import hashlib
import threading
from collections import OrderedDict
from functools import cached_property

from PIL import Image

from search.photo import Box
from search.query import Query
from webapp.services.photo_decoding import decode_original

_MOST_QUERIES = 256

_Key = tuple[str, Box | None]


class QueryMemory:
    """The queries of the photos that were searched last; one object serves all threads of a process."""

    def __init__(self, most: int = _MOST_QUERIES) -> None:
        self._most = most
        self._queries: OrderedDict[_Key, Query] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> Query | None:
        """The query of a photo and a part of it; None if it isn't remembered."""
        with self._lock:
            if key in self._queries:
                self._queries.move_to_end(key)
            return self._queries.get(key)

    def put(self, key: _Key, query: Query) -> None:
        """Remember a query, and forget the one that wasn't asked for the longest if there are too many."""
        with self._lock:
            self._queries[key] = query
            self._queries.move_to_end(key)
            if len(self._queries) > self._most:
                self._queries.popitem(last=False)


class SentPhoto:
    """The bytes of a photo, as a ``SearchablePhoto``.

    Args:
        content: the bytes of the file.
        memory: where its queries are remembered; None forgets them, as is right for what shoppers send.
    """

    def __init__(self, content: bytes, memory: QueryMemory | None = None) -> None:
        self.content = content
        self._memory = memory
        self._sha256 = hashlib.sha256(content).hexdigest() if memory else ""

    def decode(self, box: Box | None) -> Image.Image:
        """The photo, or the part of it in a box, as it is embedded; raises PhotoError, QueryError."""
        return self._whole if box is None else decode_original(self.content, box)

    def recall(self, box: Box | None) -> Query | None:
        """What was embedded of this part of the photo, if that is remembered."""
        return self._memory.get((self._sha256, box)) if self._memory else None

    def remember(self, box: Box | None, query: Query) -> None:
        """Keep what was embedded of this part of the photo, if there is a memory."""
        if self._memory:
            self._memory.put((self._sha256, box), query)

    @cached_property
    def _whole(self) -> Image.Image:
        return decode_original(self.content, None)
