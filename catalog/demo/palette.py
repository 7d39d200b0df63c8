"""The boutique's colours: the names that shoppers filter by, and the dye behind each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Colour:
    """A colour as the product table names it, and as the cloth shows it.

    Attributes:
        name: the value of the table's `colour` column.
        slug: the end of a product id, lower case.
        rgb: sRGB, 0-255.
    """

    name: str
    slug: str
    rgb: RGB


COLOURS: dict[str, Colour] = {
    colour.slug: colour
    for colour in (
        Colour("Black", "black", (38, 38, 42)),
        Colour("Charcoal", "charcoal", (72, 75, 81)),
        Colour("Grey", "grey", (142, 145, 149)),
        Colour("White", "white", (240, 239, 235)),
        Colour("Cream", "cream", (233, 221, 194)),
        Colour("Beige", "beige", (209, 187, 154)),
        Colour("Tan", "tan", (186, 137, 85)),
        Colour("Brown", "brown", (104, 69, 46)),
        Colour("Navy Blue", "navy", (37, 49, 84)),
        Colour("Blue", "blue", (57, 104, 176)),
        Colour("Turquoise Blue", "turquoise", (58, 170, 185)),
        Colour("Teal", "teal", (22, 102, 108)),
        Colour("Green", "green", (45, 112, 71)),
        Colour("Olive", "olive", (101, 101, 54)),
        Colour("Khaki", "khaki", (164, 153, 112)),
        Colour("Mustard", "mustard", (206, 156, 44)),
        Colour("Yellow", "yellow", (239, 206, 78)),
        Colour("Orange", "orange", (222, 118, 48)),
        Colour("Rust", "rust", (165, 76, 41)),
        Colour("Red", "red", (188, 38, 44)),
        Colour("Burgundy", "burgundy", (110, 28, 46)),
        Colour("Maroon", "maroon", (94, 32, 34)),
        Colour("Pink", "pink", (229, 157, 172)),
        Colour("Purple", "purple", (101, 63, 128)),
        Colour("Lavender", "lavender", (184, 168, 214)),
    )
}

LEATHER_BROWN: RGB = (92, 58, 36)
BRASS: RGB = (190, 158, 92)
STEEL: RGB = (176, 180, 186)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """`first` with `share` (0-1) of `second` stirred in."""
    mixed = np.asarray(first, float) * (1 - share) + np.asarray(second, float) * share
    return (int(mixed[0]), int(mixed[1]), int(mixed[2]))


def lighten(rgb: RGB, share: float) -> RGB:
    """`rgb` moved towards white by `share` (0-1), or towards black where the share is negative."""
    return mix(rgb, (255, 253, 248), share) if share >= 0 else mix(rgb, (12, 12, 16), -share)


def luminance(rgb: RGB) -> float:
    """How bright `rgb` looks, 0 (black) to 1 (white)."""
    return (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / 255


def contrast(rgb: RGB, share: float) -> RGB:
    """A tone of the same dye that stands out from it: lighter for dark cloth, darker for light cloth."""
    return lighten(rgb, share if luminance(rgb) < 0.55 else -share)
