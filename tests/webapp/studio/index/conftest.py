from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from catalog import Catalog
from catalog.browsing.indexable import read_indexable
from catalog.changes.change_feed import CatalogChanges
from search.fields import FIELD_NAMES
from search.index.snapshot import SnapshotContent, publish_snapshot, write_snapshot
from search.model.balance import LearnedBalance
from search.model.bundle import Bundle
from search.settings import PRETRAINED_BUNDLE


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return Bundle.open(PRETRAINED_BUNDLE)


@pytest.fixture
def publish(catalog: Catalog, bundle: Bundle, home: Path) -> Callable[..., None]:
    """``publish("one", drop=["bag-1"], titles={"coat-00": "Old"})``: the catalogue as it was then."""

    def write(
        name: str,
        drop: tuple[str, ...] = (),
        titles: dict[str, str] | None = None,
        more: tuple[str, ...] = (),
        built_at: str | None = None,
    ) -> None:
        now = read_indexable(catalog.database)
        ids = now.columns["product_id"]
        rows = [place for place, product_id in enumerate(ids) if product_id not in drop]
        columns = {field: [now.columns[field][row] for row in rows] for field in ("product_id", *FIELD_NAMES)}
        columns["title"] = [
            (titles or {}).get(product_id, title)
            for product_id, title in zip(columns["product_id"], columns["title"], strict=True)
        ]
        photos = [
            (rows.index(owner), sha)
            for owner, sha in zip(now.photo_product, now.photo_sha256, strict=True)
            if owner in rows
        ]
        for product_id in more:
            for field in FIELD_NAMES:
                columns[field].append("Hats" if field == "category" else None)
            columns["product_id"].append(product_id)
            photos.append((len(columns["product_id"]) - 1, "f" * 64))
        columns |= {"seen_gender": [None] * len(columns["title"]), "seen_colour": [None] * len(columns["title"])}
        content = SnapshotContent(
            vectors=np.ones((len(photos), bundle.dim), np.float32),
            photo_product=np.array([owner for owner, _ in photos], np.int32),
            photo_sha256=[sha for _, sha in photos],
            products=columns,
            supercategories={},
            head=None,
            rejects=2,
            digest="d" * 16,
            balance=LearnedBalance(bundle.balance),
            sequence=CatalogChanges(catalog.database).latest(),
        )
        path = home / "index" / name
        path.mkdir(parents=True)
        count = len(list((home / "index").iterdir()))
        moment = built_at or f"2030-01-0{count}T10:00:00+00:00"
        write_snapshot(path, content, bundle, snapshot_id=name, built_at=moment)
        publish_snapshot(home / "index", name)

    return write
