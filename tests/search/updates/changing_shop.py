"""A shop whose products change, and the index that a build would make of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from search.changes import ChangedProduct, StoredEmbedding
from search.engine import SearchEngine
from search.fields import FIELD_NAMES
from search.index.snapshot import Snapshot
from search.model.bundle import Bundle
from search.query import Filters, SearchRequest
from search.ranking.curation import Curation, Pin
from tests.search.handmade import COLOURS, PRODUCTS, make_content

GENDERS = ("Women", "Men", None)


def sizes_of(cents: int) -> list[str] | None:
    """Sizes that differ between products, and change when a product does."""
    return ["S", "M", f"of {cents // 5000}"][: cents // 100 % 4] or None


class Shop:
    """A catalogue in memory: the oracle, and a feed of its changes."""

    def __init__(self) -> None:
        self.products: dict[str, tuple] = {one[0]: one for one in PRODUCTS}
        self.photos: dict[str, list[str]] = {
            one[0]: [f"{row:064x}" for row in (2 * place, 2 * place + 1)] for place, one in enumerate(PRODUCTS)
        }
        self.vectors: dict[str, np.ndarray] = {}
        self.noted: dict[str, int] = {}
        self.sequence = 0
        self.asked = 0
        self.asked_for: list[str] = []  # embeddings
        self.away = False
        self.stored: dict[str, StoredEmbedding] = {}
        self.marks = {""}

    def note(self, product_id: str) -> None:
        self.sequence += 1
        self.noted[product_id] = self.sequence

    def put(self, product: tuple, photos: list[str]) -> None:
        self.products[product[0]] = product
        self.photos[product[0]] = photos
        self.note(product[0])

    def delete(self, product_id: str) -> None:
        del self.products[product_id], self.photos[product_id]
        self.note(product_id)

    def latest(self) -> int:
        self.asked += 1
        if self.away:
            raise OSError("the database is away")
        return max(self.noted.values(), default=0)

    def since(self, sequence: int, limit: int) -> list[ChangedProduct]:
        later = sorted((number, one) for one, number in self.noted.items() if number > sequence)[:limit]
        return [self.changed(number, one) for number, one in later]

    def changed(self, number: int, product_id: str) -> ChangedProduct:
        if product_id not in self.products:
            return ChangedProduct(number, product_id, None)
        _, category, _, colour, group, gender, cents, stock = self.products[product_id]
        values = dict.fromkeys(FIELD_NAMES) | {
            "category": category,
            "title": f"Title of {product_id}",
            "group_id": group,
            "gender": gender,
            "colour": colour,
            "price_cents": cents,
            "in_stock": stock,
            "sizes": sizes_of(cents),
        }
        return ChangedProduct(number, product_id, values, tuple((one, Path(one)) for one in self.photos[product_id]))

    def knows(self, mark: str) -> bool:
        if self.away:
            raise OSError("the database is away")
        return mark in self.marks

    def embeddings(self, _model: str, fingerprints: Iterable[str]) -> dict[str, StoredEmbedding]:
        wanted = list(fingerprints)
        self.asked_for += wanted
        return {one: self.stored[one] for one in wanted if one in self.stored}

    def keep(self, _model: str, embeddings: Mapping[str, StoredEmbedding]) -> None:
        self.stored |= embeddings


class FixedLive:
    """An index that a test replaces."""

    trouble = None

    def __init__(self, engine: SearchEngine) -> None:
        self.engine = engine

    def current(self) -> SearchEngine:
        return self.engine


def rebuilt(shop: Shop, first: SearchEngine, publish: Callable[..., Path], bundle: Bundle, name: str) -> SearchEngine:
    """An index that is built of the shop as it is now."""
    ids = sorted(shop.products)
    content = make_content([shop.products[one] for one in ids])
    of_base = {one[0]: place for place, one in enumerate(PRODUCTS)}
    base = make_content()
    rows, owner, shas = [], [], []
    seen: list[str] = []
    for place, product_id in enumerate(ids):
        for number, sha256 in enumerate(shop.photos[product_id]):
            old = sha256 not in shop.vectors
            vector = base.vectors[int(sha256, 16)] if old else shop.vectors[sha256]
            rows.append(vector)
            owner.append(place)
            shas.append(sha256)
            if number == 0:
                seen.append(PRODUCTS[of_base[product_id]][3] if old else list(COLOURS)[int(vector[-3:].argmax())])
    products = content.products | {
        "seen_gender": [
            PRODUCTS[of_base[one]][5] if shop.photos[one][0] not in shop.vectors else bundle.heads["gender"].labels[0]
            for one in ids
        ],
        "seen_colour": seen,
        "sizes": [sizes_of(cents) for cents in content.products["price_cents"]],
    }
    changed = replace(
        content,
        vectors=np.stack(rows),
        photo_product=np.array(owner, np.int32),
        photo_sha256=shas,
        products=products,
    )
    index = publish(name, changed)
    return SearchEngine(Snapshot.open(index / name, bundle), first._embedder)


def answers(engine: SearchEngine, ids: list[str], photo: Image.Image, rng: np.random.Generator) -> list[object]:
    """What an engine says to some random questions, in numbers that can be compared."""

    def hits(found: Iterable) -> list[tuple]:
        return sorted(
            (round(-hit.score, 5), hit.product_id, sorted(hit.variants), hit.reasons, hit.grade) for hit in found
        )

    found: list[object] = [engine.categories]
    some = list(rng.choice(ids, min(4, len(ids)), replace=False))
    curation = Curation((Pin(some[0], 2),), boosts={some[-1]: 0.2}, hidden=frozenset(some[1:2]))
    for filters in (
        Filters(),
        Filters(colours=("Red",)),
        Filters(genders=("Women",), in_stock=True),
        Filters(max_price_cents=9000),
        Filters(sizes=("m",)),
        Filters(colours=("red",), without=(("category", "Coats"), ("size", "S"))),
    ):
        for collapse in (True, False):
            request = SearchRequest(filters=filters, collapse=collapse, limit=100)
            answer = engine.rank(engine.encode(photo), request)
            found += [hits(answer.similar), answer.prediction, engine.facets(request)]
            found += [hits(engine.similar(one, request, curation)) for one in some[:2]]
            found += [engine.facets(request, like=some[0], curation=curation)]
    query = engine.encode(photo)
    found.append(sorted(round(hit.score, 5) for hit in engine.rank(query).goes_with))
    found += [sorted(round(hit.score, 5) for hit in engine.goes_with(one)) for one in some]
    return found
