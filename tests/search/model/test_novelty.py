"""What a shop doesn't sell: worked by hand."""

import numpy as np
import pytest

from search.model.novelty import Assortment, Novelty

LABELS = ("Coats", "Shoes", "Cups")
# A cup and a tool, in a general part of two numbers; photos of the catalogue are told apart by theirs.
REFERENCES = np.array([[1.0, 0.0], [0.0, 1.0]])
NEAR = 0.6
SURE_OF_COAT, SURE_OF_CUP = np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 1.0]])


def score(novelty: Novelty, assortment: Assortment, probabilities: np.ndarray = SURE_OF_COAT) -> float:
    """Of one photo that is a cup's in its general part, and 0.6 from the catalogue's nearest photo."""
    return float(novelty.score(np.array([NEAR]), np.array([[1.0, 0.0]]), probabilities, LABELS, assortment)[0])


def test_photos_are_known_at_the_threshold_or_above_it() -> None:
    assert Novelty(0.6).in_distribution(np.array([0.7, 0.6, 0.59, -1.0])).tolist() == [True, True, False, False]


def test_a_bundle_without_references_goes_by_the_nearest_photo() -> None:
    assert score(Novelty(0.6), Assortment()) == NEAR


def test_what_is_like_a_reference_counts_as_less_known() -> None:
    """By the nearest reference; unless the catalogue has such things itself."""
    novelty = Novelty(0.3, reference_weight=0.5, references=REFERENCES)
    assert score(novelty, Assortment()) == pytest.approx(NEAR - 0.5)
    assert score(novelty, Assortment(references=(1,), categories=LABELS)) == pytest.approx(NEAR)
    assert score(novelty, Assortment(references=(), categories=LABELS)) == pytest.approx(NEAR)


def test_photos_of_categories_that_the_catalogue_has_count_as_more_known() -> None:
    """All categories count where nobody knows which the catalogue has, so that nothing is refused by ignorance."""
    novelty = Novelty(0.3, category_weight=0.2)
    clothes = Assortment(references=(), categories=("Coats", "Shoes"))
    assert score(novelty, clothes) == pytest.approx(NEAR + 0.2)
    assert score(novelty, clothes, SURE_OF_CUP) == pytest.approx(NEAR)
    assert score(novelty, Assortment(), SURE_OF_CUP) == pytest.approx(NEAR + 0.2)


def test_the_assortment_is_measured_on_the_catalogue() -> None:
    """A shop that sells cups keeps no reference that shows one; a category needs a photo, and two in a thousand."""
    novelty = Novelty(0.3, reference_weight=0.5, category_weight=0.2, references=REFERENCES)
    few = novelty.measure_assortment(np.array([[0.8, 0.6], [0.0, -1.0]]), np.array([2, 2]), LABELS)
    assert few == Assortment(references=(1,), categories=("Cups",))
    general, seen = np.tile([[-1.0, 0.0]], (1000, 1)), np.array([0] * 997 + [2] * 2 + [1])
    assert novelty.measure_assortment(general, seen, LABELS) == Assortment((0, 1), ("Coats", "Cups"))


def test_the_assortment_is_read_as_it_was_described() -> None:
    known = Assortment((0, 3), ("Coats",))
    assert Assortment.read(known.describe()) == known
    assert Assortment.read({}) == Assortment()
    with pytest.raises(KeyError):
        Assortment.read({"references": []})
