"""Fitting a shop's categories."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.building import category_fit
from indexer.building.category_fit import HeadStore, fit_category_head


def blobs(count: int, classes: int, spread: float, seed: int = 0) -> tuple[np.ndarray, list[str]]:
    """Unit vectors around random centres, and their class names."""
    centres = np.random.default_rng(99).normal(size=(classes, 24))
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, classes, count)
    vectors = centres[codes] + spread * rng.normal(size=(count, 24))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), [f"class {code}" for code in codes]


def test_separable_categories_are_learned() -> None:
    """Photos it hasn't seen, of categories as clear as a shop's."""
    head = fit_category_head(*blobs(400, 6, 0.3), np.arange(400))
    vectors, categories = blobs(200, 6, 0.3, seed=1)
    predicted = [head.labels[code] for code in head.predict(vectors).argmax(axis=1)]
    assert np.mean([one == other for one, other in zip(predicted, categories, strict=True)]) > 0.97


def test_probabilities_mean_what_they_say() -> None:
    """Of the photos that it is 70-90 % sure of, about so many are right, where classes overlap."""
    head = fit_category_head(*blobs(1_500, 5, 1.3), np.arange(1_500))
    vectors, categories = blobs(4_000, 5, 1.3, seed=1)
    probabilities = head.predict(vectors)
    sure = probabilities.max(axis=1)
    right = np.array(head.labels)[probabilities.argmax(axis=1)] == np.array(categories)
    band = (sure > 0.7) & (sure < 0.9)
    assert band.sum() > 200
    assert np.mean(right[band]) == pytest.approx(np.mean(sure[band]), abs=0.08)


def test_one_category_and_one_photo_are_enough() -> None:
    """A shop that sells one kind of thing."""
    head = fit_category_head(np.eye(1, 24, dtype=np.float32), ["Coats"], np.zeros(1, np.int64))
    assert head.predict(np.ones((3, 24), np.float32)).tolist() == [[1.0]] * 3


def test_category_with_a_single_photo_is_known() -> None:
    """New arrivals come one at a time."""
    vectors, categories = blobs(60, 3, 0.2)
    vectors = np.concatenate([vectors, -vectors[:1]])
    head = fit_category_head(vectors, [*categories, "New"], np.arange(61))
    assert head.labels[head.predict(vectors[-1:]).argmax()] == "New"


def test_two_categories_one_of_a_single_product_are_fitted() -> None:
    """The folds that lack the one product learn one category only; there is nothing to calibrate it by."""
    vectors, categories = blobs(40, 1, 0.2)
    vectors = np.concatenate([vectors, -vectors[:1]])
    head = fit_category_head(vectors, [*categories, "New"], np.arange(41))
    found = head.predict(vectors[[0, -1]])
    assert [head.labels[code] for code in found.argmax(axis=1)] == [categories[0], "New"]
    assert found.sum(axis=1) == pytest.approx(1)


def test_category_of_one_photo_among_more_than_are_learned_from_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large shop's rarest categories must not be missed by the sample: an index can't have a head without them."""
    monkeypatch.setattr(category_fit, "_SAMPLE", 100)
    vectors, categories = blobs(2_000, 3, 0.2)
    vectors = np.concatenate([vectors, -vectors[:1]])
    head = fit_category_head(vectors, [*categories, "New"], np.arange(2_001))
    assert np.isfinite(head.bias).all()
    assert head.labels[head.predict(vectors[-1:]).argmax()] == "New"


def test_kept_head_that_no_index_can_have_is_fitted_anew(tmp_path: Path) -> None:
    """Earlier versions kept heads that know nothing of a rare category, with the bias minus infinity."""
    vectors, categories = blobs(80, 3, 0.3)
    store, groups, photos = HeadStore(tmp_path), np.arange(80), [f"{row}" for row in range(80)]
    head = store.fit(vectors, categories, groups, photos, "model")
    (path,) = tmp_path.glob("*.npz")
    replace(head, bias=np.array([0, 0, -np.inf], np.float32)).save(path)
    assert np.isfinite(store.fit(vectors, categories, groups, photos, "model").bias).all()


def test_same_photos_are_fitted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second build fits nothing; a renamed category is fitted anew."""
    vectors, categories = blobs(80, 3, 0.3)
    store, groups, photos = HeadStore(tmp_path), np.arange(80), [f"{row}" for row in range(80)]
    first = store.fit(vectors, categories, groups, photos, "model")
    monkeypatch.setattr("indexer.building.category_fit.fit_category_head", None)
    again = store.fit(vectors, categories, groups, photos, "model")
    assert (again.kernel == first.kernel).all()
    with pytest.raises(TypeError, match="not callable"):
        store.fit(vectors, [name.replace("class 1", "renamed") for name in categories], groups, photos, "model")
