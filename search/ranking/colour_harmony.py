"""Which colours go together, by name: neutrals with everything, neighbours and opposites on the colour circle as well.

The rules are the classical ones (Itten, "The Art of Color", 1961; Cohen-Or et al., "Color Harmonization", SIGGRAPH
2006), on the colour names that the shipped model was trained to see.
"""

import colorsys
from functools import lru_cache

import numpy as np

# sRGB of each name as it is usually drawn; hue and neutrality are computed from it.
_COLOURS = {
    "Beige": "d9c7a3", "Black": "141414", "Blue": "2a52be", "Bronze": "8c6a3f", "Brown": "6b4226", "Burgundy": "6d1a2d",
    "Charcoal": "3c3f44", "Coffee Brown": "4b3221", "Copper": "b0703c", "Cream": "f4ead2",
    "Fluorescent Green": "4ade20",
    "Gold": "c9a227", "Green": "2e7d32", "Grey": "8a8d91", "Grey Melange": "a3a6aa", "Khaki": "a89d6c",
    "Lavender": "b8a4dc", "Lime Green": "8fce00", "Magenta": "c2187a", "Maroon": "6b1f2a", "Mauve": "a8799b",
    "Metallic": "9aa0a6", "Multi": "808080", "Mushroom Brown": "8f7b6b", "Mustard": "c99a1b", "Navy Blue": "1c2541",
    "Nude": "e0bfa5", "Off White": "f5f2ea", "Olive": "5f6335", "Orange": "e8731a", "Peach": "f6b899", "Pink": "e886a8",
    "Purple": "6a3d9a", "Red": "c21f2c", "Rose": "d9677b", "Rust": "a5451c", "Sea Green": "2e8b6f", "Silver": "b9bec4",
    "Skin": "e0bfa5", "Steel": "7b8791", "Tan": "b88a5a", "Taupe": "857565", "Teal": "1f7a7a",
    "Turquoise Blue": "2cb5c0", "White": "fafafa", "Yellow": "f0d020",
}  # fmt: skip
_UNKNOWN = 0.5  # harmony with a colour that has no name here
_NEUTRAL_CHROMA = 0.16  # max - min of the sRGB parts, 0 to 1
_DARK_CHROMA = 0.22  # near black, colour hardly shows: navy is worn as a neutral
_DARK_VALUE = 0.30


@lru_cache(maxsize=4096)
def colour_harmony(one: str | None, other: str | None) -> float:
    """How well two named colours go together, 0 (clash) to 1; 0.5 where a name is unknown. Symmetric."""
    first, second = _COLOURS.get(one or ""), _COLOURS.get(other or "")
    if first is None or second is None:
        return _UNKNOWN
    neutral = _is_neutral(first), _is_neutral(second)
    if all(neutral):
        return 0.8 if one == other else 0.95  # head-to-toe in one neutral is good, two are better
    if any(neutral):
        return 1.0
    gap = abs(_hue(first) - _hue(second)) % 360
    gap = min(gap, 360 - gap)
    if gap <= 15:
        return 0.75  # tone on tone
    if gap <= 45:
        return 0.65  # neighbours
    if gap >= 150:
        return 0.6  # opposites
    return 0.35 if gap >= 105 else 0.2  # triads may work; the rest seldom does


def harmony_with(colour: str | None, palette: list[str]) -> np.ndarray:
    """The harmony of one colour with each of a palette's, (len(palette),) float32."""
    return np.array([colour_harmony(colour, other) for other in palette], np.float32)


def _rgb(hexadecimal: str) -> tuple[float, ...]:
    return tuple(int(hexadecimal[i : i + 2], 16) / 255 for i in (0, 2, 4))


def _is_neutral(hexadecimal: str) -> bool:
    parts = _rgb(hexadecimal)
    chroma = max(parts) - min(parts)
    return chroma < _NEUTRAL_CHROMA or (max(parts) < _DARK_VALUE and chroma < _DARK_CHROMA) or _is_sand(hexadecimal)


def _is_sand(hexadecimal: str) -> bool:
    """Beige, khaki, tan, taupe: brownish hues of little saturation go with everything, as leather and linen do."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*_rgb(hexadecimal))
    return 15 <= hue * 360 <= 60 and saturation < 0.52


def _hue(hexadecimal: str) -> float:
    return colorsys.rgb_to_hsv(*_rgb(hexadecimal))[0] * 360
