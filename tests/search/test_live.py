"""The live engine: a new snapshot takes over, a bad one doesn't."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import search.live as live
from search.engine import SearchEngine
from search.errors import DamagedSnapshotError, NoIndexError
from search.index.snapshot import Snapshot, current_snapshot, publish_snapshot
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


def fails_within(engine: live.LiveEngine, words: str) -> bool:
    def fails() -> bool:
        try:
            engine.current()
        except DamagedSnapshotError as error:
            return words in str(error)
        return False

    return wait_for(fails)


@pytest.mark.usefixtures("engine_opener")
def test_flipped_bytes_are_found_soon_after_opening(publish: Callable[..., Path]) -> None:
    """They open like any others; the checksum tells. Building again is the way back."""
    index = publish("one")
    flip(index / "one" / "vectors.faiss")
    engine = live.LiveEngine(index, Path("unused"))
    assert engine.current().similar("coat-red"), "opened at once, nobody waits for checksums"
    assert fails_within(engine, "vectors.faiss of the index one was altered")
    assert fails_within(engine, "make index"), "and it stays so"
    assert "altered" in str(engine.trouble)
    publish("two")
    assert engine.current().snapshot.id == "two"
    assert engine.trouble is None


@pytest.mark.usefixtures("engine_opener")
def test_file_that_changes_under_a_running_shop_is_verified_again(publish: Callable[..., Path]) -> None:
    """Whoever writes into the live index ends its life; whoever mends the file gives it back."""
    index = publish("one")
    engine = live.LiveEngine(index, Path("unused"))
    engine.current()
    roles = index / "one" / "roles.json"
    content = roles.read_bytes()
    flip(roles)
    assert fails_within(engine, "roles.json of the index one was altered")
    roles.write_bytes(content)
    assert wait_for(lambda: answers(engine))


@pytest.mark.usefixtures("engine_opener")
def test_vectors_that_are_cut_off_in_place_are_let_go_at_once(publish: Callable[..., Path]) -> None:
    """They are mapped: the next search would end the process."""
    index = publish("one")
    engine = live.LiveEngine(index, Path("unused"))
    engine.current()
    assert wait_for(lambda: not engine._opening.locked())
    os.truncate(index / "one" / "vectors.faiss", 10)
    with pytest.raises(DamagedSnapshotError, match="cut off"):
        engine.current()


@pytest.mark.usefixtures("engine_opener")
def test_damaged_new_index_never_takes_over(publish: Callable[..., Path]) -> None:
    """Beside a sound old one there is time to compare checksums first; what is wrong is told."""
    index = publish("one")
    engine = live.LiveEngine(index, Path("unused"))
    engine.current()
    write_unpublished(publish, index)
    flip(index / "two" / "vectors.faiss")
    publish_snapshot(index, "two")
    assert wait_for(lambda: engine.current() is not None and engine.trouble is not None)
    assert engine.current().snapshot.id == "one"
    assert "vectors.faiss of the index two was altered" in str(engine.trouble)


@pytest.mark.parametrize("error", [EOFError("no data left in file"), MemoryError(), RecursionError("too deep")])
def test_whatever_opening_raises_becomes_one_state(
    publish: Callable[..., Path],
    bundle: Bundle,
    embedder: HandEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    """Nothing kills the server at its start, and the thread that swaps lives on."""

    def fail(*_: object) -> SearchEngine:
        raise error

    monkeypatch.setattr(live, "_LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(live.SearchEngine, "open", staticmethod(fail))
    index = publish("one")
    engine = live.LiveEngine(index, Path("unused"))
    assert fails_within(engine, type(error).__name__)

    def open_engine(index_dir: Path, bundle_dir: Path) -> SearchEngine:
        return SearchEngine(Snapshot.open(current_snapshot(index_dir), bundle), embedder)  # type: ignore[arg-type]

    monkeypatch.setattr(live.SearchEngine, "open", staticmethod(open_engine))
    publish("two")
    assert engine.current().snapshot.id == "two"
    monkeypatch.setattr(live.SearchEngine, "open", staticmethod(fail))
    publish("three")
    assert wait_for(lambda: engine.current() is not None and engine.trouble is not None)
    assert engine.current().snapshot.id == "two"


@pytest.mark.usefixtures("engine_opener")
def test_unusable_index_is_tried_again_after_a_while(
    publish: Callable[..., Path], bundle: Bundle, embedder: HandEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood in the way may have been no file of the index: memory, or open files."""
    calls = []
    opened = live.SearchEngine.open

    def fail_once(index_dir: Path, bundle_dir: Path) -> SearchEngine:
        calls.append(index_dir)
        if len(calls) == 1:
            raise MemoryError
        return opened(index_dir, bundle_dir)

    monkeypatch.setattr(live.SearchEngine, "open", staticmethod(fail_once))
    engine = live.LiveEngine(publish("one"), Path("unused"))
    for _ in range(3):
        with pytest.raises(DamagedSnapshotError):
            engine.current()
    assert len(calls) == 1, "not at each request"
    monkeypatch.setattr(live, "_RETRY_SECONDS", 0.0)
    assert engine.current().snapshot.id == "one"


def flip(file: Path) -> None:
    """Changes one bit in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def answers(engine: live.LiveEngine) -> bool:
    try:
        return engine.current() is not None
    except DamagedSnapshotError:
        return False


def write_unpublished(publish: Callable[..., Path], index: Path) -> None:
    """A snapshot "two" while "one" stays live."""
    pointer = index / "current"
    before = pointer.read_bytes()
    publish("two")
    pointer.write_bytes(before)
