"""Ways to write an export and to read it as products."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog.feeds import FeedOptions, FeedRow, Reject, WebPhoto, open_feed

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def _name(photo: Path | WebPhoto) -> str:
    return photo.name if isinstance(photo, Path) else photo.address


class ReadExport:
    """What came of an export: products by id, photos by id, and rejects."""

    def __init__(self, items: list[FeedRow | Reject], notes: list[str], incomplete: str) -> None:
        rows = [item for item in items if isinstance(item, FeedRow)]
        self.products = {row.product.product_id: row.product for row in rows}
        assert len(self.products) == len(rows), "each product comes once"
        self.photos = {row.product.product_id: [_name(photo) for photo in row.photos] for row in rows}
        self.warnings = {row.product.product_id: " ".join(map(str, row.warnings)) for row in rows}
        self.rejects = [item for item in items if isinstance(item, Reject)]
        self.reasons = " ".join(reject.reason for reject in self.rejects)
        self.notes = " ".join(notes)
        self.incomplete = incomplete

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReadExport) and (self.products, self.photos) == (other.products, other.photos)


Read = Callable[..., ReadExport]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder of photos, in which any photo that a test needs is made on demand."""
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def read(shop: Path, images: Path) -> Read:
    """``read("export.csv", text, photos="a.jpg b.jpg")`` reads an export whose photos were downloaded."""

    def read_export(name: str, content: str | bytes, photos: str = "", **options: Any) -> ReadExport:
        path = shop / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        for photo in photos.split():
            (images / photo).touch()
        options = {"images": images, "now": NOW, **options}
        feed = open_feed(path, {}, FeedOptions(**options))
        items = list(feed.rows())
        assert list(feed.rows()) == items, "a feed can be read several times"
        return ReadExport(items, feed.notes, feed.incomplete)

    return read_export
