"""What a classifier said of photos, less the probabilities that nobody asks for again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TOP = 3  # guesses that are kept


@dataclass(frozen=True)
class Naming:
    """The best guesses for N photos; T is 3, or the number of labels where there are fewer."""

    best: np.ndarray  # (N, T) int, labels by probability, best first
    probabilities: np.ndarray  # (N, T) float, theirs
    given: np.ndarray  # (N,) float, probability of the true label

    @property
    def predicted(self) -> np.ndarray:
        """(N,) int, the most probable label of each photo."""
        return self.best[:, 0]

    @property
    def confidences(self) -> np.ndarray:
        """(N,) float, its probability."""
        return self.probabilities[:, 0]

    @classmethod
    def join(cls, parts: Sequence["Naming"]) -> "Naming":
        """Several photos' namings, one after the other; at least one, all of the same T."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))


def name_photos(probabilities: np.ndarray, targets: np.ndarray) -> Naming:
    """The best guesses of (N, C) probabilities, and how probable each photo's true label (N,) was found."""
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
    return Naming(best, np.take_along_axis(probabilities, best, 1), probabilities[np.arange(len(targets)), targets])
