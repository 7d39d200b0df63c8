"""Photos and rows that were left out: listed with their reasons and pictures, in pages and as a file."""

import csv
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import insert

from catalog import Catalog
from catalog.importing.rejects_file import name_list
from catalog.storage.tables.products import sources
from tests.webapp.studio.conftest import StudioClient

Publish = Callable[..., None]
SignIn = Callable[[str], StudioClient]


def write_rejects(home: Path, rows: list[tuple[str, str, str]]) -> None:
    (home / "rejects").mkdir(exist_ok=True)
    with (home / "rejects" / "index.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("product_id", "file", "reason"), *rows])


def test_rejects_show_reason_and_picture(merchandiser: StudioClient, catalog: Catalog, home: Path) -> None:
    """A placeholder where there is no picture; no file that isn't the product's own, whatever the table names."""
    photo = catalog.product("coat-00").photos[0]
    secret = home / "secret.jpg"
    secret.write_bytes(photo.path.read_bytes() + b"\0")
    write_rejects(
        home,
        [
            ("coat-00", str(photo.path), "It is <odd>."),
            ("coat-02", str(secret), "Not its own."),
            ("coat-03", str(photo.path), "Another product's."),
            ("gone-9", "/etc/passwd", "Never sold."),
        ],
    )
    text = merchandiser.get("/studio/index/rejects").text
    assert text.count(f"/photos/{photo.sha256}/160.webp") == 1
    assert text.count("No picture of it") == 3
    assert "It is &lt;odd&gt;." in text
    assert str(home) not in text, "where files lie is nobody's business"
    assert "/products/gone-9" not in text


def test_rejects_of_a_photo_that_is_gone_have_a_placeholder(
    merchandiser: StudioClient, catalog: Catalog, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue knows it, but its file can't be opened."""
    photo = catalog.product("coat-04").photos[0]
    moved = photo.path.with_suffix(".moved")
    photo.path.rename(moved)
    try:
        write_rejects(home, [("coat-04", str(photo.path), "The photo can't be read.")])
        text = merchandiser.get("/studio/index/rejects").text
    finally:
        moved.rename(photo.path)
    assert "No picture of it" in text
    assert photo.sha256 not in text


def test_rejects_come_in_pages_and_as_a_file(
    merchandiser: StudioClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.studio.index.views.PAGE_SIZE", 2)
    write_rejects(home, [(f"p-{number}", f"/x/{number}.jpg", "Odd.") for number in range(2)] + [("=p-2", "", "Odd.")])
    assert "p-2" not in merchandiser.get("/studio/index/rejects").text
    assert "p-2" in merchandiser.get("/studio/index/rejects?page=2").text
    assert merchandiser.get("/studio/index/rejects?page=3").status_code == 404
    table = merchandiser.get("/studio/index/rejects/index.csv")
    assert table.mimetype == "text/csv"
    assert table.text.startswith("\ufeffproduct_id,"), "spreadsheets take it for UTF-8"
    assert table.text.count("Odd.") == 3
    assert "\n'=p-2," in table.text  # no formula for a spreadsheet
    table.close()
    for name in ("other", "../catalog", "import-x"):
        assert merchandiser.get(f"/studio/index/rejects/{name}.csv").status_code == 404


def test_rejects_of_a_source_in_any_script_can_be_downloaded(
    merchandiser: StudioClient, catalog: Catalog, home: Path
) -> None:
    """Servers send headers in Latin-1; a name that has other characters is written twice (RFC 6266)."""
    location = "/exports/товары.csv"
    with catalog.database.writing() as connection:
        connection.execute(
            insert(sources).values(location=location, imported_at="2026-01-01", rejected_rows=1, rejected_photos=0)
        )
    name = f"import-{name_list(location)}"
    assert "товары" in name
    write_rejects(home, [("coat-00", "", "Odd.")])
    (home / "rejects" / "index.csv").rename(home / "rejects" / f"{name}.csv")
    table = merchandiser.get(f"/studio/index/rejects/{name}.csv")
    assert table.status_code == 200
    disposition = table.headers["Content-Disposition"]
    disposition.encode("latin-1")
    assert f"filename*=UTF-8''{quote(f'rejects-{name}.csv')}" in disposition
    table.close()
