"""The files of a snapshot: what they are called, which columns the tables have, and how they are read and checked."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from search.errors import DamagedSnapshotError, SearchError
from search.fields import INDEXED_FIELDS, FieldType
from search.index.category_head import CategoryHead
from search.index.consistency import find_contradictions
from search.index.manifest import BUILD, Manifest
from search.index.match_grades import SimilarityCalibration
from search.index.parquet import read_parquet
from search.index.stores import open_store
from search.index.vector_store import VectorStore
from search.model.balance import LearnedBalance, ScoreSpreads, read_balance
from search.model.bundle import Bundle
from search.model.novelty import Assortment

PHOTOS = "photos.parquet"
PRODUCTS = "products.parquet"
CATEGORY_HEAD = "category_head.npz"
SUPERCATEGORIES = "roles.json"
SIMILARITY = "likeness.json"
NEAREST = "nearest.npy"
SPREADS = "spreads.npz"

_ARROW_TYPES = {
    FieldType.TEXT: pa.string(),
    FieldType.TEXTS: pa.list_(pa.string()),
    FieldType.AMOUNT: pa.int64(),
    FieldType.FLAG: pa.bool_(),
}
PRODUCT_SCHEMA = pa.schema(
    [
        ("product_id", pa.string()),
        *((one.name, _ARROW_TYPES[one.type]) for one in INDEXED_FIELDS),
        ("seen_gender", pa.string()),  # what the network sees, for where the catalogue says nothing
        ("seen_colour", pa.string()),
    ]
)
PHOTO_SCHEMA = pa.schema([("product", pa.int32()), ("sha256", pa.string())])


@dataclass(frozen=True)
class SnapshotFiles:
    """What a snapshot's files hold, for one that was opened; its attributes say the same of each."""

    store: VectorStore
    photo_product: pa.ChunkedArray  # (N,) int32
    products: pa.Table  # PRODUCT_SCHEMA
    head: CategoryHead | None
    supercategories: dict[str, str]
    learned_balance: LearnedBalance
    assortment: Assortment
    similarity: SimilarityCalibration
    nearest: np.ndarray | None


def read_files(path: Path, manifest: Manifest, bundle: Bundle) -> SnapshotFiles:
    """The files of a snapshot, which hold together.

    Args:
        path: the snapshot's directory.
        manifest: of the snapshot.
        bundle: the model that made it.

    Raises:
        DamagedSnapshotError: files are missing, can't be read or contradict each other.
    """
    try:
        files = _read(path, manifest, bundle)
    except SearchError:
        raise
    except Exception as error:  # whatever a library makes of a file that isn't what it should be
        reason = str(error) or type(error).__name__
        raise DamagedSnapshotError(f"The index {manifest.id} can't be opened ({reason}). {BUILD}") from error
    _check(files, manifest, bundle)
    return files


def _read(path: Path, manifest: Manifest, bundle: Bundle) -> SnapshotFiles:
    parts = bundle.balance.parts
    store = open_store(manifest.store, path, manifest.probes, [part.dim for part in parts])
    photos = read_parquet(path / PHOTOS, PHOTO_SCHEMA, ["product"])
    products = read_parquet(path / PRODUCTS, PRODUCT_SCHEMA)
    head = CategoryHead.load(path / CATEGORY_HEAD) if manifest.category_head == "fitted" else None
    # Older snapshots have none; they are graded by what is usual until the next build.
    graded = SIMILARITY in manifest.files
    spreads = ScoreSpreads.load(path / SPREADS, parts) if SPREADS in manifest.files else None
    return SnapshotFiles(
        store=store,
        photo_product=photos["product"],
        products=products,
        head=head,
        supercategories=json.loads((path / SUPERCATEGORIES).read_text(encoding="utf-8")),
        learned_balance=read_balance(manifest.balance, bundle.balance, spreads),
        assortment=Assortment.read(manifest.assortment),
        similarity=SimilarityCalibration.load(path / SIMILARITY) if graded else SimilarityCalibration(),
        nearest=np.load(path / NEAREST) if NEAREST in manifest.files else None,
    )


def _check(files: SnapshotFiles, manifest: Manifest, bundle: Bundle) -> None:
    """Raise DamagedSnapshotError if the files aren't those of the manifest, or contradict each other."""
    found = (files.store.count, files.store.dim, len(files.photo_product), len(files.products))
    wanted = (manifest.photos, bundle.dim, manifest.photos, manifest.products)
    if found != wanted:
        raise DamagedSnapshotError(
            f"The index {manifest.id} holds (vectors, dimensions, photos, products) = {found}; "
            f"its manifest says {wanted}. {BUILD}"
        )
    for contradiction in find_contradictions(
        photo_product=files.photo_product,
        products=files.products,
        supercategories=files.supercategories,
        head=files.head,
        nearest=files.nearest,
        dim=bundle.dim,
    ):
        raise DamagedSnapshotError(f"The index {manifest.id} doesn't hold together: {contradiction}. {BUILD}")
