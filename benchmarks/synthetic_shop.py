"""A shop of any size without photos, for measuring how costs grow: an index of clustered vectors, and queries for it.

Each product has one photo. Its vector lies near the centre of its design, of which there are as many as a shop of that
size has, so that a query has about as many close neighbours in a large shop as in a small one. Two in five products are
colour variants. It prints nothing.
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
from search.model.embedder import Embedder
from search.query import QueryEmbedding

GENDERS = ("Men", "Women", "Unisex")
BRANDS = tuple(f"Brand {number}" for number in range(200))
SIZES = ("XS", "S", "M", "L", "XL")
KINDS = 6  # supercategories
_DESIGN_SHARE = 12  # products of one design
_NOISE = 0.6  # length of what a product differs from its design by; designs have length 1
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
        designs = max(len(categories), products // _DESIGN_SHARE)
        design_of = rng.integers(0, designs, products)
        vectors = _draw_vectors(design_of, designs, bundle, rng)
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
    return SearchEngine(Snapshot.open(index_dir / "one", bundle), Embedder(bundle))


def draw_queries(index_dir: Path, bundle: Bundle, count: int, seed: int = 1) -> list[QueryEmbedding]:
    """Photos of some of the shop's products, as a shopper would take them: near the product, and surely of its kind."""
    rng = np.random.default_rng(seed)
    snapshot = Snapshot.open(index_dir / "one", bundle)
    chosen = rng.integers(0, snapshot.manifest.products, count)
    vectors = snapshot.store.vectors(chosen)
    vectors = normalise_parts(vectors + _noise(vectors.shape, _NOISE / 2, rng), bundle.balance.parts)
    labels = bundle.heads[CATEGORY].labels
    kinds = snapshot.products["category"].take(pa.array(chosen)).to_pylist()
    colours = snapshot.products["seen_colour"].take(pa.array(chosen)).to_pylist()
    sure = np.full((count, len(labels)), 0.05 / len(labels), np.float32)
    sure[np.arange(count), [labels.index(kind) for kind in kinds]] += 0.95
    return [
        QueryEmbedding(bundle.hash, vector, probabilities, gender=bundle.heads[GENDER].labels[0], colour=colour)
        for vector, probabilities, colour in zip(vectors, sure, colours, strict=True)
    ]


def _noise(shape: tuple[int, ...], length: float, rng: np.random.Generator) -> np.ndarray:
    """Vectors of about this length."""
    return (length / np.sqrt(shape[1])) * rng.standard_normal(shape, dtype=np.float32)


def _draw_vectors(design_of: np.ndarray, designs: int, bundle: Bundle, rng: np.random.Generator) -> np.ndarray:
    """(P, D), in batches, as a million of them are large."""
    parts = bundle.balance.parts
    centres = normalise_parts(_noise((designs, bundle.dim), 1.0, rng), parts) * np.sqrt(len(parts))
    found = np.empty((len(design_of), bundle.dim), np.float32)
    for start in range(0, len(design_of), _BATCH):
        batch = centres[design_of[start : start + _BATCH]]
        found[start : start + _BATCH] = normalise_parts(
            batch + _noise(batch.shape, _NOISE * np.sqrt(len(parts)), rng), parts
        )
    return found


def _measure_similarity(vectors: np.ndarray, kind_of: np.ndarray, bundle: Bundle) -> SimilarityCalibration:
    """How alike products of one category are, of the first ones."""
    some, kinds = vectors[:4000], kind_of[:4000]
    scores = bundle.balance.scale(some) @ bundle.balance.scale(some).T
    same = (kinds[:, None] == kinds[None]) & ~np.eye(len(some), dtype=bool)
    return SimilarityCalibration(tuple(np.quantile(scores[same], LEVELS).tolist()) if same.any() else (0.0,) * 7)
