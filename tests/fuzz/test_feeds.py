"""Thousands of broken feeds: each row is read or rejected with a reason, or the feed is refused in a sentence."""

import csv
import io
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from catalog import Catalog
from catalog.errors import CatalogError
from catalog.feeds import FeedRow, Reject, open_feed
from catalog.importing import import_source
from tests.fuzz.mutating import ODD_TEXTS, held_bytes, mutate, rounds
from tests.webapp.boutique import draw_photo

FEEDS = 2000
IMPORTED_EACH = 50  # one feed in so many is imported, which takes longer than reading it
GROWTH_BYTES = 60 * 2**20


def write_feeds() -> dict[str, bytes]:
    """Sound feeds of each kind of table, by the ending of their names."""
    columns = ("product_id", "category", "title", "image", "price", "in_stock", "colour")
    values = ("Hats", "Hat", "a.jpg", "9.50", "yes", "red")
    rows = [dict(zip(columns, (f"p{number}", *values), strict=True)) for number in range(6)]
    feeds = {}
    for ending, delimiter in ((".csv", ","), (".tsv", "\t")):
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        feeds[ending] = text.getvalue().encode()
    feeds[".jsonl"] = "\n".join(json.dumps(row) for row in rows).encode()
    parquet = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), parquet)
    feeds[".parquet"] = parquet.getvalue()
    return feeds


@pytest.mark.slow
def test_no_broken_feed_breaks_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    draw_photo(tmp_path / "a.jpg", "#bc262c")
    feeds = list(write_feeds().items())
    rows_read, before = 0, held_bytes()
    no_sentences: set[str] = set()  # of the refusals; all of them would fill the memory in an hour
    with Catalog.open() as catalog:
        for number, rng in enumerate(rounds(FEEDS)):
            ending, content = feeds[number % len(feeds)]
            if rng.random() < 0.3:
                content = content.replace(b"9.50", rng.choice(ODD_TEXTS).encode(), 1)
            path = tmp_path / f"feed{ending}"
            path.write_bytes(mutate(content, rng))
            try:
                for row in open_feed(path, {}).rows():
                    assert isinstance(row, FeedRow | Reject)
                    rows_read += 1
                if number % IMPORTED_EACH == 0:
                    import_source(catalog, path, progress=False)
            except CatalogError as error:
                if not str(error).endswith((".", "?")):
                    no_sentences.add(str(error))
            if number == FEEDS // 10:
                before = held_bytes()
    assert rows_read > FEEDS
    assert no_sentences == set()
    assert held_bytes() - before < GROWTH_BYTES
