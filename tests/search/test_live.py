"""The live engine: a new snapshot takes over, a bad one doesn't."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

import search.live as live
from search.engine import SearchEngine
from search.errors import NoIndexError
from search.index.snapshot import Snapshot, current_snapshot
from search.model.bundle import Bundle
from tests.search.handmade import HandEmbedder, make_content


@pytest.fixture
def engine_opener(monkeypatch: pytest.MonkeyPatch, bundle: Bundle, embedder: HandEmbedder) -> None:
    """Opens real snapshots with the embedder made by hand, and looks at the pointer at every call."""

    def open_engine(index_dir: Path, bundle_dir: Path) -> SearchEngine:
        return SearchEngine(Snapshot.open(current_snapshot(index_dir), bundle), embedder)  # type: ignore[arg-type]

    monkeypatch.setattr(live.SearchEngine, "open", staticmethod(open_engine))
    monkeypatch.setattr(live, "_LOOK_EVERY_SECONDS", 0.0)


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.usefixtures("engine_opener")
def test_new_snapshot_takes_over_while_requests_go_on(publish: Callable[..., Path]) -> None:
    """Nobody waits: each call gets an engine at once, in the end the new one."""
    engine = live.LiveEngine(publish("one"), Path("unused"))
    held = engine.current()
    assert held.snapshot.id == "one"
    publish("two")
    assert wait_for(lambda: engine.current().snapshot.id == "two")
    assert held.similar("coat-red"), "a request under way keeps the engine it began with"


@pytest.mark.usefixtures("engine_opener")
def test_damaged_snapshot_leaves_the_old_one_serving(
    publish: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    """A merchandiser's broken build is no outage."""
    index = publish("one")
    engine = live.LiveEngine(index, Path("unused"))
    engine.current()
    publish("two")
    (index / "two" / "vectors.faiss").unlink()
    assert wait_for(lambda: bool(engine.current()) and "two" in caplog.text)
    assert engine.current().snapshot.id == "one"
    publish("three", make_content(digest="e" * 16))
    assert wait_for(lambda: engine.current().snapshot.id == "three")


@pytest.mark.usefixtures("engine_opener")
def test_first_index_is_found_without_a_restart(publish: Callable[..., Path], tmp_path: Path) -> None:
    """A shop started before `make index` works as soon as there is one."""
    engine = live.LiveEngine(tmp_path / "index", Path("unused"))
    for _ in range(2):
        with pytest.raises(NoIndexError):
            engine.current()
    publish("one")
    assert engine.current().snapshot.id == "one"
