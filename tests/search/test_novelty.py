"""What is strange: worked by hand on three numbers."""

import numpy as np
import pytest
from search.familiarity import Familiarity, average_categories

MEASURE = Familiarity(usual=(0.5, 0.5, 0.0), share=1.0, least_lead=0.4)


def test_a_lead_is_what_the_nearest_score_has_beyond_likeness_to_the_usual() -> None:
    """A packshot and a fainter photo of the same thing lead alike; what is like everything leads nothing."""
    queries = np.float32([[1, 0, 0], [0, 0.2, 0.6], [1, 1, 0]])
    leads = MEASURE.leads(queries, np.float32([0.95, 0.55, 1.0]))
    assert leads == pytest.approx([0.45, 0.45, 0.0], abs=1e-6)


def test_strange_is_what_leads_by_less() -> None:
    """A higher score may be stranger than a lower one."""
    assert MEASURE.recognises(np.float32([0, 0.2, 0.6]), 0.55)
    assert not MEASURE.recognises(np.float32([1, 1, 0]), 0.99)


def test_of_what_is_usual_no_share_may_be_taken_off() -> None:
    """Then the nearest score alone decides."""
    plain = Familiarity(MEASURE.usual, 0.0, 0.4)
    assert plain.leads(np.float32([[1, 1, 0]]), np.float32([0.7])) == pytest.approx([0.7])


def test_categories_count_the_same_whatever_their_size() -> None:
    """Three coats and one bag; names need not be numbers."""
    vectors = np.float32([[1, 0], [1, 0], [1, 0], [0, 1]])
    assert average_categories(vectors, ["coat", "coat", "coat", "bag"]) == pytest.approx([0.5, 0.5])
    assert average_categories(vectors[:1], [7]) == pytest.approx([1, 0])
