"""Which colours go together."""

import pytest

from search.ranking.colour_harmony import colour_harmony, harmony_with


@pytest.mark.parametrize("neutral", ["Black", "White", "Grey", "Navy Blue", "Beige", "Charcoal", "Tan", "Khaki"])
def test_neutrals_go_with_everything(neutral: str) -> None:
    """Nobody errs with black trousers, or with sand-coloured ones."""
    for other in ("Red", "Green", "Purple", "Orange", "Teal"):
        assert colour_harmony(neutral, other) == 1.0


def test_order_of_pairs_is_what_a_stylist_would_say() -> None:
    """Neutral before tone on tone before neighbours before a clash."""
    ranking = [
        colour_harmony("Red", "Black"),
        colour_harmony("Red", "Maroon"),
        colour_harmony("Red", "Orange"),
        colour_harmony("Red", "Green"),
    ]
    assert ranking == sorted(ranking, reverse=True)
    assert ranking[0] > ranking[-1]


def test_harmony_is_symmetric_and_bounded() -> None:
    """It doesn't matter which of the two the shopper has."""
    names = ["Red", "Green", "Blue", "Yellow", "Purple", "Black", "Mustard", "Teal", "Pink", "no such colour"]
    for one in names:
        for other in names:
            assert colour_harmony(one, other) == colour_harmony(other, one)
            assert 0 <= colour_harmony(one, other) <= 1


def test_unknown_colours_count_neither_way() -> None:
    """A name that isn't known, or none, stands in the middle."""
    assert colour_harmony(None, "Red") == colour_harmony("Red", "zorgblau") == 0.5
    assert harmony_with(None, ["Red", "Black"]).tolist() == [0.5, 0.5]
