"""What was said of a source holds for its next import."""

import pytest
from click.testing import CliRunner

from catalog.__main__ import main
from catalog.importing.kept_options import KeptOptions
from catalog.source_options import ToldOfSource

MAPPING = ("--map", "product_id=sku", "--map", "category=type")


def run(command, *arguments):
    return CliRunner().invoke(main, [command, *map(str, arguments)])


@pytest.fixture
def table(shop, draw):
    """A table with columns of its own."""
    draw("a.jpg")
    path = shop / "their products.csv"
    path.write_text("sku,type,image,price\nA,Coats,a.jpg,9.90\n")
    return path


def test_the_next_import_takes_what_the_last_one_was_told(table, catalog):
    """And says so."""
    assert run("import", table).exit_code == 1
    assert run("import", table, *MAPPING, "--currency", "EUR").exit_code == 0
    table.write_text(table.read_text().replace("9.90", "8.90"))
    again = run("import", table)
    assert again.exit_code == 0, again.output
    assert "--map product_id=sku --map category=type --currency EUR" in again.output
    assert catalog.product("A").price_cents == 890
    assert "would be imported" in run("check", table).output.casefold()


def test_what_is_said_replaces_all_that_was(table, home):
    """And an import that fails keeps nothing."""
    run("import", table, *MAPPING, "--currency", "EUR")
    assert run("import", table, "--map", "product_id=nothing").exit_code == 1
    kept = KeptOptions(home)
    assert kept.read(str(table)) == ToldOfSource(pairs=MAPPING[1::2], currency="EUR")
    run("import", table, *MAPPING)
    assert kept.read(str(table)) == ToldOfSource(pairs=MAPPING[1::2])
    assert run("forget", table, "--yes").exit_code == 0
    assert not kept.read(str(table)).says_anything


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"pairs": 3}', '{"pairs": [], "other": 1}', "\0"])
def test_a_damaged_note_says_nothing(home, content):
    """As if nobody had ever said anything."""
    kept = KeptOptions(home)
    kept.keep("https://x.example/feed", ToldOfSource(currency="EUR"))
    (path,) = (home / "sources").iterdir()
    path.write_text(content)
    assert kept.read("https://x.example/feed") == ToldOfSource()


def test_a_source_is_known_by_its_place(home, tmp_path, monkeypatch):
    """However its path is written."""
    kept = KeptOptions(home)
    told = ToldOfSource(("title=name it",), "table", "https://x.example/media", True, "EUR", "https://x.example")
    kept.keep(str(tmp_path / "a.csv"), told)
    monkeypatch.chdir(tmp_path)
    assert kept.read("a.csv") == told
    assert kept.read("b.csv") == ToldOfSource()
    assert told.command_line == (
        "--map 'title=name it' --format table --images https://x.example/media --currency EUR "
        "--shop-url https://x.example --no-download"
    )
