"""The bolts that one product is made from, and what every cut must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth
from catalog.demo.palette import RGB


@dataclass(frozen=True)
class Cloths:
    """One product's materials.

    Attributes:
        main: what nearly all of it is made from.
        accent: yokes, colour blocks, ribbing, ties: a tone that belongs to the main cloth.
        lining: what shows where it is open.
        buttons: buttons and toggles.
        metal: zips, buckles, eyelets.
        thread: visible stitches.
    """

    main: Cloth
    accent: Cloth
    lining: Cloth
    buttons: RGB
    metal: RGB
    thread: RGB


class Cut(Protocol):
    """A garment's cut: everything about it but the cloth."""

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        """Draw it about x = 0 on y 0-600; `view` is "front" or "back"."""

    @property
    def focus(self) -> tuple[float, float]:
        """The point in units that a close-up looks at."""
