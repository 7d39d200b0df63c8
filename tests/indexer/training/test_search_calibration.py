"""What search calibration chooses, with an embedder that only knows how bright a photo is, and from vectors by hand."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from indexer.training.search_calibration import calibrate_search, choose_novelty, measure_spreads
from search.model.balance import Balance, VectorPart
from search.model.bundle import Head, NeighbourVote
from search.model.embedder import Embeddings, average_views
from search.model.novelty import Novelty
from search.model.preprocessing import image_to_pixels

START = NeighbourVote(limit=5, equal_score=0.65, softness=0.03)
SIDE = 32


class BrightnessEmbedder:
    """Near in brightness is near in its vectors; the classifier may know the class, or guess."""

    def __init__(self, *, near: bool, sure: bool) -> None:
        parts = (VectorPart("style", 2), VectorPart("palette", 1))
        heads = {"category": Head(("dark", "light"))}
        self.bundle = SimpleNamespace(
            image_size=SIDE, balance=Balance(parts, (0.65, 0.35)), heads=heads, general=slice(0, 2)
        )
        self._near, self._sure = near, sure

    def embed_views(self, views: Sequence[Image.Image]) -> Embeddings:
        pixels = np.stack([image_to_pixels(view, SIDE) for view in views])
        return average_views(self.embed(pixels), self.bundle.balance.parts)

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


def calibrate(*, near: bool, sure: bool, count: int = 30) -> tuple[NeighbourVote, Novelty | None]:
    embedder = BrightnessEmbedder(near=near, sure=sure)
    return calibrate_search(embedder, photos(60, 0), photos(count, 1), START, None, seed=0)  # type: ignore[arg-type]


def choose(*, near: bool, sure: bool) -> NeighbourVote:
    return calibrate(near=near, sure=sure)[0]


def test_neighbours_count_more_where_they_know_better() -> None:
    """And less where the classifier does; their number and softness stay."""
    trusted, distrusted = choose(near=True, sure=False), choose(near=False, sure=True)
    assert trusted.equal_score < 0.55
    assert distrusted.equal_score > 0.85
    assert {(vote.limit, vote.softness) for vote in (trusted, distrusted)} == {(5, 0.03)}
    assert choose(near=True, sure=False) == trusted


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_photos_to_choose_by(count: int) -> None:
    """None at all leave what was there; one is little, but does no harm: nothing is called strange by it."""
    vote, novelty = calibrate(near=True, sure=True, count=count)
    assert vote == START if not count else vote.limit == START.limit
    assert novelty is None


def test_few_of_the_calibration_photos_are_strange() -> None:
    """Of photos whose kind is sold, whatever the network is worth."""
    for near in (True, False):
        novelty = calibrate(near=near, sure=True)[1]
        assert novelty is not None
        assert novelty.in_distribution(1.0)


def test_spreads_are_those_of_pairs_of_photos() -> None:
    """Worked by hand: of two dark and two light photos two pairs in six are alike, the others' cosine is cos 1.2.

    A share p of 1 and the rest of c deviate by (1 - c) * sqrt(p (1 - p)). All palettes are equal; but weights are
    divided by spreads, so none is nothing.
    """
    pixels = np.full((6, 40, 40, 3), 30, np.uint8)
    pixels[3:] = 190
    spreads = measure_spreads(BrightnessEmbedder(near=True, sure=True), pixels, np.array([5, 0, 3, 1]), 0)  # type: ignore[arg-type]
    assert spreads["style"] == pytest.approx((1 - np.cos(1.2)) * np.sqrt(1 / 3 * 2 / 3), abs=1e-3)
    assert spreads["palette"] == 0.01


def test_most_photos_of_what_is_sold_pass_the_threshold() -> None:
    """Worked by hand: of 101 photos with scores of 0, 0.01 ... 1, three fall below it."""
    scores = np.linspace(0, 1, 101)
    novelty = choose_novelty(Novelty(0.0, reference_weight=0.5), scores)
    assert novelty == Novelty(0.03, reference_weight=0.5)
    assert novelty.in_distribution(scores).sum() in (97, 98)


def test_references_count_against_rehearsed_photos() -> None:
    """Two pictures that every photo is like lower all scores, and so the threshold."""
    embedder = BrightnessEmbedder(near=True, sure=True)
    references = np.array([[np.cos(0.2), np.sin(0.2)], [np.cos(1.4), np.sin(1.4)]], np.float32) * 0.5  # not "sold"
    plain, strange = (
        calibrate_search(embedder, photos(60, 0), photos(30, 1), START, known, seed=0)[1]  # type: ignore[arg-type]
        for known in (None, references)
    )
    assert plain is not None
    assert strange is not None
    assert strange.threshold == pytest.approx(plain.threshold - 0.8 * 0.5 + 0.15, abs=0.01)
