"""A design: one cut in one cloth, sold in a few colours; and a product: a design in one of them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace

import numpy as np

from catalog.demo.fabrics import Quilt, dye
from catalog.demo.garments.cloths import Cloths, Cut
from catalog.demo.palette import BRASS, COLOURS, LEATHER_BROWN, RGB, STEEL, Colour, contrast, lighten, luminance
from catalog.demo.patterns import Pattern, weave


@dataclass(frozen=True)
class Fabric:
    """What a design is made from, but for the dye.

    Attributes:
        material: of the main cloth, a key of `fabrics.WEAVES`.
        pattern: of the main cloth; its accents come from `accents`.
        accents: tones of pattern and accent cloth: "tone", "light", "dark" or a colour's slug, two of them.
        quilt: padding of the main cloth.
        accent_material: of the accent cloth; None takes the main material.
        metal: "steel" or "brass".
        buttons: "tone", "horn", "dark", "light" or "metal".
    """

    material: str
    pattern: Pattern = field(default_factory=Pattern)
    accents: tuple[str, str] = ("tone", "light")
    quilt: Quilt | None = None
    accent_material: str | None = None
    metal: str = "steel"
    buttons: str = "dark"


@dataclass(frozen=True)
class Design:
    """What all colour variants share.

    Attributes:
        group_id: their common id.
        category, gender: as the product table says them.
        cut: the garment.
        fabric: what it is made from.
        colours: slugs of the colours that it comes in.
        name: a title without its colour; `description`: one sentence.
        price_cents: in euro cents.
        standing: whether it stands on the floor (shoes, bags) rather than hangs.
        close_up: whether its second view is a close-up rather than its back.
    """

    group_id: str
    category: str
    gender: str
    cut: Cut
    fabric: Fabric
    colours: tuple[str, ...]
    name: str
    description: str
    price_cents: int
    standing: bool = False
    close_up: bool = False


@dataclass(frozen=True)
class DemoProduct:
    """A design in one colour, with the shop's facts about it."""

    design: Design
    colour: Colour
    in_stock: bool
    has_shopper_photo: bool

    @property
    def product_id(self) -> str:
        return f"{self.design.group_id}-{self.colour.slug}"

    @property
    def title(self) -> str:
        return f"{self.design.name}, {self.colour.name.lower()}"

    @property
    def photo(self) -> str:
        """The studio photo's path relative to the tables."""
        return f"photos/{self.product_id}.jpg"

    @property
    def second_photo(self) -> str:
        """The second view's path relative to the tables."""
        return f"photos/{self.product_id}-2.jpg"

    @property
    def shopper_photo(self) -> str:
        """The shopper photo's path relative to the tables, whether there is one or not."""
        return f"shopper/{self.product_id}.jpg"

    def cloths(self) -> Cloths:
        """The bolts that this product is made from."""
        return cut_cloths(self.design.fabric, self.colour.rgb)


def seeded(seed: int, *keys: str) -> np.random.Generator:
    """Randomness that depends on `seed` and the keys alone: not on order, process or platform."""
    return np.random.default_rng([seed, *(zlib.crc32(key.encode()) for key in keys)])


def cut_cloths(fabric: Fabric, rgb: RGB) -> Cloths:
    """`fabric` dyed `rgb`, with all that belongs to it."""
    first, second = (_tone(rgb, accent) for accent in fabric.accents)
    pattern = replace(fabric.pattern, accent=first, third=second)
    metal = BRASS if fabric.metal == "brass" else STEEL
    buttons = {
        "tone": lighten(rgb, -0.4),
        "horn": LEATHER_BROWN,
        "dark": (44, 38, 38),
        "light": (232, 226, 212),
        "metal": metal,
    }[fabric.buttons]
    return Cloths(
        main=weave(rgb, fabric.material, pattern, fabric.quilt),
        accent=weave(first, fabric.accent_material or fabric.material, None, fabric.quilt),
        lining=dye(lighten(rgb, -0.35 if luminance(rgb) > 0.2 else 0.16), "satin"),
        buttons=buttons,
        metal=metal,
        thread=second if fabric.material == "denim" else contrast(rgb, 0.42),
    )


def _tone(rgb: RGB, accent: str) -> RGB:
    match accent:
        case "tone":
            return contrast(rgb, 0.3)
        case "light":
            return lighten(rgb, 0.72) if luminance(rgb) < 0.7 else lighten(rgb, -0.45)
        case "dark":
            return lighten(rgb, -0.55) if luminance(rgb) > 0.22 else lighten(rgb, 0.35)
        case _:
            return COLOURS[accent].rgb
