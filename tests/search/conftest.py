"""The hand-made shop as a bundle, a snapshot and an engine."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from search.engine import SearchEngine
from search.index.snapshot import Snapshot, SnapshotContent, publish_snapshot, write_snapshot
from search.model.bundle import Bundle, Head, NeighbourVote
from search.model.novelty import Novelty
from tests.search.handmade import BALANCE, COLOURS, HandEmbedder, make_content


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    heads = {"gender": Head(("Men", "Unisex", "Women")), "colour": Head(tuple(COLOURS))}
    vote = NeighbourVote(limit=4, equal_score=0.9, softness=0.1)
    return Bundle(tmp_path / "bundle", "by hand", 32, BALANCE, vote, heads, "0" * 64, novelty=Novelty(0.75))


@pytest.fixture
def publish(tmp_path: Path, bundle: Bundle) -> Callable[..., Path]:
    """Writes and publishes a snapshot; returns the index directory."""

    def write(name: str = "one", content: SnapshotContent | None = None) -> Path:
        index = tmp_path / "index"
        (index / name).mkdir(parents=True)
        write_snapshot(
            index / name, content or make_content(), bundle, snapshot_id=name, built_at="2026-01-31T10:00:00+00:00"
        )
        publish_snapshot(index, name)
        return index

    return write


@pytest.fixture
def embedder(bundle: Bundle) -> HandEmbedder:
    return HandEmbedder(bundle)


@pytest.fixture
def engine(publish: Callable[..., Path], bundle: Bundle, embedder: HandEmbedder) -> SearchEngine:
    return SearchEngine(Snapshot.open(publish() / "one", bundle, verify=True), embedder)  # type: ignore[arg-type]


@pytest.fixture
def photo() -> Image.Image:
    return Image.new("RGB", (40, 60), "white")
