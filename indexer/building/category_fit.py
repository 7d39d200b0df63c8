"""Fitting a shop's own categories on its photos' vectors: a logistic regression and its temperature, in a second."""

import hashlib
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from indexer.calibration import choose_temperature
from indexer.corpus.folds import deal_group_folds
from indexer.corpus.sampling import choose_of_each_class
from search.files import written_aside
from search.index.category_head import CategoryHead
from search.model.balance import VectorPart

_SAMPLE = 200_000  # photos to learn from at most; more change nothing but the time
_ENOUGH = 10  # photos of a category that are learned from in any case, or all that it has
_FOLDS = 5  # each product is classified by a head that was fitted without it
_CALIBRATED_ON = 20_000  # photos at most; more change the temperature no further
_STRENGTH = 10.0  # inverse of the regularisation; anything from 3 to 30 predicts about as well
_STEPS = 200  # of L-BFGS at most; 50 are usual
_TOLERANCE = 1e-4  # largest gradient at which it ends
_WORTH_THREADS = 1e8  # multiplications a step below which starting threads costs more than they save


# How much each part of the vectors says of a category: ImageNet's general knowledge most, colours least. Chosen on the
# shoppers' photos of boutiques drawn by the seeds 11 and 23.
_PART_SCALES = {"general": 1.5, "style": 1.0, "palette": 0.7}


def scale_parts(parts: Sequence[VectorPart]) -> np.ndarray:
    """(D,) what each number of a vector is multiplied by before categories are fitted on it."""
    return np.repeat([_PART_SCALES.get(part.name, 1.0) for part in parts], [part.dim for part in parts])


def fit_category_head(
    vectors: np.ndarray,
    categories: list[str],
    groups: np.ndarray,
    *,
    scales: np.ndarray | float = 1.0,
    seed: int = 0,
) -> CategoryHead:
    """A calibrated classifier of a shop's categories.

    Its temperature is chosen by the photos' probabilities out of fold, so that they mean what they say of photos that
    the classifier hasn't seen; then all photos are used.

    Args:
        vectors: (N, D) float32, one a photo.
        categories: (N,) each photo's category.
        groups: (N,) int, the leakage group of each photo (its product and colour variants).
        scales: (D,) from ``scale_parts``; the head is for vectors that aren't scaled.
        seed: of the split.
    """
    labels = tuple(sorted(set(categories)))
    code_of = {label: code for code, label in enumerate(labels)}
    targets = np.array([code_of[category] for category in categories], np.int32)
    if len(labels) == 1:
        kernel = np.zeros((vectors.shape[1], 1), np.float32)
        return CategoryHead(labels, kernel, np.zeros(1, np.float32), 1.0)
    rng = np.random.default_rng(seed)
    if len(targets) > _SAMPLE:
        chosen = choose_of_each_class(targets, _SAMPLE, _ENOUGH, rng)
        vectors, targets, groups = vectors[chosen], targets[chosen], groups[chosen]
    vectors = (vectors * scales).astype(np.float32)
    logits, held_out = _logits_out_of_fold(vectors, targets, groups, len(labels), rng)
    temperature = choose_temperature(logits, targets[held_out]) if len(held_out) else 1.0
    kernel, bias = _fit_softmax(vectors, targets, len(labels))
    return CategoryHead(labels, kernel * np.reshape(scales, (-1, 1)).astype(np.float32), bias, temperature)


def _logits_out_of_fold(
    vectors: np.ndarray, targets: np.ndarray, groups: np.ndarray, classes: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The logits (J, C) of photos by classifiers fitted on other groups, and which photos (J,) they are of.

    Left out are photos of a category that has no other group: of those nothing could be learned.
    """
    rows = np.sort(rng.permutation(len(targets))[:_CALIBRATED_ON])
    folds = deal_group_folds(groups[rows], _FOLDS, rng)
    found, predicted = [np.empty((0, classes), np.float32)], [np.empty(0, np.int64)]
    for fold in range(_FOLDS):
        learned, left_out = rows[folds != fold], rows[folds == fold]
        left_out = left_out[np.isin(targets[left_out], targets[learned])]
        if len(left_out):
            kernel, bias = _fit_softmax(vectors[learned], targets[learned], classes)
            found.append(vectors[left_out] @ kernel + bias)
            predicted.append(left_out)
    return np.concatenate(found), np.concatenate(predicted)


def _fit_softmax(vectors: np.ndarray, targets: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (D, C) and bias (C,) of a multinomial logistic regression; a class without photos gets the bias -inf."""
    # Here, because scikit-learn takes a second to be imported, and most builds have nothing to fit.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    present = np.unique(targets)
    kernel, bias = np.zeros((vectors.shape[1], classes), np.float32), np.full(classes, -np.inf, np.float32)
    if len(present) == 1:
        bias[present] = 0.0
        return kernel, bias
    model = LogisticRegression(C=_STRENGTH, max_iter=_STEPS, tol=_TOLERANCE)
    small = vectors.size * len(present) < _WORTH_THREADS
    with warnings.catch_warnings(), threadpool_limits(1, user_api="blas") if small else nullcontext():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last steps hardly change a probability
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)  # a photo each is enough
        model.fit(vectors, targets)
    weights, offsets = model.coef_, model.intercept_
    if len(present) == 2:  # scikit-learn has one column for both: the second class against the first
        weights, offsets = np.concatenate([-weights, weights]) / 2, np.concatenate([-offsets, offsets]) / 2
    kernel[:, present], bias[present] = weights.T, offsets
    return kernel, bias


class HeadStore:
    """Fitted heads kept between builds, so that a changed price fits nothing anew."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def fit(
        self,
        vectors: np.ndarray,
        categories: list[str],
        groups: np.ndarray,
        fingerprints: list[str],
        model_hash: str,
        scales: np.ndarray | float = 1.0,
    ) -> CategoryHead:
        """The head for these photos: from disk if the same was fitted before."""
        state = hashlib.sha256(model_hash.encode())
        for sha256, category, group in zip(fingerprints, categories, groups.tolist(), strict=True):
            state.update(f"{sha256}{category}\0{group}".encode())
        path = self._directory / f"{state.hexdigest()[:24]}.npz"
        head = _load_sound(path, tuple(sorted(set(categories))), vectors.shape[1])
        if head is None:
            head = fit_category_head(vectors, categories, groups, scales=scales)
            self._directory.mkdir(parents=True, exist_ok=True)
            for old in (*self._directory.glob("*.npz"), *self._directory.glob(".*.part")):
                old.unlink(missing_ok=True)
            with written_aside(path) as partial:
                head.save(partial)
        return head


def _load_sound(path: Path, labels: tuple[str, ...], dim: int) -> CategoryHead | None:
    """A kept head; None where there is none, or it can't be that of these labels and vectors."""
    try:
        head = CategoryHead.load(path)
        sound = head.labels == labels and np.shape(head.kernel) == (dim, len(labels)) and head.temperature > 0
        sound = sound and bool(np.isfinite(head.kernel).all() and np.isfinite(head.bias).all())
        return head if sound and np.shape(head.bias) == (len(labels),) else None
    except Exception:  # whatever a damaged archive can lead to: fitting anew is the way back from all of it
        return None
