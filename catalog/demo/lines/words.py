"""How titles and descriptions call things."""

from __future__ import annotations

from catalog.demo.designs import Fabric

_PATTERN_WORDS = {
    "plain": "",
    "melange": "mélange ",
    "flowers": "floral ",
    "dots": "dotted ",
    "stripes": "striped ",
    "hoops": "striped ",
    "stars": "star-print ",
    "leaves": "leaf-print ",
}


def name_pattern(kind: str) -> str:
    """A title's word for a pattern, with a space after it; nothing for plain cloth."""
    return _PATTERN_WORDS.get(kind, f"{kind} ")


_QUILT_WORDS = {"channels": "channel-quilted", "diamonds": "diamond-quilted", "squares": "box-quilted"}


def name_cloth(fabric: Fabric) -> str:
    """A title's words for the cloth: "tartan wool", "channel-quilted"."""
    if fabric.quilt:
        return _QUILT_WORDS[fabric.quilt.kind]
    return name_pattern(fabric.pattern.kind) + fabric.material.replace("boucle", "bouclé")


def name_pockets(pocket: str) -> str:
    """A description's words for a kind of pocket."""
    return {
        "flap": "flap pockets",
        "patch": "patch pockets",
        "welt": "slanted pockets",
        "zip": "zipped pockets",
        "kangaroo": "a pouch pocket",
    }.get(pocket, "clean seams")
