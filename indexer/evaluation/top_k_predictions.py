"""The most probable labels of photos, without the probabilities that nobody asks for again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TOP = 3  # labels that are kept of each photo


@dataclass(frozen=True)
class TopKPredictions:
    """The most probable labels of N photos; K is 3, or the number of labels where there are fewer."""

    best: np.ndarray  # (N, K) int, labels, the most probable first
    probabilities: np.ndarray  # (N, K) float, of these labels
    given: np.ndarray  # (N,) float, probability of the given label

    @property
    def predicted(self) -> np.ndarray:
        """(N,) int, the most probable label of each photo."""
        return self.best[:, 0]

    @property
    def confidences(self) -> np.ndarray:
        """(N,) float, the probability of the most probable label."""
        return self.probabilities[:, 0]

    def take(self, rows: np.ndarray) -> "TopKPredictions":
        """The predictions of some photos, in the order of ``rows`` (M,)."""
        return TopKPredictions(self.best[rows], self.probabilities[rows], self.given[rows])

    @classmethod
    def join(cls, parts: Sequence["TopKPredictions"]) -> "TopKPredictions":
        """The predictions of several sets of photos, one after the other; at least one set, all of the same K."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))


def top_k(probabilities: np.ndarray, targets: np.ndarray) -> TopKPredictions:
    """The most probable labels of (N, C) probabilities; ``targets`` (N,) int are the given labels."""
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
    given = probabilities[np.arange(len(targets)), targets]
    return TopKPredictions(best, np.take_along_axis(probabilities, best, 1), given)
