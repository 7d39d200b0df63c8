"""Index snapshots: one immutable directory per build, and the pointer that says which one is live.

    index/
      current              the name of the live snapshot, replaced atomically
      20260131-101502-4f2a/
        manifest.json      model, dimensions, counts, checksums; written last
        manifest.sha256    the manifest's own checksum
        vectors.faiss      one row a photo (or wherever the manifest's address of the vectors says)
        vectors.codes      how a large index's vectors are coded for searches; vectors.lists: the codes
        photos.parquet     for each row: its product (position in products.parquet), its photo's sha256
        products.parquet   product ids and the columns that filters and ranking use
        category_head.npz  the shop's own categories, where the bundle's are others
        roles.json         category -> supercategory, for what goes with a product
        likeness.json      similarity calibration: how alike a category's products are, for match grades
        nearest.npy        how near each product's nearest neighbour is, for finding those that have none

Readers open a snapshot and keep it; nothing in it ever changes. A crash leaves the old pointer or the new one.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from search.errors import OtherModelError
from search.index.category_head import CategoryHead
from search.index.expected_searches import expect_searches
from search.index.manifest import (
    BUILD,
    DEFAULT_STORE,
    FORMAT,
    MANIFEST,
    POINTER,
    Manifest,
    current_snapshot,
    file_checksum,
    publish_snapshot,
    read_manifest,
    verify_snapshot,
    write_manifest,
)
from search.index.match_grades import SimilarityCalibration
from search.index.parquet import read_parquet, to_numbers
from search.index.snapshot_files import (
    CATEGORY_HEAD,
    NEAREST,
    PHOTO_SCHEMA,
    PHOTOS,
    PRODUCT_SCHEMA,
    PRODUCTS,
    SIMILARITY,
    SPREADS,
    SUPERCATEGORIES,
    read_files,
)
from search.index.stores import write_store
from search.index.vector_store import RowProducts, VectorStore
from search.model.balance import Balance, LearnedBalance
from search.model.bundle import Bundle
from search.model.novelty import Assortment
from search.query import SnapshotInfo

__all__ = [  # with what lies in search.index.manifest, so that most need to know this module alone
    "BUILD",
    "MANIFEST",
    "POINTER",
    "Manifest",
    "Snapshot",
    "SnapshotContent",
    "current_snapshot",
    "publish_snapshot",
    "read_manifest",
    "verify_snapshot",
    "write_snapshot",
]


@dataclass(frozen=True)
class SnapshotContent:
    """Everything that one build produces, before it lies on disk."""

    vectors: np.ndarray  # (N, D) float32, one row a photo
    photo_product: np.ndarray  # (N,) int32, position of its product
    photo_sha256: Sequence[str]  # (N,)
    products: dict[str, list[Any]]  # column of PRODUCT_SCHEMA -> one value a product
    supercategories: dict[str, str]  # category -> the coarse kind of thing that it is; may be empty
    head: CategoryHead | None  # None: the bundle's own categories are the catalogue's
    rejects: int
    digest: str
    balance: LearnedBalance
    assortment: Assortment = field(default_factory=Assortment)
    similarity: SimilarityCalibration = field(default_factory=SimilarityCalibration)
    nearest: np.ndarray | None = None  # (P,) float32, each product's score with the nearest of another group
    sequence: int = 0  # number of the catalogue's latest change that is part of this
    mark: str = ""  # that the build left in the catalogue


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot."""

    path: Path
    manifest: Manifest
    store: VectorStore
    photo_product: np.ndarray  # (N,) int32, never falling
    products: pa.Table  # PRODUCT_SCHEMA
    head: CategoryHead | None
    supercategories: dict[str, str]
    learned_balance: LearnedBalance
    assortment: Assortment = field(default_factory=Assortment)
    similarity: SimilarityCalibration = field(default_factory=SimilarityCalibration)
    nearest: np.ndarray | None = None  # (P,) float32; None in a snapshot from before it was measured

    @property
    def balance(self) -> Balance:
        """The weights of the vectors' parts under which this shop's products are searched."""
        return self.learned_balance.balance

    @cached_property
    def photo_sha256(self) -> pa.Array:
        """(N,) the photos' fingerprints, read when they are first asked for, as only changes of products need them."""
        return read_parquet(self.path / PHOTOS, PHOTO_SCHEMA, ["sha256"])["sha256"].combine_chunks()

    @property
    def info(self) -> SnapshotInfo:
        """The part of the manifest that answers carry."""
        manifest = self.manifest
        return SnapshotInfo(manifest.id, manifest.built_at, manifest.model, manifest.products, manifest.photos)

    @classmethod
    def open(cls, path: Path, bundle: Bundle, *, verify: bool = False) -> "Snapshot":
        """The snapshot in a directory, checked against its manifest and the bundle at hand.

        Args:
            path: the snapshot's directory.
            bundle: the model that will make the queries.
            verify: also compare every file's checksum (reads everything; done once, before publishing).

        Raises:
            OtherModelError: made by another model. DamagedSnapshotError: files are missing or contradict each other.
        """
        manifest = read_manifest(path)
        if manifest.model != bundle.hash:
            raise OtherModelError(
                f"The index {manifest.id} was built by model {manifest.model}, "
                f"but {bundle.name} ({bundle.hash}) is in use. "
                f"Their vectors can't be compared. {BUILD}"
            )
        if verify:
            verify_snapshot(path, manifest)
        files = read_files(path, manifest, bundle)
        return cls(
            path,
            manifest,
            files.store,
            to_numbers(files.photo_product),
            files.products,
            files.head,
            files.supercategories,
            files.learned_balance,
            files.assortment,
            files.similarity,
            files.nearest,
        )


def write_snapshot(
    directory: Path,
    content: SnapshotContent,
    bundle: Bundle,
    *,
    snapshot_id: str,
    built_at: str,
    store_address: str = DEFAULT_STORE,
) -> Manifest:
    """Write a snapshot's files into an empty directory; the manifest comes last.

    Raises:
        UnknownStoreError: the vectors' address names no engine that exists here. StoreUnavailableError: that engine
        doesn't answer.
    """
    stored_of = RowProducts(content.photo_product, content.products)
    expected = expect_searches(content.vectors, content.balance.balance)
    store = write_store(store_address, content.vectors, directory, stored_of, expected)
    photos = {"product": content.photo_product, "sha256": list(content.photo_sha256)}
    pq.write_table(pa.table(photos, schema=PHOTO_SCHEMA), directory / PHOTOS)
    products = pa.table(content.products, schema=PRODUCT_SCHEMA)
    pq.write_table(products, directory / PRODUCTS)
    (directory / SUPERCATEGORIES).write_text(
        json.dumps(content.supercategories, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    content.similarity.save(directory / SIMILARITY)
    if content.balance.balance.spreads is not None:
        content.balance.balance.spreads.save(directory / SPREADS)
    if content.nearest is not None:
        np.save(directory / NEAREST, content.nearest)
    if content.head is not None:
        content.head.save(directory / CATEGORY_HEAD)
    manifest = Manifest(
        format=FORMAT,
        id=snapshot_id,
        built_at=built_at,
        model=bundle.hash,
        style_dim=bundle.balance.shape_dim,
        colour_dim=bundle.dim - bundle.balance.shape_dim,
        products=len(products),
        photos=store.count,
        rejects=content.rejects,
        digest=content.digest,
        probes=store.probes,
        recall=store.recall,
        category_head="bundle" if content.head is None else "fitted",
        files={file.name: file_checksum(file) for file in sorted(directory.iterdir())},
        balance=content.balance.describe(),
        assortment=content.assortment.describe(),
        store=store_address,
        sequence=content.sequence,
        mark=content.mark,
    )
    write_manifest(directory, asdict(manifest))
    return manifest
