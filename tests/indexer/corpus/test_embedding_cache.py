"""The embedding cache: whatever becomes of its file, a build goes on, and no damaged entry is taken for a sound one."""

import logging
import resource
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.corpus.embedding_cache import EmbeddingCache, PhotoEmbedding
from indexer.errors import StorageError

DIM = 400
COUNT = 60


def name(number: int) -> str:
    return f"{number:064x}"


def embedding(number: int) -> PhotoEmbedding:
    return PhotoEmbedding(np.full(DIM, number + 1, np.float32), (number, 2))


NAMES = [name(number) for number in range(COUNT)]


@pytest.fixture
def cache_file(tmp_path: Path) -> Path:
    """A cache of COUNT entries, several to a page of its file."""
    with EmbeddingCache(tmp_path, "model", DIM) as cache:
        cache.store([(name(number), embedding(number)) for number in range(COUNT)])
    return tmp_path / "model.sqlite"


def reopen(file: Path) -> EmbeddingCache:
    return EmbeddingCache(file.parent, "model", DIM)


def change(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(statement, (name(3),))
    connection.close()


def test_what_was_stored_is_what_is_loaded(cache_file: Path) -> None:
    """Number for number."""
    with reopen(cache_file) as cache:
        assert cache.known([*NAMES, "other"]) == set(NAMES)
        loaded = cache.load(NAMES)
    assert loaded[name(7)].seen == (7, 2)
    assert np.array_equal(loaded[name(7)].vector, embedding(7).vector)
    assert cache.damaged == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE embeddings SET vector = x'00' WHERE sha256 = ?",
        "UPDATE embeddings SET vector = zeroblob(1600) WHERE sha256 = ?",
        "UPDATE embeddings SET vector = 'text' WHERE sha256 = ?",
        "UPDATE embeddings SET seen = x'' WHERE sha256 = ?",
        "UPDATE embeddings SET seen = x'0000000001000000' WHERE sha256 = ?",
        "UPDATE checksums SET crc32 = 5 WHERE sha256 = ?",
    ],
)
def test_damaged_entry_counts_as_none(cache_file: Path, statement: str) -> None:
    """So it is embedded again; both questions give the same answer."""
    change(cache_file, statement)
    with reopen(cache_file) as cache:
        assert cache.known(NAMES) == set(NAMES) - {name(3)}
        assert set(cache.load(NAMES)) == set(NAMES) - {name(3)}
        assert cache.damaged == 1
        cache.store([(name(3), embedding(3))])
        assert cache.known(NAMES) == set(NAMES)


@pytest.mark.parametrize(
    ("statement", "sound"),
    [
        ("UPDATE embeddings SET vector = vector WHERE sha256 = ?", True),
        ("UPDATE embeddings SET vector = zeroblob(1599) WHERE sha256 = ?", False),
        ("UPDATE embeddings SET seen = x'' WHERE sha256 = ?", False),
        (f"UPDATE embeddings SET vector = x'{'ffffff7f' * DIM}' WHERE sha256 = ?", False),  # noqa: S608
    ],
)
def test_caches_of_earlier_versions_go_on(cache_file: Path, statement: str, sound: bool) -> None:
    """They have no checksums; what is no vector is still told from one."""
    change(cache_file, statement)
    connection = sqlite3.connect(cache_file)
    connection.execute("DROP TABLE checksums")
    connection.close()
    with reopen(cache_file) as cache:
        assert (name(3) in cache.known(NAMES)) == sound
        assert len(cache.load(NAMES)) == COUNT - (not sound)


def overwrite(start: int, size: int) -> Callable[[bytearray], bytes]:
    def change(content: bytearray) -> bytes:
        content[start : start + size] = b"\xaa" * size
        return bytes(content)

    return change


@pytest.mark.parametrize(
    "damage",
    [
        overwrite(0, 4000),
        overwrite(4096, 4000),
        overwrite(5 * 4096, 20_000),
        lambda content: bytes(content[:200]),
        lambda content: bytes(content[: len(content) // 2]),
        lambda content: b"",
        lambda content: b"hello" * 5000,
    ],
    ids=["header", "first page", "middle", "cut to nothing", "cut in half", "empty", "text"],
)
def test_damaged_file_is_made_anew_with_what_can_be_read(
    cache_file: Path, damage: Callable[[bytearray], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """No build ends because of it, this one or the next; what is said to be known can be loaded."""
    cache_file.write_bytes(damage(bytearray(cache_file.read_bytes())))
    with caplog.at_level(logging.WARNING), reopen(cache_file) as cache:
        known = cache.known(NAMES)
        loaded = cache.load(NAMES)
        assert set(loaded) == known
        assert all(np.array_equal(loaded[sha256].vector, embedding(int(sha256, 16)).vector) for sha256 in known)
        cache.store([(name(number), embedding(number)) for number in range(COUNT)])
        assert cache.known(NAMES) == set(NAMES)
    with reopen(cache_file) as cache:
        assert cache.known(NAMES) == set(NAMES)
    assert [path.name for path in cache_file.parent.iterdir()] == ["model.sqlite"]


def test_what_could_be_saved_is_said(cache_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And a damaged page in the middle costs its neighbours nothing."""
    cache_file.write_bytes(overwrite(20 * 4096, 4096)(bytearray(cache_file.read_bytes())))
    with reopen(cache_file) as cache:
        assert COUNT // 2 < len(cache.known(NAMES)) < COUNT
    assert not caplog.text or "are kept" in caplog.text


@pytest.mark.parametrize("statement", ["ALTER TABLE embeddings RENAME COLUMN vector TO other", "DROP TABLE embeddings"])
def test_tables_of_another_version_are_made_anew(cache_file: Path, statement: str) -> None:
    """It is a cache: nothing in it is worth an error that nobody can act on."""
    connection = sqlite3.connect(cache_file)
    connection.execute(statement)
    connection.close()
    with reopen(cache_file) as cache:
        assert cache.known(NAMES) == set()
        cache.store([(name(3), embedding(3))])
    with reopen(cache_file) as cache:
        assert cache.known(NAMES) == {name(3)}


@pytest.fixture
def no_room(cache_file: Path) -> Iterator[None]:
    """A limit of this process on the size of files, as of a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("no_room")
def test_on_a_full_disk_nobody_is_told_to_delete_it(cache_file: Path) -> None:
    """It is sound, and holds hours of work."""
    with pytest.raises(StorageError, match="Make room") as raised:
        reopen(cache_file)
    assert "elete" not in str(raised.value)


def test_no_permission_is_said(tmp_path: Path) -> None:
    """Here: a file where a folder should be."""
    (tmp_path / "embeddings").write_text("")
    with pytest.raises(StorageError, match="right to write"):
        EmbeddingCache(tmp_path / "embeddings", "model", DIM)
