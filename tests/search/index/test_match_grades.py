"""Match grades: a score's place among the scores of the category's pairs."""

from pathlib import Path

import numpy as np
import pytest

from search.index.match_grades import LEVELS, SimilarityCalibration
from search.query import GRADES


def test_grades_are_shares_of_pairs_that_are_less_alike() -> None:
    """Against the shares counted in the sample itself."""
    scores = np.sort(np.random.default_rng(2).beta(4, 3, 20_000))
    likeness = SimilarityCalibration(categories={"Shirts": tuple(np.quantile(scores, LEVELS))})
    for score in np.linspace(0, 1, 101):
        share = np.searchsorted(scores, score) / len(scores)
        if min(abs(share - level) for level in (0.8, 0.95, 0.99)) < 0.004:
            continue
        expected = GRADES[sum(share < level for level in (0.8, 0.95, 0.99))]
        assert likeness.grade("Shirts", float(score)) == expected


def test_one_score_means_different_things_in_different_categories() -> None:
    """Suits are all alike; bags aren't."""
    likeness = SimilarityCalibration(
        categories={"Suits": (0.65, 0.8, 0.9, 0.94, 0.967, 0.977, 0.98), "Bags": (0.4, 0.6, 0.7, 0.75, 0.8, 0.84, 0.86)}
    )
    assert likeness.grade("Suits", 0.85) == "alike"
    assert likeness.grade("Bags", 0.85) == "nearly_same"


def test_an_unknown_category_goes_by_all_of_them() -> None:
    """One with too few products for a distribution of its own, or an index from before there were any."""
    usual = SimilarityCalibration()
    assert [usual.grade("Anything", score) for score in (1.1, 0.9, 0.8, 0.2, -1)] == [*GRADES, "somewhat"]


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    """Also from a file with other levels than today's."""
    likeness = SimilarityCalibration((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7), {"Años": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)})
    likeness.save(tmp_path / "likeness.json")
    assert SimilarityCalibration.load(tmp_path / "likeness.json") == likeness
    (tmp_path / "other.json").write_text('{"levels": [0, 1], "overall": [0, 1], "categories": {}}')
    assert SimilarityCalibration.load(tmp_path / "other.json").overall == pytest.approx(LEVELS)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"levels": 3, "overall": [], "categories": {}}'])
def test_anything_else_is_refused(tmp_path: Path, content: str) -> None:
    """As a ValueError, which opening a snapshot takes for damage."""
    (tmp_path / "likeness.json").write_text(content)
    with pytest.raises(ValueError, match=r".+"):
        SimilarityCalibration.load(tmp_path / "likeness.json")
