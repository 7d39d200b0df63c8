"""What pyproject.toml, constraints.txt and requirements.lock promise about packages."""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from indexer.errors import TRAINING_PACKAGES
from tests.test_imports import OURS, imported, modules

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ONLY_TO_REMAKE_THE_SHIPPED_BUNDLE = {"torch"}
COMES_WITH = {"keras": "tensorflow", "markupsafe": "jinja2", "werkzeug": "flask"}


def plain(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {plain(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def pins(file: str) -> dict[str, str]:
    """Distribution -> version, of the lines that pin one."""
    lines = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", (ROOT / file).read_text(encoding="utf-8"), re.M)
    return {plain(name): version for name, version in lines}


BASE = names(PROJECT["dependencies"])
TRAIN = names(PROJECT["optional-dependencies"]["train"])
RAY = names(PROJECT["optional-dependencies"]["ray"])
# Few need Ray, which is large: it and what comes with it alone are pinned, but not installed by ``make install``.
ONLY_WITH_RAY = RAY | {"attrs", "jsonschema", "jsonschema-specifications", "msgpack", "referencing", "rpds-py"}


@pytest.mark.parametrize("package", sorted(OURS))
def test_what_is_imported_is_a_dependency(package: str) -> None:
    """Of the shop, the search and the catalogue a plain one, so that a web worker needs no TensorFlow."""
    distributions = packages_distributions()
    users: dict[str, set[str]] = defaultdict(set)
    for path in modules(package):
        for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            root = name.partition(".")[0]
            if root and root not in OURS | sys.stdlib_module_names | ONLY_TO_REMAKE_THE_SHIPPED_BUNDLE:
                users[root].add(str(path.relative_to(ROOT)))
    allowed = BASE | TRAIN | RAY if package == "indexer" else BASE
    for root, files in users.items():
        found = {plain(COMES_WITH.get(root) or name) for name in distributions.get(root, [root])}
        assert found & allowed, f"{root}: {files}"


def test_the_packages_of_training_are_those_that_the_error_names() -> None:
    """Keras comes with TensorFlow."""
    assert TRAIN | {"keras"} == TRAINING_PACKAGES


def test_the_lock_holds_every_pin_and_every_dependency_with_hashes() -> None:
    """Neither says another version than the other; ``make lock`` brings them together."""
    locked, pinned = pins("requirements.lock"), pins("constraints.txt")
    assert {name: locked.get(name) for name in pinned if name not in ONLY_WITH_RAY} == {
        name: version for name, version in pinned.items() if name not in ONLY_WITH_RAY
    }, "run: make lock"
    assert not ONLY_WITH_RAY & locked.keys()
    assert pinned.keys() >= ONLY_WITH_RAY
    development = names(PROJECT["optional-dependencies"]["dev"]) - {"vitrina"}
    assert BASE | TRAIN | development <= locked.keys(), "run: make lock"
    entries = re.split(
        r"^(?=[\w.-]+(?:\[[\w,-]+\])?==)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), flags=re.M
    )
    assert all("--hash=sha256:" in entry for entry in entries[1:])


def test_every_command_of_make_is_in_its_help() -> None:
    """A target that people may call says in one line what it does."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(" ".join(re.findall(r"^\.PHONY: (.+)$", makefile, re.M)).split())
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.M))
    aliases = set(re.findall(r"^([a-z-]+):.* # ", makefile, re.M))
    assert phony - aliases == described
