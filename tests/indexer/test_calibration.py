"""Temperature scaling."""

import numpy as np
import pytest

from indexer.calibration import choose_temperature, negative_log_likelihood


def test_overconfidence_is_found_and_measured() -> None:
    """Logits made three times too large come back to what they were."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1.5, (4_000, 5))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = np.array([rng.choice(5, p=row) for row in probabilities])
    assert choose_temperature(3 * logits, targets) == pytest.approx(3, rel=0.1)
    assert choose_temperature(logits / 2, targets) == pytest.approx(0.5, rel=0.1)


def test_negative_log_likelihood_worked_by_hand() -> None:
    """Two photos, one with even odds and one three to one."""
    logits = np.array([[0.0, 0.0], [np.log(3), 0.0]])
    assert negative_log_likelihood(logits, np.array([0, 0])) == pytest.approx((np.log(2) + np.log(4 / 3)) / 2)
