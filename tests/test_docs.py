"""The documentation says what is there: files, functions, settings, commands and routes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from catalog.__main__ import main as catalog_command
from indexer.__main__ import main as indexer_command
from search.__main__ import main as search_command
from webapp.__main__ import main as webapp_command
from webapp.api import catalogue, documentation, exchange, lists, products, v1
from webapp.http.converters import ProductIdConverter

ROOT = Path(__file__).parent.parent
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PACKAGES = ("catalog", "search", "indexer", "webapp")
COMMANDS = {
    "catalog": catalog_command,
    "search": search_command,
    "indexer": indexer_command,
    "webapp": webapp_command,
}
WALKS = 5
MOST_STEPS = 8
# Commands that nobody types: the first one keeps an earlier name, the second one is started by the studio.
UNDOCUMENTED = {"indexer appraise", "indexer run-job"}


def section(title: str) -> str:
    """A section of the design, without its title."""
    return re.split(rf"^## {title}$", DESIGN, maxsplit=1, flags=re.MULTILINE)[1].split("\n## ")[0]


def table_of_places() -> list[str]:
    """The rows of the table that says where to change a thing."""
    rows = DESIGN.split("Where to change a thing:")[1].split("\n\n")[1].splitlines()
    return rows[2:]


def named_paths(text: str) -> Iterator[str]:
    """What stands in backticks and looks like a path below one of the packages."""
    for name in re.findall(r"`([^`\s]+)`", text):
        if name.split("/")[0] in {*PACKAGES, "docs", "tests", "benchmarks"} and "/" in name:
            yield name


def every_function(path: Path) -> set[str]:
    """The functions, classes and methods ("Class.method") of a file."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


def walks() -> dict[str, list[str]]:
    """Title of a walk -> its steps, each on one line."""
    parts = re.split(r"^\*\*(.+)\*\*$", section("Five walks"), flags=re.MULTILINE)[1:]
    found = {}
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        steps = re.split(r"^\d\. ", text, flags=re.MULTILINE)[1:]
        found[title] = [" ".join(step.split()) for step in steps]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    """A reader who looks for it finds it; ``<area>`` stands for each area of the studio."""
    for name in named_paths(page.read_text(encoding="utf-8")):
        paths = [name.replace("<area>", area) for area in ("labels", "curation")] if "<area>" in name else [name]
        assert all((ROOT / path).exists() for path in paths), f"{page.name} names {name}, which isn't there"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_holds_what_a_merge_left(page: Path) -> None:
    """Two versions of a paragraph, with lines between that only git can read."""
    assert not re.search(r"^(<<<<<<<|>>>>>>>)", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_each_row_of_the_table_names_a_place() -> None:
    """With a whole path, so that an editor can open it, and each thing once."""
    rows = table_of_places()
    assert len(rows) > 30
    things = [row.split("|")[1].strip() for row in rows]
    assert len(set(things)) == len(things)
    for row in rows:
        where = row.split("|")[2]
        assert list(named_paths(where)), row
        for name in re.findall(r"`([^`\s]+)`", where):
            assert (ROOT / name.replace("<area>", "labels")).exists(), f"{name} in: {row}"


def test_the_table_leads_into_every_room() -> None:
    """A room that no row names is one that a newcomer can't find; those that hold only tables or tests aside."""
    named = {"/".join(name.split("/")[:2]).rstrip("/") for row in table_of_places() for name in named_paths(row)}
    rooms = {
        f"{package}/{path.name}"
        for package in PACKAGES
        for path in (ROOT / package).iterdir()
        if path.is_dir() and (path / "__init__.py").exists()
    }
    assert rooms - named == set()


def test_five_walks_have_few_steps_that_are_in_the_code() -> None:
    """Each step names a file and a function in it, in at most eight steps."""
    found = walks()
    assert len(found) == WALKS
    for title, steps in found.items():
        assert 3 <= len(steps) <= MOST_STEPS, title
        for step in steps:
            match = re.match(r"`([\w/]+\.py)` `([\w.]+)`: ", step)
            assert match, f"{title}: no file and function in: {step}"
            path, function = match.groups()
            assert (ROOT / path).exists(), f"{title}: there is no {path}"
            assert function in every_function(ROOT / path), f"{title}: there is no {function} in {path}"


def test_settings_are_documented_and_exist() -> None:
    """Every environment variable that the code reads stands in the design, and the other way round."""
    in_code = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            in_code |= set(re.findall(r"\"(VITRINA_[A-Z_]+)\"", path.read_text(encoding="utf-8")))
    in_design = set(re.findall(r"VITRINA_[A-Z_]+", DESIGN.split("Settings, all of them")[1].split("\n\n")[0]))
    assert in_code == in_design
    for page in PAGES:
        written = set(re.findall(r"VITRINA_[A-Z_]+", page.read_text(encoding="utf-8")))
        # Those of the test suite, which docs/development.md tells of.
        assert {name for name in written - in_code if not name.startswith("VITRINA_TEST_")} == set(), page.name


def all_commands() -> set[str]:
    """Everything that can be typed after ``python -m``: "indexer build", "webapp user add"."""

    def below(name: str, command: click.Command) -> Iterator[str]:
        if isinstance(command, click.Group):
            for child, found in command.commands.items():
                yield from below(f"{name} {child}", found)
        else:
            yield name

    return {line for package, command in COMMANDS.items() for line in below(package, command)}


def test_commands_that_pages_name_exist() -> None:
    """And their options; a renamed command must not live on in the documentation."""
    commands = all_commands()
    for page in PAGES:
        for package, words in re.findall(
            r"python -m (catalog|indexer)((?: [a-z][a-z-]+)*)", page.read_text(encoding="utf-8")
        ):
            line = f"{package}{words}"
            assert any(line == one or line.startswith(f"{one} ") for one in commands), f"{page.name}: python -m {line}"


def test_every_command_is_documented() -> None:
    """A command that no page names is one that nobody uses."""
    written = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for line in all_commands() - UNDOCUMENTED:
        package, _, words = line.partition(" ")
        if words:
            assert re.search(rf"({package}|make) [^\n]*\b{words.split()[-1]}\b", written), line


def test_make_targets_that_pages_name_exist() -> None:
    """In code, as ``make demo``; in prose the word is a verb."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"`make ([a-z][a-z-]*)", text)) | set(
            re.findall(r"^make ([a-z][a-z-]*)", text, re.MULTILINE)
        )
        assert named <= targets, f"{page.name} names make {', '.join(named - targets)}"


def test_every_address_of_the_api_is_documented() -> None:
    """And none that isn't there, with its method."""
    app = Flask("api")
    app.url_map.converters["product_id"] = ProductIdConverter
    blueprints = [room.bp for room in (v1, catalogue, products, lists, exchange, documentation)]
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    headings = re.findall(r"^## (.*)", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    documented = {pair for heading in headings for pair in re.findall(r"([A-Z]+) (/\S+)", heading)}
    served = {
        (method, re.sub(r"<[^>]+>", "ID", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.partition(".")[0] in {blueprint.name for blueprint in blueprints}
    }
    assert served == documented
