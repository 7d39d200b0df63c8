"""The table of damages in docs/deployment.md: each file of a data directory, damaged in each way, at each moment."""

import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.verification.verify import verify_home
from search.model.bundle import Bundle, Head, NeighbourVote
from search.model.novelty import Novelty
from tests.damages import DAMAGES, FILES, damage, find, hand_made_model, make_home, observe
from tests.search.handmade import BALANCE, COLOURS
from tests.webapp.compiled_once import compiled_once

pytestmark = pytest.mark.slow  # more than a hundred data directories
DOCUMENT = Path(__file__).parents[1] / "docs" / "deployment.md"
VERIFIED = {  # what `indexer verify` must find: a file, a damage, and the part in which it is found
    ("manifest.json", "flipped byte"): "index",
    ("vectors.faiss", "flipped byte"): "index",
    ("nearest.npy", "missing"): "index",
    ("cache/embeddings", "cut"): "embeddings",
    ("cache/embeddings", "other version"): "embeddings",
    ("cache/thumbnails", "flipped byte"): "thumbnails",
    ("cache/thumbnails", "empty"): "thumbnails",
    ("catalog.db", "missing"): "database",
    ("catalog.db", "cut"): "database",
}


def read_table() -> dict[tuple[str, str], tuple[str, str, str]]:
    """(file, damage) -> what the document says of start, running and build."""
    said: dict[tuple[str, str], tuple[str, str, str]] = {}
    _, _, table = DOCUMENT.read_text(encoding="utf-8").partition("| file | damage |")
    for line in table.splitlines()[2:]:
        if not line.startswith("|"):
            break
        files, damages, start, running, build, way_back = (cell.strip() for cell in line.strip("|").split("|"))
        assert way_back
        for file in re.findall(r"`([^`]+)`", files):
            for how in DAMAGES if damages == "any" else damages.split(", "):
                assert (file, how) not in said, "a row for each"
                said[file, how] = (start, running, build)
    return said


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    heads = {"gender": Head(("Men", "Unisex", "Women")), "colour": Head(tuple(COLOURS))}
    vote = NeighbourVote(limit=4, equal_score=0.9, softness=0.1)
    return Bundle(Path("unused"), "by hand", 32, BALANCE, vote, heads, "0" * 64, novelty=Novelty(0.75))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, bundle: Bundle) -> Path:
    """A data directory in which nothing is damaged."""
    home = tmp_path_factory.mktemp("damages") / "home"
    make_home(home, bundle)
    return home


@pytest.fixture(scope="module", autouse=True)
def _compile_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_the_table_is_complete() -> None:
    """Each file, and each damage of it, stands there once."""
    assert set(read_table()) == {(file, how) for file in FILES for how in DAMAGES}


def test_every_file_of_a_data_directory_is_in_the_table(whole: Path) -> None:
    """One that a later version adds must be thought about too."""
    listed = {path for pattern in FILES.values() for path in whole.glob(pattern)}
    locks_and_logs = (".lock", "-wal", "-shm")
    others = {path for path in whole.rglob("*") if path.is_file()} - listed
    assert [path for path in others if not path.name.endswith(locks_and_logs)] == []


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_damage_ends_as_the_table_says(whole: Path, bundle: Bundle, tmp_path: Path, file: str, how: str) -> None:
    """At the start, under a running shop, and in a build; nothing ends in a traceback."""
    assert observe(whole, tmp_path, bundle, file, how) == read_table()[file, how]


@pytest.mark.parametrize(("file", "how"), VERIFIED)
def test_verification_finds_it(whole: Path, bundle: Bundle, tmp_path: Path, file: str, how: str) -> None:
    """In its part, and in no other one; a whole directory has no problem."""
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    with hand_made_model(bundle, home):
        url = f"sqlite:///{home / 'catalog.db'}"
        assert not [check for check in verify_home(home, home / "index", bundle, url) if check.problems]
        damage(find(home, file), how)
        checks = verify_home(home, home / "index", bundle, url)
    assert [check.part for check in checks if check.problems] == [VERIFIED[file, how]]
    assert any(line for check in checks for line in check.describe())
