"""A catalogue in plain dictionaries that is searched by comparing everything, and random changes of it.

What a live index answers is held against it. It knows nothing of databases, segments and builds, and prints nothing.
"""

import hashlib
import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from search.query import Filters

CATEGORIES = ("Coats", "Shirts", "Bags", "Shoes")
GENDERS = ("Women", "Men", None)
COLOURS = {"Red": (200, 30, 40), "Green": (30, 140, 60), "Blue": (40, 60, 190), "Black": (25, 25, 25)}
SIDE = 72  # pixels of a photo
FEWEST, MOST = 40, 90  # products; so that one page shows all of them
_MOST_IN_BATCH = 5

Embed = Callable[[bytes], np.ndarray]  # a photo's file -> (D,) float32


@dataclass(frozen=True)
class KnownProduct:
    """A product as its last acknowledged change has left it."""

    fields: dict[str, Any]  # as the API takes them
    photos: tuple[str, ...]  # sha256, the first one shown first


@dataclass(frozen=True)
class Edit:
    """One change, as the API takes it."""

    action: str  # put, patch or delete
    product_id: str
    fields: dict[str, Any] = field(default_factory=dict)
    photos: tuple[bytes, ...] = ()


class BruteForceCatalogue:
    """What the shop sells.

    Args:
        embed: says the vector of a photo.
    """

    def __init__(self, embed: Embed) -> None:
        self.products: dict[str, KnownProduct] = {}
        self._embed = embed
        self._vectors: dict[str, np.ndarray] = {}

    def apply(self, edits: Iterable[Edit]) -> None:
        """Take acknowledged changes in."""
        for edit in edits:
            known = self.products.get(edit.product_id)
            if edit.action == "delete":
                self.products.pop(edit.product_id, None)
                continue
            fields = {**known.fields, **edit.fields} if edit.action == "patch" and known else dict(edit.fields)
            photos = known.photos if known and not edit.photos else tuple(dict.fromkeys(map(self._learn, edit.photos)))
            self.products[edit.product_id] = KnownProduct(fields, photos)

    def passing(self, filters: Filters) -> set[str]:
        """The products that pass filters."""
        return {one for one, product in self.products.items() if _passes(product.fields, filters)}

    def groups(self, product_ids: Iterable[str]) -> int:
        """How many cards products make with their variants folded."""
        return len({self.products[one].fields.get("group_id") or ("alone", one) for one in product_ids})

    def best_photos(self, query: np.ndarray, filters: Filters) -> list[tuple[float, str]]:
        """(score, product id) of each photo of the products that pass, best first; ``query`` is (D,), weighed."""
        return sorted(
            (
                (float(self._vectors[sha256] @ query), one)
                for one in self.passing(filters)
                for sha256 in self.products[one].photos
            ),
            reverse=True,
        )

    def vector(self, product_id: str) -> np.ndarray:
        """The vector of a product's first photo, (D,) float32."""
        return self._vectors[self.products[product_id].photos[0]]

    def _learn(self, photo: bytes) -> str:
        sha256 = hashlib.sha256(photo).hexdigest()
        if sha256 not in self._vectors:
            self._vectors[sha256] = self._embed(photo)
        return sha256


def draw_edits(shop: BruteForceCatalogue, rng: random.Random, number: int) -> list[Edit]:
    """The next request: mostly one change, sometimes a batch of several, each of another product."""
    count = rng.randint(2, _MOST_IN_BATCH) if rng.random() < 0.1 else 1
    left = list(shop.products)
    edits = []
    for place in range(count):
        edit = _draw_edit(shop, rng, f"p{number}-{place}", left)
        left = [one for one in left if one != edit.product_id]
        edits.append(edit)
    return edits


def draw_filters(shop: BruteForceCatalogue, rng: random.Random) -> Filters:
    """Filters that some product passes."""
    fields = shop.products[rng.choice(list(shop.products))].fields
    some = rng.choice(("none", "category", "gender", "colour", "price", "stock", "several", "without"))
    cents = round(100 * fields["price"]) if fields.get("price") else 5000
    return {
        "none": Filters(),
        "category": Filters(categories=(fields["category"],)),
        "gender": Filters(genders=_known(fields, "gender")),
        "colour": Filters(colours=_known(fields, "colour")),
        "price": Filters(min_price_cents=cents, max_price_cents=cents + 2000),
        "stock": Filters(in_stock=rng.random() < 0.5),
        "several": Filters(categories=CATEGORIES[:2], colours=_known(fields, "colour"), in_stock=True),
        "without": Filters(without=(("category", fields["category"]),), max_price_cents=cents),
    }[some]


def _known(fields: dict[str, Any], name: str) -> tuple[str, ...]:
    return (fields[name],) if fields.get(name) else ()


def _draw_edit(shop: BruteForceCatalogue, rng: random.Random, new: str, known: list[str]) -> Edit:
    kind = rng.choice(("create", "replace", "patch", "patch", "delete"))
    if len(shop.products) <= FEWEST:
        kind = "create"
    elif kind == "create" and len(shop.products) >= MOST:
        kind = "delete"
    if kind == "delete":
        return Edit("delete", rng.choice(known) if rng.random() < 0.95 else "never-there")
    product_id = new if kind == "create" else rng.choice(known)
    photos = tuple(dict.fromkeys(draw_photo(rng) for _ in range(rng.randint(1, 3))))
    if kind == "patch":
        names = rng.sample(("title", "price", "in_stock", "colour", "gender", "category", "group_id"), 2)
        fields = _draw_fields(rng)
        return Edit("patch", product_id, {one: fields[one] for one in names}, photos if rng.random() < 0.2 else ())
    keeps = kind == "replace" and rng.random() < 0.4
    return Edit("put", product_id, _draw_fields(rng), () if keeps else photos)


def _draw_fields(rng: random.Random) -> dict[str, Any]:
    number = rng.randrange(10_000)
    return {
        "category": rng.choice(CATEGORIES),
        "title": f"Title {number}",
        "group_id": rng.choice((None, f"group-{number % 12}")),
        "gender": rng.choice(GENDERS),
        "colour": rng.choice((*COLOURS, None)),
        "price": rng.choice((None, rng.randrange(500, 30_000) / 100)),
        "in_stock": rng.choice((True, True, False, None)),
    }


def draw_photo(rng: random.Random) -> bytes:
    """A thing of some shape and colour on white; a few photos come again and again."""
    if rng.random() < 0.1:
        rng = random.Random(rng.randrange(5))  # noqa: S311 - a known photo
    image = Image.new("RGB", (SIDE, SIDE), "white")
    pen = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 3)):
        left, top = rng.randrange(SIDE // 2), rng.randrange(SIDE // 2)
        box = (left, top, left + rng.randrange(12, SIDE // 2), top + rng.randrange(12, SIDE // 2))
        fill = tuple(min(255, max(0, value + rng.randrange(-30, 31))) for value in rng.choice(list(COLOURS.values())))
        rng.choice((pen.ellipse, pen.rectangle))(box, fill=fill)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _passes(fields: dict[str, Any], filters: Filters) -> bool:
    cents = None if fields.get("price") is None else round(100 * fields["price"])
    low, high = filters.min_price_cents, filters.max_price_cents
    in_stock = fields.get("in_stock") is not False  # where the catalogue doesn't say, it can be bought
    return (
        (not filters.categories or fields["category"] in filters.categories)
        and (not filters.genders or fields.get("gender") in filters.genders)
        and (not filters.colours or fields.get("colour") in filters.colours)
        and (low is None or (cents is not None and cents >= low))
        and (high is None or (cents is not None and cents <= high))
        and filters.in_stock in (None, in_stock)
        and not any(fields.get(name) == value for name, value in filters.without)
    )
