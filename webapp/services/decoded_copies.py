"""The pixels of the kept photos that were searched last, so that moving the frame decodes a photo once."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from PIL import Image

_MOST_BYTES = 32 * 2**20  # of a process: four photos in the largest size, or some twenty in the smallest

_Key = tuple[str, int]  # a photo's token, and the size of its copy (pixels)


class DecodedCopies:
    """Forgets the photo that wasn't asked for the longest; one object serves all threads of a process."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._images: OrderedDict[_Key, Image.Image] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, token: str, side: int, decode: Callable[[], Image.Image]) -> Image.Image:
        """A photo in a size, decoded if it isn't at hand. Callers must not change it.

        Args:
            token: of the photo.
            side: longest side (pixels).
            decode: called without the lock; what it raises is passed on.
        """
        key = (token, side)
        with self._lock:
            if key in self._images:
                self._images.move_to_end(key)
                return self._images[key]
        image = decode()
        with self._lock:
            if key not in self._images:
                self._images[key] = image
                self._bytes += _size(image)
            while self._bytes > self._most_bytes:
                self._bytes -= _size(self._images.popitem(last=False)[1])
        return image


def _size(image: Image.Image) -> int:
    return image.width * image.height * len(image.getbands())
