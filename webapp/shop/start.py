"""The start page: a visitor shows a photo, tries a sample, or browses."""

from flask import current_app, render_template

from catalog import Catalog, Product
from webapp.services.samples import Sample

TILES = 16  # categories shown with a photo; further ones as plain links


def start() -> str:
    """Where a visitor shows a photo, tries a sample, or browses."""
    by_size = sorted(_catalog().categories().items(), key=lambda item: (-item[1], item[0]))
    tiles = [(name, count, _example(name)) for name, count in sorted(by_size[:TILES])]
    return render_template("shop/start.html", tiles=tiles, more=sorted(by_size[TILES:]), samples=_samples())


def _example(category: str) -> Product | None:
    """A product to stand for its category; none if the last one was removed just now."""
    return next(iter(_catalog().in_category(category, 1)), None)


def _samples() -> tuple[Sample, ...]:
    samples: tuple[Sample, ...] = current_app.extensions["samples"]
    return samples


def _catalog() -> Catalog:
    catalog: Catalog = current_app.extensions["catalog"]
    return catalog
