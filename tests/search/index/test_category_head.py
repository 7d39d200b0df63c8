"""A fitted category head, applied and kept."""

from pathlib import Path

import numpy as np
import pytest

from search.index.category_head import CategoryHead, softmax


def head(temperature: float = 1.0) -> CategoryHead:
    kernel = np.array([[2.0, 0.0, -1.0], [0.0, 3.0, 0.5]], np.float32)
    return CategoryHead(
        ("coats", "señora: faldas", "suits"), kernel, np.array([0.1, 0.0, -0.1], np.float32), temperature
    )


def test_probabilities_are_the_softmax_worked_by_hand() -> None:
    """Logits of (1, 0) are 2.1, 0, -1.1."""
    expected = np.exp([2.1, 0.0, -1.1]) / np.exp([2.1, 0.0, -1.1]).sum()
    assert head().predict(np.array([[1.0, 0.0]], np.float32))[0] == pytest.approx(expected, abs=1e-6)


def test_temperature_softens_without_reordering() -> None:
    """Calibration changes how sure it says it is, not what it says."""
    vectors = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    sharp, soft = head(0.5).predict(vectors), head(4.0).predict(vectors)
    assert (sharp.argmax(axis=1) == soft.argmax(axis=1)).all()
    assert (sharp.max(axis=1) >= soft.max(axis=1)).all()


def test_softmax_stands_huge_logits() -> None:
    """No overflow, no NaN."""
    assert softmax(np.array([[1e4, 0.0, -1e4]], np.float32))[0].tolist() == [1.0, 0.0, 0.0]


def test_reopened_head_is_the_saved_one(tmp_path: Path) -> None:
    """Labels with accents and spaces included."""
    head(1.7).save(tmp_path / "head.npz")
    loaded = CategoryHead.load(tmp_path / "head.npz")
    assert (loaded.labels, loaded.temperature) == (head().labels, 1.7)
    vectors = np.eye(2, dtype=np.float32)
    assert loaded.predict(vectors) == pytest.approx(head(1.7).predict(vectors))
