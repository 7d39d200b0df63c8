"""From an image to what the network takes: the one preprocessing, shared by training, indexing and searching."""

import numpy as np
from PIL import Image

VERSION = "white-square-bicubic-1"  # written into bundles and snapshots; change it when a single pixel would change


def image_to_pixels(image: Image.Image, side: int) -> np.ndarray:
    """The whole image, centred on a white square and scaled bicubically.

    Padding rather than cropping keeps hems and collars; white is what packshots stand on.

    Args:
        image: mode RGB, any size.
        side: of the square (pixels).

    Returns:
        (side, side, 3) uint8.
    """
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    scaled = image if image.size == size else image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    square = Image.new("RGB", (side, side), (255, 255, 255))
    square.paste(scaled, ((side - size[0]) // 2, (side - size[1]) // 2))
    return np.asarray(square)
