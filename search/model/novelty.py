"""Whether a photo shows something that the catalogue has.

Three things tell: how near the nearest photo of the catalogue is in shape, whatever its colour; how near the photo is
to the references, which are pictures of what a shop hardly sells (groceries, tools, plain colours, noise); and whether
the catalogue has the categories that the classifier sees in the photo. A photo taken at home lies far from packshots of
the same thing, but far from the references as well, so the difference tells more than the first figure alone
(docs/model.md has both).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

_SOLD_REFERENCE = 0.75  # cosine with a photo of the catalogue from which a reference shows something that it has
_SOLD_SHARE = 0.002  # of the catalogue's photos that a category must have, and one photo at least
_AT_ONCE = 8192  # photos of the catalogue compared with the references at a time


@dataclass(frozen=True)
class Assortment:
    """What novelty scores need to know of one catalogue; the defaults are those of a catalogue that nobody asked."""

    references: tuple[int, ...] | None = None  # rows of the references that show nothing of the catalogue; None: all
    categories: tuple[str, ...] | None = None  # of the classifier, which the catalogue's photos have; None: all

    def describe(self) -> dict[str, Any]:
        """For the manifest of a snapshot."""
        return {"references": list(self.references or ()), "categories": list(self.categories or ())}

    @classmethod
    def read(cls, fields: dict[str, Any]) -> "Assortment":
        """What ``describe`` wrote; an empty dictionary is of a snapshot from before it was measured.

        Raises:
            KeyError, TypeError, ValueError: the fields are something else.
        """
        if not fields:
            return cls()
        return cls(tuple(int(row) for row in fields["references"]), tuple(str(name) for name in fields["categories"]))


@dataclass(frozen=True)
class Novelty:
    """The model's threshold and references; they mean something for the vectors of that model only."""

    threshold: float  # novelty score from which a photo shows something that the catalogue has
    reference_weight: float = 0.0  # how much the nearest reference counts against the nearest photo
    category_weight: float = 0.0  # how much the probability counts that the catalogue has the photo's category
    references: np.ndarray | None = field(default=None, compare=False)  # (R, G) unit vectors of the general part
    # Those that count for the latest assortment, by their rows.
    _chosen: dict[tuple[int, ...], np.ndarray] = field(default_factory=dict, init=False, compare=False, repr=False)

    def score(
        self,
        nearest: np.ndarray,
        general: np.ndarray,
        probabilities: np.ndarray,
        labels: Sequence[str],
        assortment: Assortment,
    ) -> np.ndarray:
        """How sure it is that photos show something that the catalogue has; compare with the threshold.

        Args:
            nearest: (N,) scores of the nearest photos, by ``Balance.weigh_shapes``.
            general: (N, G) the photos' vectors, general part alone.
            probabilities: (N, C) of the bundle's category head.
            labels: (C,) its categories.
            assortment: of the catalogue.

        Returns:
            (N,) float.
        """
        scores = np.asarray(nearest, np.float64)
        references = self._of(assortment)
        if references is not None and len(references):
            scores = scores - self.reference_weight * (general @ references.T).max(axis=1)
        if self.category_weight:
            scores = scores + self.category_weight * (probabilities @ _sold(tuple(labels), assortment.categories))
        return scores

    def describe(self) -> dict[str, float]:
        """For the bundle's description; the references lie in a file of their own."""
        return {
            "threshold": self.threshold,
            "reference_weight": self.reference_weight,
            "category_weight": self.category_weight,
        }

    def in_distribution(self, scores: np.ndarray | float) -> np.ndarray:
        """Whether photos with these novelty scores show something that the catalogue has."""
        return np.asarray(scores) >= self.threshold

    def measure_assortment(self, general: np.ndarray, seen: np.ndarray, labels: Sequence[str]) -> Assortment:
        """What the novelty scores need to know of a catalogue.

        Args:
            general: (B, G) the vectors of the catalogue's photos, general part alone.
            seen: (B,) int, for each the most probable label of the bundle's category head.
            labels: (C,) that head's categories.
        """
        counts = np.bincount(seen, minlength=len(labels))
        enough = max(1.0, _SOLD_SHARE * len(seen))
        categories = tuple(label for label, count in zip(labels, counts, strict=True) if count >= enough)
        if self.references is None:
            return Assortment((), categories)
        likest = np.full(len(self.references), -1.0)
        for start in range(0, len(general), _AT_ONCE):
            likest = np.maximum(likest, (self.references @ general[start : start + _AT_ONCE].T).max(axis=1))
        return Assortment(tuple(np.flatnonzero(likest < _SOLD_REFERENCE).tolist()), categories)

    def _of(self, assortment: Assortment) -> np.ndarray | None:
        if self.references is None or assortment.references is None:
            return self.references
        chosen = self._chosen.get(assortment.references)
        if chosen is None:
            chosen = self.references[list(assortment.references)]
            self._chosen.clear()
            self._chosen[assortment.references] = chosen
        return chosen


@lru_cache(16)
def _sold(labels: tuple[str, ...], categories: tuple[str, ...] | None) -> np.ndarray:
    """(C,) which of a classifier's categories a catalogue has; None: all."""
    return np.ones(len(labels)) if categories is None else np.isin(labels, categories)
