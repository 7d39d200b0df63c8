"""From an image to what the network takes: the one preprocessing, shared by training, indexing and searching."""

import numpy as np
from PIL import Image

VERSION = "white-square-bicubic-1"  # written into bundles and snapshots; change it when a single pixel would change
VIEWS = "whole-and-middle-1"  # of a stored photo; vectors depend on it, networks do not

MIDDLE = 0.8  # share of each side that the closer view keeps


def stored_views(image: Image.Image) -> list[Image.Image]:
    """The views whose average stands for a photo of the catalogue: the whole and its middle.

    What shoppers' photos are compared with is then seen as near as they are; it finds more of their products than the
    whole alone (docs/model.md), and costs twice the embedding.
    """
    margin = (1 - MIDDLE) / 2
    width, height = image.size
    middle = (round(width * margin), round(height * margin), round(width * (1 - margin)), round(height * (1 - margin)))
    return [image, image.crop(middle)]


def query_views(image: Image.Image) -> list[Image.Image]:
    """The views whose average stands for a shopper's photo: those of a stored photo.

    The middle helps to tell what photos taken at home show; mirrored views as well helped no more (docs/model.md).
    """
    return stored_views(image)


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
