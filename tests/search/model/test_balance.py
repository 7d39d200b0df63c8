"""Weights of a vector's parts: what a score is made of, worked by hand."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search.errors import QueryError
from search.model.balance import (
    Balance,
    LearnedBalance,
    ScoreSpreads,
    VectorPart,
    normalise_parts,
    read_balance,
)

PARTS = (VectorPart("general", 2, 0.1), VectorPart("style", 1, 0.2), VectorPart("palette", 2, 0.4))
BALANCE = Balance(PARTS, (0.5, 0.1, 0.4))
QUERY = np.array([1.0, 0.0, 1.0, 0.0, 1.0], np.float32)
STORED = np.array([0.6, 0.8, -1.0, 0.0, 1.0], np.float32)  # cosines 0.6, -1 and 1


def draw(count: int, parts: tuple[VectorPart, ...], seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(0.3, 1, (count, sum(part.dim for part in parts)))
    return normalise_parts(vectors, parts)


def test_score_is_a_mean_of_the_parts_cosines() -> None:
    """Weights by spread are 5, 0.5 and 1 to one another, so 10, 1 and 2 thirteenths: 0.6 * 10 - 1 + 2 of them."""
    assert BALANCE.weigh(QUERY) @ STORED == pytest.approx(7 / 13)
    assert BALANCE.weigh(QUERY).dtype == np.float32
    assert BALANCE.weigh(np.stack([QUERY, STORED])) @ STORED == pytest.approx([7 / 13, 1.0])
    assert BALANCE.part_factors(QUERY) == pytest.approx([10 / 13, 1 / 13, 2 / 13])


def test_scaled_vectors_score_among_themselves() -> None:
    """Both carry the root of the weights."""
    one, other = BALANCE.scale(np.stack([QUERY, STORED]))
    assert one @ other == pytest.approx(7 / 13)
    assert one @ one == pytest.approx(1.0)


def test_weights_are_divided_by_what_the_querys_scores_spread_by() -> None:
    """Worked by hand: of 20 photos, whose own deviations count half, general scores deviate by 1 and style by nothing.

    The palette's scores are 0 or 1 in equal shares and deviate by 1/2. With what is usual the deviations are 1, 1/2 and
    1/2; so the weights are 0.5, 0.2 and 0.8 to one another.
    """
    parts = tuple(replace(part, spread=spread) for part, spread in zip(PARTS, (1.0, 0.5**0.5, 0.5), strict=True))
    vectors = np.tile(np.array([[1, 0, 1, 1, 0], [-1, 0, 1, 0, 1]], np.float32), (10, 1))
    balance = Balance(parts, (0.5, 0.1, 0.4), ScoreSpreads.measure(vectors, parts))
    assert balance.part_factors(QUERY) == pytest.approx([1 / 3, 2 / 15, 8 / 15])
    assert balance.weigh(QUERY) == pytest.approx([1 / 3, 0, 2 / 15, 0, 8 / 15])
    # Across the line on which the general parts lie, their scores don't differ: the typical deviation is left.
    across = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    general = 0.5 / 0.5**0.5
    assert balance.part_factors(np.stack([QUERY, across]))[1] == pytest.approx(
        np.array([general, 0.2, 0.8]) / (general + 1.0)
    )


def test_threads_that_weigh_photos_at_once_get_each_its_own() -> None:
    """Though the latest photo's spreads are remembered for all."""
    rng = np.random.default_rng(3)
    balance = BALANCE.for_catalog(rng.normal(size=(50, sum(part.dim for part in BALANCE.parts))).astype(np.float32))
    photos = rng.normal(size=(4, sum(part.dim for part in BALANCE.parts))).astype(np.float32)
    expected = balance.weigh(photos)

    def weigh(photo: int) -> bool:
        return all((balance.weigh(photos[photo]) == expected[photo]).all() for _ in range(500))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(weigh, range(4)))
    finally:
        sys.setswitchinterval(interval)


def test_spreads_are_the_deviations_of_scores() -> None:
    """For any query: of the scores of each part with all stored vectors."""
    vectors, query = draw(300, PARTS), draw(1, PARTS, seed=1)[0]
    spreads = ScoreSpreads.measure(vectors, PARTS)
    assert spreads.photos == 300
    for piece, covariance in zip((slice(0, 2), slice(2, 3), slice(3, 5)), spreads.covariances, strict=True):
        deviation = np.sqrt(query[piece] @ covariance @ query[piece])
        assert deviation == pytest.approx((vectors[:, piece] @ query[piece]).std(), abs=1e-5)


def test_more_photos_count_more_than_what_is_usual() -> None:
    """One photo has no spread, so the typical ones decide alone; of very many hardly anything of those is left."""
    one = replace(BALANCE, spreads=ScoreSpreads.measure(draw(1, PARTS), PARTS))
    assert one.part_factors(QUERY) == pytest.approx(BALANCE.part_factors(QUERY))
    vectors = draw(20_000, PARTS)
    many = replace(BALANCE, spreads=ScoreSpreads.measure(vectors, PARTS))
    deviations = [(vectors[:, piece] @ QUERY[piece]).std() for piece in (slice(0, 2), slice(2, 3), slice(3, 5))]
    wanted = np.array(BALANCE.weights) / deviations
    assert many.part_factors(QUERY) == pytest.approx(wanted / wanted.sum(), abs=0.002)


def test_a_vector_scores_one_with_itself_whatever_the_shop() -> None:
    """Weights are shares, so no score is above that."""
    vectors = draw(40, PARTS)
    balance = replace(BALANCE, spreads=ScoreSpreads.measure(vectors, PARTS))
    scores = balance.weigh(vectors) @ vectors.T
    assert np.diag(scores) == pytest.approx(np.ones(40), abs=1e-5)
    assert scores.max() < 1 + 1e-5


def test_another_colour_weight_leaves_the_rest_in_proportion() -> None:
    """General and style stay 5 to 1."""
    assert BALANCE.colour_weight == 0.4
    assert BALANCE.with_colour_weight(0.7).weights == pytest.approx((0.25, 0.05, 0.7))
    assert BALANCE.with_colour_weight(1.0).weights == (0.0, 0.0, 1.0)
    assert BALANCE.with_colour_weight(0.0).weights == pytest.approx((5 / 6, 1 / 6, 0.0))
    assert BALANCE.with_colour_weight(None) is BALANCE


def test_colour_alone_says_nothing_of_the_shape_parts() -> None:
    """They then count alike."""
    assert Balance(PARTS, (0.0, 0.0, 1.0)).with_colour_weight(0.4).weights == pytest.approx((0.3, 0.3, 0.4))


def test_rounded_weights_can_be_changed_too() -> None:
    """Weights may miss a sum of 1 by a little, as rounded ones do."""
    changed = Balance(PARTS, (0.0509, 0.05, 0.9)).with_colour_weight(0.0)
    assert changed.weights == pytest.approx((509 / 1009, 500 / 1009, 0.0))


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_impossible_colour_weights_are_refused(weight: float) -> None:
    """In words that a shopper's request is answered with."""
    with pytest.raises(QueryError, match=r"from 0 .* to 1"):
        BALANCE.with_colour_weight(weight)


@pytest.mark.parametrize(
    ("parts", "weights"),
    [
        (PARTS, (0.5, 0.5)),
        (PARTS, (0.5, 0.2, 0.4)),
        (PARTS, (0.7, -0.1, 0.4)),
        (PARTS, (float("nan"), 0.1, 0.4)),
        (PARTS[:1], (1.0,)),
        ((*PARTS[:2], VectorPart("palette", 2, 0.0)), (0.5, 0.1, 0.4)),
        ((*PARTS[:2], VectorPart("palette", 2, float("nan"))), (0.5, 0.1, 0.4)),
    ],
)
def test_weights_that_are_none_are_refused(parts: tuple[VectorPart, ...], weights: tuple[float, ...]) -> None:
    """Another number of them, another sum, a negative one, no shape beside the colour, a part that never differs."""
    with pytest.raises(ValueError, match="weights"):
        Balance(parts, weights)


def test_the_shape_part_is_all_but_the_last() -> None:
    """Of these five numbers three."""
    assert BALANCE.shape_dim == 3


def test_averages_get_parts_of_length_one() -> None:
    """Each by itself: (3, 4) and (0, 2); an empty part stays empty instead of becoming nan."""
    parts = normalise_parts(np.array([[3.0, 4.0, -0.5, 0.0, 2.0], [0.0, 0.0, 2.0, 1.0, 0.0]]), PARTS)
    assert parts == pytest.approx(np.array([[0.6, 0.8, -1, 0, 1], [0, 0, 1, 1, 0]]))
    assert parts.dtype == np.float32


def test_reopened_spreads_are_the_written_ones(tmp_path: Path) -> None:
    """To the last bit."""
    spreads = ScoreSpreads.measure(draw(30, PARTS), PARTS)
    spreads.save(tmp_path / "spreads.npz")
    opened = ScoreSpreads.load(tmp_path / "spreads.npz", PARTS)
    assert opened.photos == 30
    for one, other in zip(opened.covariances, spreads.covariances, strict=True):
        assert np.array_equal(one, other)


def test_spreads_of_something_else_are_refused(tmp_path: Path) -> None:
    """Of other parts, half a file, another kind of file, or none."""
    path = tmp_path / "spreads.npz"
    ScoreSpreads.measure(draw(30, PARTS), PARTS).save(path)
    content = path.read_bytes()
    with pytest.raises(ValueError, match="of other vectors"):
        ScoreSpreads.load(path, (PARTS[1], PARTS[0], PARTS[2]))
    with pytest.raises(ValueError, match="no spreads"):
        ScoreSpreads.load(path, (*PARTS, VectorPart("more", 2)))
    for wrong in (content[: len(content) // 2], b"", b"text"):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r".+"):
            ScoreSpreads.load(path, PARTS)
    path.unlink()
    with pytest.raises(OSError, match=r"spreads\.npz"):
        ScoreSpreads.load(path, PARTS)


def test_a_manifest_keeps_the_balance_and_how_it_was_found() -> None:
    """Weights by name, to four decimals; the bundle says which parts there are."""
    learned = LearnedBalance(Balance(PARTS, (0.63, 0.07, 0.3)), "photos", 41, 0.512, 0.575)
    description = learned.describe()
    assert description == {
        "weights": {"general": 0.63, "style": 0.07, "palette": 0.3},
        "learned_from": "photos",
        "products": 41,
        "found_by_default": 0.512,
        "found": 0.575,
    }
    spreads = ScoreSpreads.measure(draw(30, PARTS), PARTS)
    read = read_balance(description, BALANCE, spreads)
    assert read == learned
    assert read.balance.spreads is spreads


def test_an_index_without_a_balance_has_the_bundles() -> None:
    """It is older than that."""
    assert read_balance({}, BALANCE, None) == LearnedBalance(BALANCE)


@pytest.mark.parametrize(
    "change",
    [
        {"weights": {"style": 0.6, "colour_part": 0.4}},
        {"weights": {"general": 0.6, "style": 0.6, "palette": 0.4}},
        {"weights": None},
        {"weights": {"general": "much", "style": 0.1, "palette": 0.4}},
        {"learned_by": "heart"},
    ],
)
def test_a_garbled_balance_is_refused(change: dict) -> None:
    """Other parts, weights that are none, or facts that nobody knows."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_balance({**LearnedBalance(BALANCE).describe(), **change}, BALANCE, None)


def test_shapes_are_weighed_alike_in_every_catalogue() -> None:
    """The plain mean of the shape parts' cosines, 0.6 and -1, whatever colours are and however scores spread."""
    for balance in (BALANCE, BALANCE.for_catalog(draw(30, PARTS)), BALANCE.with_colour_weight(1.0)):
        assert balance.weigh_shapes(QUERY) @ STORED == pytest.approx(-0.2)


def test_a_catalogue_gives_its_spreads_and_leaves_the_weights() -> None:
    """As measuring them does."""
    vectors = draw(30, PARTS)
    measured = replace(BALANCE, spreads=ScoreSpreads.measure(vectors, PARTS))
    found = BALANCE.for_catalog(vectors)
    assert found.weights == BALANCE.weights
    assert found.weigh(QUERY) == pytest.approx(measured.weigh(QUERY))
