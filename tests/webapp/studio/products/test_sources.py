import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from catalog import Catalog, Source
from catalog.accounts.audit import AuditLog
from catalog.storage.tables.products import sources
from tests.webapp.studio.conftest import StudioClient

SOURCES = "/studio/sources/"
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture
def admin(sign_in: Callable[[str], StudioClient]) -> StudioClient:
    return sign_in("admin")


@pytest.fixture
def preview(catalog: Catalog) -> str:
    """The address of the page that shows what would go with the only source."""
    (source,) = catalog.sources()
    return f"{SOURCES}{source.source_id}/remove"


def test_sources_are_listed_with_what_they_hold(
    admin: StudioClient, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is, how many products it has, and whether it is still there."""
    (source,) = catalog.sources()
    page = admin.get(SOURCES).text
    assert source.location in page
    assert f"<td>{source.products}</td>" in page
    assert "not there any more" not in page
    monkeypatch.setattr(Source, "exists", False)
    assert "not there any more" in admin.get(SOURCES).text


def test_preview_shows_what_would_go_and_changes_nothing(admin: StudioClient, catalog: Catalog, preview: str) -> None:
    """Numbers by category, what would be left of them, and the first products."""
    count = catalog.counts().products
    page = admin.get(preview).text
    assert f"{count} products would go" in page
    assert "nothing of it would be left" in page
    assert "importing it again brings its products back" in page
    assert 'class="piece__name"' in page
    assert catalog.counts().products == count


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("{home}/uploads/export.csv", "The file that was sent goes too"),
        ("{home}/photos", "Programs have sent these products"),
        ("https://shop.example/feed.xml", "Importing its address again"),
        ("/nowhere/products.csv", "on the disk any more"),
    ],
)
def test_preview_says_whether_the_products_can_come_back(
    admin: StudioClient, catalog: Catalog, home: Path, preview: str, location: str, said: str
) -> None:
    """What came through the studio goes with its products, and a folder of sent photos is nothing to import."""
    (home / "uploads").mkdir(exist_ok=True)
    (home / "photos").mkdir(exist_ok=True)
    (home / "uploads" / "export.csv").touch()
    with catalog.database.writing() as connection:
        connection.execute(update(sources).values(location=location.format(home=home)))
    page = admin.get(preview).text
    assert said in page
    assert "still on the disk" not in page


def test_removed_source_is_gone_and_noted(admin: StudioClient, catalog: Catalog, preview: str) -> None:
    """An empty catalogue is a catalogue; the audit log says who emptied it."""
    count = catalog.counts().products
    seen = SEEN.search(admin.get(preview).text)
    assert seen is not None
    answer = admin.post(preview, {"seen": seen[1]})
    assert (answer.status_code, answer.headers["Location"]) == (303, SOURCES)
    assert (catalog.counts().products, catalog.counts().photos, catalog.sources()) == (0, 0, [])
    entry = AuditLog(catalog.database).entries(1)[0]
    assert (entry.by, entry.action, entry.before, entry.after) == (
        "admin",
        "products removed",
        {"products": count},
        {"products": 0},
    )
    page = admin.get(SOURCES).text
    assert f"{count} products were removed" in page
    assert "The catalogue is empty" in page
    for address in ("/", "/studio/", "/studio/products/", "/studio/index/", "/sitemap.xml"):
        assert admin.get(address).status_code == 200, address
    assert admin.get(preview).status_code == 404


@pytest.mark.parametrize("seen", ["", "another state", None])
def test_what_was_not_seen_is_not_removed(
    admin: StudioClient, catalog: Catalog, preview: str, seen: str | None
) -> None:
    """An import in between changes what would go: the page shows it anew."""
    answer = admin.post(preview, {} if seen is None else {"seen": seen})
    assert answer.status_code == 409
    assert "Nothing was removed; look again" in answer.text
    assert SEEN.search(answer.text)
    assert catalog.counts().products


def test_only_an_admin_removes(merchandiser: StudioClient, catalog: Catalog, preview: str) -> None:
    """Others may look."""
    page = merchandiser.get(preview)
    assert page.status_code == 200
    assert "Only an admin" in page.text
    assert merchandiser.post(preview, {"seen": "x"}).status_code == 403
    assert catalog.counts().products


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
def test_source_that_there_is_not_is_not_found(admin: StudioClient, number: str) -> None:
    assert admin.get(f"{SOURCES}{number}/remove").status_code == 404


def test_pages_are_in_spanish_too(admin: StudioClient, preview: str) -> None:
    """Every sentence of both pages is translated."""
    assert "Orígenes" in admin.get(f"{SOURCES}?lang=es").text
    page = admin.get(f"{preview}?lang=es").text
    assert "Quitar" in page
    assert "would go" not in page


def test_rejects_page_survives_cells_of_any_length(admin: StudioClient, home: Path, catalog: Catalog) -> None:
    """Lists that earlier versions wrote may hold cells that a CSV reader refuses."""
    from catalog.importing.rejects_file import RejectsFile

    (source,) = catalog.sources()
    name = RejectsFile(Path(source.location)).path.name
    (home / "rejects").mkdir(exist_ok=True)
    (home / "rejects" / name).write_text(
        "row,product_id,file,reason\n1,coat-00,,short\n2,coat-01,,{}\n3,coat-02,,{}\n".format(
            "x" * 200_000, "y" * 9_000_000
        )
    )
    for address in (
        "/studio/",
        "/studio/index/",
        f"/studio/index/rejects?of={name[:-4]}",
        f"/studio/index/rejects/{name}",
    ):
        answer = admin.get(address)
        assert answer.status_code == 200, address
        answer.close()
    assert "coat-00" in admin.get(f"/studio/index/rejects?of={name[:-4]}").text


def test_warnings_of_an_import_are_shown(admin: StudioClient, home: Path, catalog: Catalog) -> None:
    """Beside the rejects, under a name of their own."""
    from catalog.importing.rejects_file import WarningsFile

    (source,) = catalog.sources()
    path = home / "warnings" / WarningsFile(Path(source.location)).path.name
    path.parent.mkdir(exist_ok=True)
    reason = "price 'dear' is not a number. It counts as not given."
    path.write_text(f"row,product_id,field,file,reason\n2,coat-00,price,,{reason}\n")
    page = admin.get(f"/studio/index/rejects?of=warnings-of-{path.stem}").text
    assert "Warnings on" in page
    assert "is not a number. It counts as not given." in page
    assert "<code>price</code>" in page
    page = admin.get("/studio/products/coat-00").text
    assert "What isn’t certain of it" in page
    assert "<code>price</code>" in page
    assert "What isn’t certain of it" not in admin.get("/studio/products/coat-01").text
