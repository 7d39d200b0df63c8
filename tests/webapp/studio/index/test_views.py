"""The pages about the index, over snapshots written by hand."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.storage.tables.products import products
from search.errors import DamagedSnapshotError, NoIndexError, OtherCatalogueError, OtherModelError
from search.index.history import BUILD_LOCK, live_id
from tests.webapp.boutique import ODD_ID, ScriptedEngine
from tests.webapp.studio.conftest import StudioClient
from webapp.studio.index import staleness

Publish = Callable[..., None]
SignIn = Callable[[str], StudioClient]


def put_live(studio: StudioClient, snapshot: str, live: str) -> TestResponse:
    return studio.post("/studio/index/live", {"snapshot": snapshot, "live": live})


def test_there_is_a_page_before_the_first_index(merchandiser: StudioClient, engine: ScriptedEngine) -> None:
    """It says so, and offers to build it."""
    engine.failure = NoIndexError("There is no index.")
    text = merchandiser.get("/studio/index/").text
    assert "There is no index yet" in text
    assert "Nobody can search by photo at the moment." in text
    assert "Rebuild the index</button>" in text
    assert "There is no index yet" in merchandiser.get("/studio/index/history").text
    assert "Everything could be used." in merchandiser.get("/studio/index/rejects").text


def test_live_index_says_what_it_is(merchandiser: StudioClient, publish: Publish) -> None:
    publish("one", drop=("bag-1",))
    publish("two")
    text = merchandiser.get("/studio/index/").text
    assert ">31<small>30 before</small>" in text
    assert "Nothing has changed." in text
    assert "from=one&amp;to=two" in text
    text = merchandiser.get("/studio/index/?lang=es").text
    assert "No ha cambiado nada." in text


def test_a_catalogue_that_went_on_is_ahead(merchandiser: StudioClient, publish: Publish) -> None:
    """By products added, changed and removed, each of which can be looked at."""
    publish("one", drop=("bag-1", "bag-2"), titles={"coat-00": "Old <title>"}, more=("hat-1",))
    text = merchandiser.get("/studio/index/").text
    assert "The live index is behind the catalogue" in text
    for words, count in (("Added", 2), ("Changed", 1), ("Removed", 1)):
        assert f"<dt>{words} products</dt><dd>{count}</dd>" in text
    changed = merchandiser.get("/studio/index/compare?from=one&to=now&list=changed").text
    assert "Old &lt;title&gt;" in changed
    assert "Coat number 0" in changed
    removed = merchandiser.get("/studio/index/compare?from=one&to=now&list=removed").text
    assert "hat-1" in removed
    assert "/products/hat-1" not in removed, "the catalogue doesn't sell it any more"


def test_a_large_catalogue_is_counted_not_compared(
    merchandiser: StudioClient, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a million products; the page says what it doesn't know."""
    publish("one", drop=("bag-1",))
    monkeypatch.setattr(staleness, "EXACT_UP_TO", 10)
    monkeypatch.setattr("webapp.studio.index.views.EXACT_UP_TO", 10)
    text = merchandiser.get("/studio/index/").text
    assert "Nothing has changed." in text
    assert "Beyond 10 products" in text
    assert merchandiser.get("/studio/index/compare?from=one&to=now").status_code == 404


def test_a_large_catalogue_is_behind_only_where_a_rebuild_would_change_something(
    merchandiser: StudioClient, publish: Publish, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for an import that found all as it was, nor for drafts; but for a change without any import."""
    monkeypatch.setattr(staleness, "EXACT_UP_TO", 10)
    publish("one", built_at="2021-01-01T00:00:00+00:00")
    assert "Nothing has changed." in merchandiser.get("/studio/index/").text, "the import is from later"
    new = {"product_id": "draft", "category": "Hats", "added_at": "2022-01-01T00:00:00+00:00", "published": False}
    new |= {"attributes": {}, "details": {}}
    with catalog.database.writing() as connection:
        source_id = connection.execute(select(products.c.source_id)).scalars().first()
        connection.execute(insert(products).values(**new, source_id=source_id))
    assert "Nothing has changed." in merchandiser.get("/studio/index/").text
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "coat-00").values(price_cents=1))
    assert "The live index is behind the catalogue" in merchandiser.get("/studio/index/").text


def test_differences_come_in_pages(
    merchandiser: StudioClient, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each product once, odd names too; a page past the end is none."""
    monkeypatch.setattr("webapp.studio.index.views.PAGE_SIZE", 2)
    publish("one", drop=("bag-1", "bag-2", ODD_ID))
    publish("two")
    address = "/studio/index/compare?from=one&to=two&list=added"
    first, second = merchandiser.get(address).text, merchandiser.get(f"{address}&page=2").text
    assert [("bag-1" in page, "bag-2" in page, "Años 50" in page) for page in (first, second)].count(
        (False, False, False)
    ) == 0
    assert sum(page.count("bag-1</a>") for page in (first, second)) == 1
    assert "Next page" in first
    assert "Next page" not in second
    assert merchandiser.get(f"{address}&page=3").status_code == 404


@pytest.mark.parametrize("query", ["from=gone&to=two", "from=../index/one&to=two", "from=one&to=.."])
def test_only_kept_snapshots_are_compared(merchandiser: StudioClient, publish: Publish, query: str) -> None:
    publish("one")
    publish("two")
    assert merchandiser.get(f"/studio/index/compare?{query}").status_code == 404
    assert merchandiser.get("/studio/index/compare").status_code == 400


def test_back_and_forward(merchandiser: StudioClient, catalog: Catalog, publish: Publish, home: Path) -> None:
    """At once, written down with who did it, and shown."""
    publish("one")
    publish("two")
    assert put_live(merchandiser, "one", "two").status_code == 303
    assert live_id(home / "index") == "one"
    text = merchandiser.get("/studio/index/").text
    assert "by merchandiser, " in text
    assert "A later index is kept: two." in text
    entry = AuditLog(catalog.database).entries(1)[0]
    assert (entry.by, entry.action, entry.subject) == ("merchandiser", "index put back", "one")
    assert (entry.before, entry.after) == ({"live": "two"}, {"live": "one"})
    put_live(merchandiser, "two", "one")
    assert live_id(home / "index") == "two"


def test_two_people_do_not_undo_each_other_unseen(sign_in: SignIn, publish: Publish, home: Path) -> None:
    """The second one sees who was faster, and nothing of theirs is done."""
    publish("one")
    publish("two")
    publish("three")
    put_live(sign_in("admin"), "one", "three")
    answer = put_live(sign_in("merchandiser"), "two", "three")
    assert answer.status_code == 409
    assert "admin put one live" in answer.text
    assert live_id(home / "index") == "one"


def test_an_index_that_does_not_fit_is_not_put_live(merchandiser: StudioClient, publish: Publish, home: Path) -> None:
    """Another model's, or one that lost a file: said why, and the live one stays."""
    publish("one")
    publish("broken")
    publish("two")
    (home / "index" / "broken" / "roles.json").unlink()
    manifest = home / "index" / "one" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"model": "another"}))
    page = merchandiser.get("/studio/index/history").text
    assert "another model's" in page
    assert page.count("Put live<") == 1
    for name, words in (("one", "another model than the one in use"), ("broken", "This index is damaged")):
        assert put_live(merchandiser, name, "two").status_code == 303
        assert words in merchandiser.get("/studio/index/history").text
    assert put_live(merchandiser, "../two", "two").status_code == 404
    assert live_id(home / "index") == "two"


def test_nothing_is_put_live_during_a_build(
    merchandiser: StudioClient, publish: Publish, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.index.history._PATIENCE_SECONDS", 0.05)
    publish("one")
    publish("two")
    with FileLock(home / "index" / BUILD_LOCK):
        assert put_live(merchandiser, "one", "two").status_code == 409
    assert live_id(home / "index") == "two"


def test_a_viewer_puts_nothing_live(sign_in: SignIn, publish: Publish, home: Path) -> None:
    publish("one")
    publish("two")
    viewer = sign_in("viewer")
    assert "Put live" not in viewer.get("/studio/index/history").text
    assert put_live(viewer, "one", "two").status_code == 403
    assert live_id(home / "index") == "two"


def test_a_new_model_makes_the_page_say_so(
    merchandiser: StudioClient, publish: Publish, engine: ScriptedEngine
) -> None:
    """The index is another model's: the reason is told, the page stands."""
    publish("one")
    engine.failure = OtherModelError("built by another model")
    assert "built by another model" in merchandiser.get("/studio/index/").text


def test_damage_is_told_with_what_mends_it(
    merchandiser: StudioClient, engine: ScriptedEngine, publish: Publish, home: Path
) -> None:
    """Whether nothing can be searched, or an earlier index still is; the form that rebuilds is there."""
    publish("one")
    engine.trouble = DamagedSnapshotError("The index two was altered.")
    for address in ("/studio/index/", "/studio/"):
        text = merchandiser.get(address).text
        assert "shoppers search in an earlier one" in text
    assert "The index two was altered." in merchandiser.get("/studio/index/").text
    engine.failure = engine.trouble
    (home / "index" / "current").write_bytes(b"\xff\xfe")
    text = merchandiser.get("/studio/index/").text
    assert "Nobody can search by photo at the moment." in text
    assert "be read. A rebuild mends it." in text
    assert "be used. A rebuild mends it." in merchandiser.get("/studio/").text
    for address in ("/studio/index/history", "/studio/products/"):
        assert merchandiser.get(address).status_code == 200


def test_an_index_of_another_catalogue_is_said(
    merchandiser: StudioClient, publish: Publish, engine: ScriptedEngine
) -> None:
    """On its page and on the start page; shoppers do find what changes."""
    publish("one")
    engine.trouble = OtherCatalogueError("The catalogue is older than the index.")
    assert "an earlier catalogue was brought back" in merchandiser.get("/studio/index/").text
    assert "built of a later state of the catalogue" in merchandiser.get("/studio/").text
