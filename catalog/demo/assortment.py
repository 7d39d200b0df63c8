"""The assortment: every product of the boutique for a seed."""

from __future__ import annotations

from collections.abc import Callable

from catalog.demo.designs import DemoProduct, Design, seeded
from catalog.demo.lines.accessories import design_bag, design_men_shoe, design_scarf, design_women_shoe
from catalog.demo.lines.chooser import Chooser
from catalog.demo.lines.coats import design_men_coat, design_women_coat
from catalog.demo.lines.hoods import design_men_hood, design_women_hood
from catalog.demo.lines.shirts import design_blouse, design_men_shirt, design_skirt
from catalog.demo.lines.tailoring import design_men_trousers, design_suit, design_women_trousers
from catalog.demo.palette import COLOURS

# Prefix of the ids, designs in the category, who designs it.
_LINES: dict[str, tuple[str, int, Callable[[str, Chooser], Design]]] = {
    "MEN_Coats": ("mc", 14, design_men_coat),
    "MEN_Hood": ("mh", 14, design_men_hood),
    "MEN_Suits": ("ms", 12, design_suit),
    "WOMEN_Coats": ("wc", 16, design_women_coat),
    "WOMEN_Hood": ("wh", 14, design_women_hood),
    "MEN_Trousers": ("mt", 10, design_men_trousers),
    "WOMEN_Trousers": ("wt", 10, design_women_trousers),
    "WOMEN_Skirts": ("wk", 11, design_skirt),
    "MEN_Shirts": ("mi", 10, design_men_shirt),
    "WOMEN_Shirts": ("wi", 10, design_blouse),
    "MEN_Shoes": ("mz", 8, design_men_shoe),
    "WOMEN_Shoes": ("wz", 9, design_women_shoe),
    "Scarves": ("sc", 9, design_scarf),
    "Bags": ("bg", 8, design_bag),
}

_OUT_OF_STOCK = 1 / 8


def plan_assortment(seed: int) -> list[DemoProduct]:
    """Every product in the order of the table: by category, design and colour.

    One colour of every design has a shopper photo, so that all categories are covered in proportion.
    """
    products = []
    for category, (prefix, count, design) in _LINES.items():
        for number in range(count):
            made = design(f"{prefix}-{number + 1:03d}", Chooser(seed, category, number))
            rng = seeded(seed, made.group_id, "stock")
            photographed = str(rng.choice(made.colours))
            for slug in made.colours:
                in_stock = bool(rng.uniform() >= _OUT_OF_STOCK)
                products.append(DemoProduct(made, COLOURS[slug], in_stock, slug == photographed))
    return products
