"""Which snapshots are kept, and putting one of them live."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from search.errors import (
    DamagedSnapshotError,
    IndexBusyError,
    IndexMovedError,
    NoIndexError,
    OtherModelError,
    UnknownSnapshotError,
)
from search.index.history import BUILD_LOCK, list_snapshots, live_id, put_back, snapshot_path
from search.index.snapshot import current_snapshot
from search.model.bundle import Bundle


@pytest.fixture
def index(publish: Callable[..., Path]) -> Path:
    """Two snapshots, the second one live."""
    publish("one")
    return publish("two")


def go_back(index: Path, bundle: Bundle, to: str = "one", expected: str = "two") -> None:
    with put_back(index, to, bundle, expected_live=expected) as publish:
        publish()


def test_snapshots_are_listed_with_what_they_take(index: Path) -> None:
    """And which one is live; what isn't a whole snapshot is left out."""
    (index / "three.partial").mkdir()
    (index / "broken").mkdir()
    (index / "broken" / "manifest.json").write_text("{")
    found = list_snapshots(index)
    assert [(one.manifest.id, one.is_live) for one in found] == [("two", True), ("one", False)]
    assert found[0].size_bytes == sum(file.stat().st_size for file in (index / "two").iterdir())


def test_no_index_is_an_empty_list(tmp_path: Path, bundle: Bundle) -> None:
    assert list_snapshots(tmp_path / "nowhere") == []
    assert live_id(tmp_path / "nowhere") is None
    with pytest.raises(NoIndexError):
        go_back(tmp_path / "nowhere", bundle)


def test_back_and_forward_again(index: Path, bundle: Bundle) -> None:
    go_back(index, bundle)
    assert current_snapshot(index).name == "one"
    go_back(index, bundle, to="two", expected="one")
    assert current_snapshot(index).name == "two"


def test_an_error_inside_leaves_everything_as_it_was(index: Path, bundle: Bundle) -> None:
    """What belongs to it, a line in a log for one, can go wrong first."""
    with pytest.raises(ZeroDivisionError), put_back(index, "one", bundle, expected_live="two"):
        raise ZeroDivisionError
    assert current_snapshot(index).name == "two"
    go_back(index, bundle)


def test_two_people_do_not_undo_each_other_unseen(index: Path, bundle: Bundle) -> None:
    """The second one decided on what is no longer live."""
    go_back(index, bundle)
    with pytest.raises(IndexMovedError, match="one is live by now, not two"):
        go_back(index, bundle, to="two", expected="two")
    assert current_snapshot(index).name == "one"


def test_another_model_s_index_is_refused(index: Path, bundle: Bundle) -> None:
    """Its vectors can't be compared with those of queries."""
    other = replace(bundle, embedder_sha256="1" * 64)
    with pytest.raises(OtherModelError, match="VITRINA_BUNDLE"):
        go_back(index, other)
    assert current_snapshot(index).name == "two"


@pytest.mark.parametrize("harm", ["altered", "missing"])
def test_a_damaged_index_is_refused(index: Path, bundle: Bundle, harm: str) -> None:
    """Before shoppers get to see it."""
    file = index / "one" / "roles.json"
    file.unlink() if harm == "missing" else file.write_text("{}")
    with pytest.raises(DamagedSnapshotError):
        go_back(index, bundle)
    assert current_snapshot(index).name == "two"


def test_nothing_is_put_back_while_a_build_works(index: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would publish over it, or tidy it away."""
    monkeypatch.setattr("search.index.history._PATIENCE_SECONDS", 0.05)
    with FileLock(index / BUILD_LOCK), pytest.raises(IndexBusyError):
        go_back(index, bundle)


@pytest.mark.parametrize("name", ["gone", "../index/one", "", ".", "one/"])
def test_only_kept_snapshots_have_a_path(index: Path, name: str) -> None:
    """No name leads out of the index directory."""
    with pytest.raises(UnknownSnapshotError):
        snapshot_path(index, name)
