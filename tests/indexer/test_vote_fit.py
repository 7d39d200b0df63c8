"""How much neighbours count, chosen by a rehearsal with an embedder that only knows how bright a photo is."""

from types import SimpleNamespace

import numpy as np
import pytest

from indexer.training.vote_fit import choose_neighbour_vote
from search.bundle import NeighbourVote
from search.embedder import Embedder, Embeddings

START = NeighbourVote(limit=5, equal_score=0.65, softness=0.03)
SIDE = 32


class BrightnessEmbedder:
    """Near in brightness is near in its vectors; the classifier may know the class, or guess."""

    def __init__(self, *, near: bool, sure: bool) -> None:
        self.bundle = SimpleNamespace(image_size=SIDE, style_dim=2)
        self._near, self._sure = near, sure

    embed_views = Embedder.embed_views

    def embed(self, pixels: np.ndarray) -> Embeddings:
        dark = pixels[:, 8:-8, 8:-8].mean(axis=(1, 2, 3)) < 110
        angles = np.where(dark == self._near, 0.2, 1.4)
        if not self._near:  # neighbours of one class as of the other
            angles = np.full(len(pixels), np.random.default_rng(int(pixels.sum(dtype=np.int64))).choice([0.2, 1.4]))
        colour = np.ones((len(pixels), 1))
        vectors = np.concatenate([np.stack([np.cos(angles), np.sin(angles)], axis=1), colour], axis=1)
        share = 0.95 if self._sure else 0.5
        right = np.where(dark, share, 1 - share)
        return Embeddings(
            vectors.astype(np.float32), {"category": np.stack([right, 1 - right], axis=1).astype(np.float32)}
        )


def photos(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dark and light ones in turn, of which every tenth has no category, and which rows to take."""
    rng = np.random.default_rng(seed)
    targets = np.arange(count) % 2
    pixels = np.empty((count, 40, 40, 3), np.uint8)
    pixels[:] = (np.where(targets == 0, 30, 190) + rng.integers(-15, 16, count))[:, None, None, None]
    labels = np.where(np.arange(count) % 10 == 9, -1, targets)
    rows = np.arange(0, count)[::-1]
    return pixels, rows, labels[rows]


def choose(*, near: bool, sure: bool, count: int = 30) -> NeighbourVote:
    embedder = BrightnessEmbedder(near=near, sure=sure)
    return choose_neighbour_vote(embedder, photos(60, 0), photos(count, 1), START, 0.35, seed=0)  # type: ignore[arg-type]


def test_neighbours_count_more_where_they_know_better() -> None:
    """And less where the classifier does; their number and softness stay."""
    trusted, distrusted = choose(near=True, sure=False), choose(near=False, sure=True)
    assert trusted.equal_score < 0.55
    assert distrusted.equal_score > 0.85
    assert {(vote.limit, vote.softness) for vote in (trusted, distrusted)} == {(5, 0.03)}
    assert choose(near=True, sure=False) == trusted


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_photos_to_choose_by(count: int) -> None:
    """None at all leave what was there; one is little, but does no harm."""
    vote = choose(near=True, sure=True, count=count)
    assert vote == START if not count else vote.limit == START.limit
