"""The start page: a visitor shows a photo, tries a sample, or browses."""

from flask import render_template

from catalog import Product
from webapp.services.access import services

TILES = 16  # categories that are shown with a photo; the others are plain links


def start() -> str:
    """The start page, with the largest categories and the sample photos."""
    by_size = sorted(services().catalog.categories().items(), key=lambda item: (-item[1], item[0]))
    tiles = [(name, count, _example(name)) for name, count in sorted(by_size[:TILES])]
    return render_template("shop/start.html", tiles=tiles, more=sorted(by_size[TILES:]), samples=services().samples)


def _example(category: str) -> Product | None:
    """A product whose photo stands for its category; None if the category's last product was removed just now."""
    return next(iter(services().catalog.in_category(category, 1)), None)
