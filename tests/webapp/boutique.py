"""A tiny boutique to show, and an engine whose answers a test can foresee."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from PIL import Image, ImageDraw

from catalog.events.event_writer import EventWriter
from search.errors import SearchError, UnknownProductError
from search.model.things import Thing
from search.photo import Box
from search.query import (
    Answer,
    CategoryProbability,
    Facets,
    FacetValue,
    Hit,
    PriceSpan,
    Query,
    QueryEmbedding,
    SearchRequest,
    SimilarPage,
    SnapshotInfo,
)
from search.ranking.curation import Curation, Curations
from search.ranking.neighbour_map import NeighbourMap, draw_map
from webapp.services.access import services_of

ODD_ID = "MEN_Coats/Años 50, á b?.jpg"
SNAPSHOT = SnapshotInfo("20260102-030405-abcdef", "2026-01-02T03:04:05+00:00", "0123abcd", 30, 32)
COLUMNS = (
    *("product_id", "category", "title", "image", "images", "group_id", "gender", "colour"),
    *("price", "currency", "in_stock", "description", "fabric"),
)
DYES = {"Navy Blue": "#253154", "Camel": "#ba8955", "Red": "#bc262c", "Green": "#2d7047", "Plaid": "#777777"}


def writer_of(app: Flask) -> EventWriter:
    """What writes the app's events, which it does unless a setting says otherwise."""
    writer = services_of(app).events
    assert writer is not None
    return writer


def draw_photo(path: Path, fill: str, number: int = 0) -> None:
    """A garment-like shape, different for every number, as a JPEG."""
    image = Image.new("RGB", (240, 300), "#ece7df")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((60, 60, 180, 270), 24, fill=fill)
    pen.line((120, 62, 120, 268), fill="#f8f6f2", width=1 + number % 7)
    pen.text((8, 8), str(number), fill="#998877")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "JPEG", quality=90)


def photo_bytes(size: tuple[int, int] = (320, 400), codec: str = "JPEG") -> bytes:
    """A shopper's photo."""
    encoded = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(encoded, codec)
    return encoded.getvalue()


def blank_gif(size: tuple[int, int]) -> bytes:
    """A grey photo of any size, encoded at once: a GIF of colours takes seconds to find its palette."""
    encoded = io.BytesIO()
    Image.new("L", size, 128).save(encoded, "GIF")
    return encoded.getvalue()


def encode_form(photo: bytes | None, name: str, fields: Mapping[str, object]) -> tuple[bytes, str]:
    """A multipart body and its content type; Werkzeug's own leaves a temporary file open when it is large."""
    parts = [
        f'--frontier\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    if photo is not None:
        head = f'--frontier\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n\r\n'.encode()
        parts.append(head + photo + b"\r\n")
    return b"".join([*parts, b"--frontier--\r\n"]), "multipart/form-data; boundary=frontier"


def write_boutique(directory: Path) -> Path:
    """Photos and table of 31 products: 27 men's coats (one in three colours), a skirt, bags without most columns."""
    rows = list(_rows())
    for number, row in enumerate(rows):
        for one in (row["image"], *filter(None, (row.get("images") or "").split("|"))):
            draw_photo(directory / one, DYES.get(row.get("colour") or "", "#8a6f5c"), number)
    table = directory / "products.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return table


def _rows() -> Iterator[dict[str, str]]:
    for number in range(24):
        yield {
            "product_id": f"coat-{number:02}",
            "category": "MEN_Coats",
            "title": f"Coat number {number}",
            "image": f"photos/coat-{number:02}.jpg",
            "gender": "Men",
            "colour": "Camel",
            "price": f"{100 + number}.90",
            "currency": "EUR",
            "in_stock": "false" if number == 1 else "true",
        }
    for colour in ("Navy Blue", "Red", "Plaid"):
        slug = colour.lower().replace(" ", "-")
        yield {
            "product_id": f"duffle-{slug}",
            "category": "MEN_Coats",
            "title": f"Duffle coat {colour}",
            "image": f"photos/duffle-{slug}.jpg",
            "images": f"photos/duffle-{slug}-back.jpg" if colour == "Red" else "",
            "group_id": "duffle",
            "gender": "Men",
            "colour": colour,
            "price": "1249.5",
            "currency": "EUR",
            "in_stock": "true",
            "description": "Warm <wool> with horn toggles.",
            "fabric": "Wool",
        }
    yield {"product_id": ODD_ID, "category": "MEN_Coats", "image": "photos/odd á.jpg"}
    yield {
        "product_id": "skirt-1",
        "category": "WOMEN_Skirts",
        "title": "Pleated skirt",
        "image": "photos/skirt.jpg",
        "gender": "Women",
        "colour": "Green",
        "price": "59",
        "currency": "EUR",
    }
    for number in (1, 2):
        yield {"product_id": f"bag-{number}", "category": "Bags", "image": f"photos/bag-{number}.jpg"}


@dataclass
class ScriptedEngine:
    """Stands in for both ``LiveEngine`` and ``SearchEngine``: answers what it was told, and notes what it was asked."""

    categories: tuple[str, ...] = ("Bags", "MEN_Coats", "WOMEN_Skirts")
    snapshot: SnapshotInfo = SNAPSHOT
    hits: list[Hit] = field(default_factory=list)
    companions: list[Hit] = field(default_factory=list)
    failure: Exception | None = None
    store_failure: Exception | None = None  # of the vectors alone
    trouble: SearchError | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    encoded: int = 0  # how many photos
    box: Box | None = None
    recognised: bool = True
    total: int = 5
    close: int | None = None  # None: as many as there are
    estimates: bool = False  # whether many close matches are an estimate
    colour_weight: float = 0.4
    supercategories: dict[str, str] = field(
        default_factory=lambda: {"Bags": "bags", "MEN_Coats": "topwear", "WOMEN_Skirts": "bottomwear"}
    )
    isolated: tuple[str, ...] | None = ("skirt-1", "gone")
    prediction: tuple[CategoryProbability, ...] = (
        CategoryProbability("MEN_Coats", 0.93),
        CategoryProbability("WOMEN_Skirts", 0.04),
        CategoryProbability("Bags", 0.002),
    )

    things: tuple[Thing, ...] = ()

    def counts_about(self, close: int) -> bool:
        return self.estimates and close > 256

    def find_things(self, image: Image.Image) -> tuple[Thing, ...]:
        self.asked["things_in"] = image.size
        return self.things

    def current(self) -> Any:
        """Itself, in the place of an engine."""
        if self.failure:
            raise self.failure
        return self

    def check_store(self) -> None:
        if self.store_failure:
            raise self.store_failure

    def encode(self, image: Image.Image) -> Query:
        self.encoded += 1
        self.asked = {"image": image}
        embedding = QueryEmbedding(self.snapshot.model, np.ones(4, np.float32), np.empty(0, np.float32), box=self.box)
        probabilities = np.array([guess.probability for guess in self.prediction], np.float32)
        return Query(embedding, self.snapshot.id, probabilities, self.prediction, self.recognised)

    def adopt(self, query: Query) -> Query | None:
        if query.embedding.model != self.snapshot.model:
            return None
        return replace(query, snapshot_id=self.snapshot.id)

    @property
    def filter_values(self) -> dict[str, tuple[str, ...]]:
        return {"category": self.categories, "gender": ("Men", "Women"), "colour": ("Red", "Navy Blue")}

    def list_products(
        self,
        request: SearchRequest,
        curation: Curation,
        *,
        worded: Sequence[str] | None = None,
        order_by: str | None = None,
    ) -> tuple[Hit, ...]:
        self.asked = {"worded": worded, "order_by": order_by, **vars(request)}
        return tuple(self.hits[: request.limit])

    def rank(
        self,
        query: Query,
        request: SearchRequest,
        curations: Curations,
        *,
        worded: Sequence[str] = (),
        equally: bool = False,
    ) -> Answer:
        self.check_store()
        self.asked = {"image": self.asked.get("image"), "worded": worded, "equally": equally, **vars(request)}
        similar, goes_with = tuple(self.hits[: request.limit]), tuple(self.companions)
        took = {"search": 1.23456}
        close = self.total if self.close is None else self.close
        return Answer(query.prediction, similar, goes_with, self.snapshot, took, query.in_distribution, close=close)

    def similar(self, product_id: str, request: SearchRequest, curation: Curation) -> tuple[Hit, ...]:
        self.asked = vars(request)
        return self._known(product_id, self.hits)[: request.limit]

    def similar_page(self, product_id: str, request: SearchRequest, curation: Curation) -> SimilarPage:
        hits = self.similar(product_id, request, curation)
        return SimilarPage(hits, self.total if self.close is None else self.close)

    def goes_with(self, product_id: str, limit: int, curation: Curation) -> tuple[Hit, ...]:
        self.asked = {"limit": limit}
        return self._known(product_id, self.companions)[:limit]

    def holds(self, product_id: str) -> bool:
        return product_id != "bag-2"

    def map_products(self, product_ids: Sequence[str]) -> NeighbourMap:
        return draw_map(product_ids, np.eye(len(product_ids), 40, dtype=np.float32))

    def weight_in_effect(self, request: SearchRequest) -> float:
        if request.colour_weight is not None:
            return request.colour_weight
        return self.colour_weight if request.in_colour is None else self.colour_weight / 10

    def facets(
        self,
        request: SearchRequest,
        *,
        like: str | None = None,
        curation: Curation,
        among: Sequence[str] | None = None,
    ) -> Facets:
        filters = request.filters
        return Facets(
            self.total,
            {
                "category": (
                    FacetValue("MEN_Coats", 4, "MEN_Coats" in filters.categories),
                    FacetValue("WOMEN_Skirts", 1),
                ),
                "gender": (FacetValue("Men", 4, "Men" in filters.genders),),
                "colour": (FacetValue("Red", 2, "Red" in filters.colours), FacetValue("Navy Blue", 1)),
            },
            3,
            PriceSpan(5_900, 124_950),
        )

    def _known(self, product_id: str, hits: list[Hit]) -> tuple[Hit, ...]:
        if product_id == "bag-2":
            raise UnknownProductError(f"The index has no product {product_id!r}.")
        return tuple(hits)
