"""A shop of any size without photos, for measuring how costs grow: an index of clustered vectors, and queries for it.

Each product has one photo. Its vector is made of what its category, ever smaller groups of the category and it alone
are like; the groups are as large at any size of the shop. The numbers of a vector spread as those of photos do: most of
their variance lies in few directions. The constants were chosen so that an approximate index finds as many of a query's
true neighbours, by the number of lists that it visits, as among the vectors of 7,281 photos of clothes: of 341 lists 8,
16 and 32 find 91, 96 and 99 %, there 90, 96 and 99 %. Vectors that spread evenly have no neighbours but their own
design's. Two in five products are colour variants. It prints nothing.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from search.engine import SearchEngine
from search.fields import FIELD_NAMES
from search.index.match_grades import LEVELS, SimilarityCalibration
from search.index.snapshot import Snapshot, SnapshotContent, publish_snapshot, write_snapshot
from search.model.balance import LearnedBalance, normalise_parts
from search.model.bundle import CATEGORY, COLOUR, GENDER, Bundle
from search.query import QueryEmbedding

GENDERS = ("Men", "Women", "Unisex")
BRANDS = tuple(f"Brand {number}" for number in range(200))
SIZES = ("XS", "S", "M", "L", "XL")
KINDS = 6  # supercategories
_DESIGN = 12  # products of one design
# Shares of a part's variance, and of its directions that hold as much of it.
_VARIANCE = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0)
_DIRECTIONS = (0.0, 0.03, 0.13, 0.25, 0.37, 0.66, 1.0)
_COMMON = 0.3  # of a vector's squared length: what all products have in common
# What a product shares with others of its category, with some of these, with fewer, and so on: numbers of products, and
# shares of the rest of the squared length. What they leave is the product's own.
_SHARED = ((300, 0.05), (75, 0.05), (_DESIGN, 0.06))
_OF_KIND, _OF_CATEGORY = 0.22, 0.12  # the same of its supercategory and its category
_NOISE = 0.1  # of the squared length of a photo's vector: what it differs from its product's by
_BATCH = 50_000


@dataclass(frozen=True)
class SyntheticShop:
    """An index of a made-up shop, and what its products were made from."""

    bundle: Bundle
    content: SnapshotContent

    @classmethod
    def draw(cls, products: int, bundle: Bundle, seed: int = 0) -> "SyntheticShop":
        """A shop of so many products."""
        rng = np.random.default_rng(seed)
        categories, colours = bundle.heads[CATEGORY].labels, bundle.heads[COLOUR].labels
        designs = max(len(categories), products // _DESIGN)
        design_of = rng.integers(0, designs, products)
        vectors = _draw_vectors(design_of, designs, len(categories), bundle, rng)
        kinds = [categories[one] for one in (design_of % len(categories)).tolist()]
        seen_colours = [colours[one] for one in rng.integers(0, len(colours), products).tolist()]
        genders = [GENDERS[one] for one in (design_of // len(categories) % 3).tolist()]
        groups = [f"g{one // 5}" if one % 5 < 2 else None for one in range(products)]
        columns = dict.fromkeys(FIELD_NAMES, [None] * products) | {
            "product_id": [f"p{one:08d}" for one in range(products)],
            "category": kinds,
            "title": [f"Product {one}" for one in range(products)],
            "group_id": groups,
            "gender": genders,
            "colour": seen_colours,
            "brand": [BRANDS[one] for one in rng.integers(0, len(BRANDS), products).tolist()],
            "sizes": [list(SIZES[one:]) for one in rng.integers(0, len(SIZES), products).tolist()],
            "price_cents": (100 * rng.integers(5, 500, products)).tolist(),
            "in_stock": (rng.random(products) < 0.9).tolist(),
            "seen_gender": genders,
            "seen_colour": seen_colours,
        }
        content = SnapshotContent(
            vectors=vectors,
            photo_product=np.arange(products, dtype=np.int32),
            photo_sha256=[f"{one:064x}" for one in range(products)],
            products=columns,
            supercategories={label: f"Kind {place % KINDS}" for place, label in enumerate(categories)},
            head=None,
            rejects=0,
            digest="0" * 16,
            balance=LearnedBalance(bundle.balance.for_catalog(vectors[:_BATCH])),
            similarity=_measure_similarity(vectors, design_of % len(categories), bundle),
        )
        return cls(bundle, content)

    def write(self, index_dir: Path) -> None:
        """Write the index as a build does, and publish it."""
        (index_dir / "one").mkdir(parents=True)
        write_snapshot(
            index_dir / "one", self.content, self.bundle, snapshot_id="one", built_at="2026-01-01T00:00:00+00:00"
        )
        publish_snapshot(index_dir, "one")


def open_shop(index_dir: Path, bundle: Bundle) -> SearchEngine:
    """The engine of a shop that was written."""
    return SearchEngine.open(index_dir, bundle.path)


def draw_queries(index_dir: Path, bundle: Bundle, count: int, seed: int = 1) -> list[QueryEmbedding]:
    """Photos of some of the shop's products, as a shopper would take them: near the product, and surely of its kind."""
    rng = np.random.default_rng(seed)
    snapshot = Snapshot.open(index_dir / "one", bundle)
    chosen = rng.integers(0, snapshot.manifest.products, count)
    vectors = snapshot.store.vectors(chosen)
    noise = _draw_centres(count, bundle, rng)
    vectors = normalise_parts(np.sqrt(1 - _NOISE) * vectors + np.sqrt(_NOISE) * noise, bundle.balance.parts)
    labels = bundle.heads[CATEGORY].labels
    kinds = snapshot.products["category"].take(pa.array(chosen)).to_pylist()
    colours = snapshot.products["seen_colour"].take(pa.array(chosen)).to_pylist()
    sure = np.full((count, len(labels)), 0.05 / len(labels), np.float32)
    sure[np.arange(count), [labels.index(kind) for kind in kinds]] += 0.95
    return [
        QueryEmbedding(bundle.hash, vector, probabilities, gender=bundle.heads[GENDER].labels[0], colour=colour)
        for vector, probabilities, colour in zip(vectors, sure, colours, strict=True)
    ]


def _draw_centres(count: int, bundle: Bundle, rng: np.random.Generator) -> np.ndarray:
    """(count, D) vectors around 0, each of whose parts has about length 1 and spreads as photos do."""
    deviations = []
    for part in bundle.balance.parts:
        held = np.interp(np.linspace(0, 1, part.dim + 1), _DIRECTIONS, _VARIANCE)
        deviations.append(np.sqrt(np.diff(held)))
    return rng.standard_normal((count, bundle.dim), dtype=np.float32) * np.concatenate(deviations).astype(np.float32)


def _draw_layer(count: int, share: float, bundle: Bundle, rng: np.random.Generator) -> np.ndarray:
    """(count, D) vectors that make up this share of what products don't all have in common."""
    return _draw_centres(count, bundle, rng) * np.float32(np.sqrt((1 - _COMMON) * share))


def _draw_vectors(
    design_of: np.ndarray, designs: int, categories: int, bundle: Bundle, rng: np.random.Generator
) -> np.ndarray:
    """(P, D), in batches, as a million of them are large. The designs take the categories by turns."""
    parts = bundle.balance.parts
    common = normalise_parts(rng.standard_normal((1, bundle.dim)), parts) * np.float32(np.sqrt(_COMMON))
    layers = [_draw_layer(categories, _OF_CATEGORY, bundle, rng)]
    for products, share in _SHARED:
        groups = categories * max(1, designs * _DESIGN // (products * categories))  # each within a category
        layers.append(_draw_layer(groups, share, bundle, rng))
    kinds = _draw_layer(KINDS, _OF_KIND, bundle, rng)
    own = np.float32(np.sqrt((1 - _COMMON) * (1 - _OF_KIND - _OF_CATEGORY - sum(share for _, share in _SHARED))))
    found = np.empty((len(design_of), bundle.dim), np.float32)
    for start in range(0, len(design_of), _BATCH):
        batch = design_of[start : start + _BATCH]
        vectors = own * _draw_centres(len(batch), bundle, rng) + common + kinds[batch % categories % KINDS]
        for centres in layers:
            vectors += centres[batch % len(centres)]
        found[start : start + _BATCH] = normalise_parts(vectors, parts)
    return found


def _measure_similarity(vectors: np.ndarray, kind_of: np.ndarray, bundle: Bundle) -> SimilarityCalibration:
    """How alike products of one category are, of the first ones."""
    some, kinds = vectors[:4000], kind_of[:4000]
    scores = bundle.balance.scale(some) @ bundle.balance.scale(some).T
    same = (kinds[:, None] == kinds[None]) & ~np.eye(len(some), dtype=bool)
    return SimilarityCalibration(tuple(np.quantile(scores[same], LEVELS).tolist()) if same.any() else (0.0,) * 7)
