"""The command line, as people type it."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from catalog.__main__ import main
from catalog.events.event_store import EventStore
from catalog.events.query_photos import QueryPhotoArchive
from tests.catalog.events.test_event_store import make_click, make_search


@pytest.fixture
def run():
    def run_command(*arguments):
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run_command


def test_import_reports_and_says_what_to_do_next(coats, run):
    """A first import ends with counts and the next command, and exit code 0."""
    done = run("import", coats)
    assert done.exit_code == 0
    assert f"Imported {coats}" in done.output
    assert "3: 3 added, 0 updated, 0 unchanged" in done.output
    assert done.output.endswith("Next: make index\n")
    assert "nothing has changed" in run("import", coats).output


def test_map_gives_columns_their_fields(draw, write_table, run, catalog):
    """Tables with other names are imported as they are; columns that lost their name to a mapping stay attributes."""
    draw("1.jpg")
    table = write_table("feed.csv", [{"sku": "A", "category": "x", "kind": "Coats", "image": "1.jpg", "cost": "3"}])
    done = run("import", table, "--map", "product_id=sku", "--map", "category=kind", "--map", "price=cost")
    assert done.exit_code == 0, done.output
    product = catalog.product("A")
    assert (product.category, product.price_cents, product.attributes) == ("Coats", 300, {"category": "x"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv"], "nowhere.csv doesn't exist. Give a folder with one folder per class"),
        (["products.xlsx"], "products.xlsx is no table that Vitrina reads: CSV (.csv), TSV (.tsv), JSON Lines"),
        (["products.csv", "--map", "sku"], "--map 'sku' is not field=column"),
        (["products.csv", "--map", "prize=price"], "there is no field 'prize'. The fields are product_id, category"),
        (["products.csv", "--map", "title=Titel"], "no column 'Titel' (mapped to title). Its columns are: product_id"),
        (["products.csv", "--map", "title=TITLE"], "Did you mean --map title=title?"),
        (["products.csv", "--map", "title=a", "--map", "title=b"], "--map gives title two columns, 'a' and 'b'"),
        (["photos", "--map", "title=name"], "is a folder; --map is for tables"),
        (["photos"], "photos has no class folders; 3 photos lie directly in it"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_one(coats, shop, run, monkeypatch, arguments, message):
    """What can't work says why and what would, without a traceback."""
    monkeypatch.chdir(shop)
    (shop / "products.xlsx").write_bytes(b"PK")
    done = run("import", *arguments)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert done.output.startswith("Error: ")
    assert message in done.output
    assert done.output.count("\n") == 1


def test_rejects_do_not_fail_the_command(coats, run, shop, home):
    """As long as something is usable the command succeeds, and names the list of what isn't."""
    (shop / "photos/2.jpg").write_bytes(b"")
    done = run("import", coats)
    assert done.exit_code == 0
    assert "rejected  0 rows, 1 photo\n" in done.output
    assert str(home / "rejects") in done.output
    (shop / "photos/1.jpg").write_bytes(b"")
    (shop / "photos/3.jpg").write_bytes(b"")
    done = run("import", coats)
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert done.output.startswith("Error: Nothing in ")


def test_unwritable_data_directory_is_one_line(coats, run, tmp_path, monkeypatch):
    """A file where the data directory should be is an error, not a traceback."""
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("VITRINA_HOME", str(blocked / "home"))
    done = run("import", coats)
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert done.output.startswith("Error: The folder of the catalogue")


def test_prune_is_an_option(coats, run):
    """--prune reaches the import."""
    run("import", coats)
    coats.write_text("".join(coats.read_text().splitlines(keepends=True)[:-1]))
    assert "removed   1\n" in run("import", coats, "--prune").output


def test_status_of_an_empty_catalogue_says_how_to_begin(run):
    """Somebody new is told the first command."""
    done = run("status")
    assert (done.exit_code, done.output) == (0, "The catalogue is empty. Next: python -m catalog import SOURCE\n")


def test_status_counts_categories_and_sources(coats, run):
    """What the catalogue holds and where it came from, at a glance."""
    run("import", coats)
    done = run("status")
    assert done.output.startswith("Products: 3\nPhotos: 3\nCategories: 1\n")
    assert "3  Coats" in done.output
    assert f"3  {coats}" in done.output


def test_events_are_forgotten_by_age_or_all(run, catalog, home, monkeypatch):
    """With their photos; a span of 0 days forgets everything, as it stores nothing."""
    now = datetime.now(UTC)
    store, photos = EventStore(catalog.database), QueryPhotoArchive(home / "asked-photos")
    store.add([make_search(now - timedelta(days=number), f"day-{number}") for number in (0, 1, 100)])
    store.add([make_click(now), make_click(now - timedelta(days=100))])
    for number in (0, 1, 100):
        photos.keep(f"day-{number}", Image.new("RGB", (40, 50)))
    assert run("forget-events").output == "Forgot 2 events that were older than 90 days.\n"
    assert sorted(path.name for path in (home / "asked-photos").iterdir()) == ["day-0.jpg", "day-1.jpg"]
    monkeypatch.setenv("VITRINA_EVENT_DAYS", "1")
    assert run("forget-events").output.startswith("Forgot 0 ")
    monkeypatch.setenv("VITRINA_EVENT_DAYS", "0")
    assert run("forget-events").output == "Forgot 3 events.\n"
    assert list((home / "asked-photos").iterdir()) == []
    store.add([make_search(now)])
    monkeypatch.delenv("VITRINA_EVENT_DAYS")
    assert run("forget-events", "--all").output == "Forgot 1 events.\n"


def test_a_wrong_span_of_days_is_one_line(run, monkeypatch):
    """And nothing is deleted by mistake."""
    monkeypatch.setenv("VITRINA_EVENT_DAYS", "ninety")
    done = run("forget-events")
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "VITRINA_EVENT_DAYS is 'ninety'; it takes whole days from 0" in done.output


def test_module_runs(coats):
    """``python -m catalog`` works from a shell, prints its report on standard output, and nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "catalog", "import", str(coats)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Imported")
    assert done.stderr == ""


def _answer_as(monkeypatch, answer):
    """Have the command believe that a person sits at the terminal, who gives this answer."""
    monkeypatch.setattr("catalog.__main__._somebody_can_answer", lambda: True)
    monkeypatch.setattr("catalog.__main__.click.confirm", lambda *_, **__: answer)


def _keep_rows(table, count):
    table.write_text("".join(table.read_text().splitlines(keepends=True)[: count + 1]))


def test_export_that_lost_most_of_its_rows_empties_no_shop(coats, run, catalog):
    """The products stay, the command says how many would have gone, and which words do it all the same."""
    run("import", coats)
    _keep_rows(coats, 1)
    done = run("import", coats, "--prune")
    assert "Nothing was pruned: 2 of this source's 3 products seem to be gone, and at most 30% of them" in done.output
    assert "--prune-at-most 2" in done.output
    assert catalog.counts().products == 3
    assert "removed   2\n" in run("import", coats, "--prune", "--prune-at-most", "2").output
    assert catalog.counts().products == 1


@pytest.mark.parametrize(("limit", "left"), [("1", 3), ("2", 1), ("50%", 3), ("70%", 1), ("0.7", 1), ("100%", 1)])
def test_limit_of_pruning_is_a_number_or_a_share(coats, run, catalog, limit, left):
    """Either way of writing it decides for the whole import."""
    run("import", coats)
    _keep_rows(coats, 1)
    assert run("import", coats, "--prune", "--prune-at-most", limit).exit_code == 0
    assert catalog.counts().products == left


@pytest.mark.parametrize("limit", ["", "many", "-1", "101%", "1.5", "30 %%"])
def test_limit_that_makes_no_sense_is_refused(coats, run, catalog, limit):
    """Before anything is read."""
    done = run("import", coats, "--prune", "--prune-at-most", limit)
    assert done.exit_code == 1
    assert "is no limit; write a number of products, or a share as 25%" in done.output
    assert catalog.counts().products == 0


def test_limit_without_prune_is_a_mistake(coats, run):
    """Else somebody would wait for products to go."""
    assert "add --prune" in run("import", coats, "--prune-at-most", "5").output


@pytest.mark.parametrize("answer", [True, False])
def test_person_at_the_terminal_is_asked(coats, run, catalog, monkeypatch, answer):
    """The question names the products; only a yes removes them."""
    run("import", coats)
    _keep_rows(coats, 1)
    _answer_as(monkeypatch, answer)
    done = run("import", coats, "--prune")
    assert "  C2\n  C3\n" in done.output
    assert catalog.counts().products == (1 if answer else 3)


def test_source_that_is_gone_can_be_forgotten(coats, run, catalog, shop):
    """Its products go, those of other sources stay; importing it says so, as does the status."""
    run("import", coats)
    other = shop / "other.csv"
    other.write_text("".join(coats.read_text().splitlines(keepends=True)[:2]))
    run("import", other)
    coats.unlink()
    assert f"{coats} (" in run("status").output
    assert "; not there any more)" in run("status").output
    refused = run("import", coats)
    assert f"To remove its 2 products: python -m catalog forget {coats}" in refused.output
    done = run("forget", coats)
    assert done.exit_code == 0, done.output
    assert "2 products with 2 photos" in done.output
    assert "  C2  Coat 2\n" in done.output
    assert done.output.endswith("Removed 2 products; 1 are left. Next: make index\n")
    assert [product.product_id for product in catalog.iter_products()] == ["C1"]
    assert [source.location for source in catalog.sources()] == [str(other)]


def test_forgetting_shows_before_it_removes(coats, run, catalog, monkeypatch):
    """--dry-run removes nothing, nor does a no; a relative path will do."""
    run("import", coats)
    monkeypatch.chdir(coats.parent)
    dry = run("forget", "products.csv", "--dry-run")
    assert "Categories that no other source has: Coats." in dry.output
    assert "importing it again brings its products back" in dry.output
    assert dry.output.endswith("Nothing was removed.\n")
    _answer_as(monkeypatch, False)
    assert run("forget", "products.csv").output.endswith("Nothing was removed.\n")
    assert catalog.counts().products == 3
    assert "Removed 3 products" in run("forget", "products.csv", "--yes").output
    assert catalog.counts().products == 0


def test_forgetting_removes_the_lists_of_rejects(coats, run, shop, home):
    """Nobody is told of photos that no product needs any more."""
    (shop / "photos/2.jpg").write_bytes(b"")
    run("import", coats)
    assert list((home / "rejects").iterdir())
    run("forget", coats)
    assert not list((home / "rejects").iterdir())


def test_unknown_source_is_one_line_with_those_that_there_are(coats, run):
    """A typing error forgets nothing."""
    assert "It is empty" in run("forget", "nowhere.csv").output
    run("import", coats)
    done = run("forget", "nowhere.csv")
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert f"nowhere.csv. It knows: {coats}." in done.output


def test_what_a_command_writes_is_the_shop_s_user_s_alone(coats: Path, home: Path) -> None:
    """The catalogue holds password hashes, and its directory more that is nobody else's business."""
    before = os.umask(0o022)
    try:
        assert CliRunner().invoke(main, ["import", str(coats)]).exit_code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    files = [path for path in home.rglob("*") if path.is_file()]
    assert home / "catalog.db" in files
    assert not any(path.stat().st_mode & 0o077 for path in files)
