"""The vector's parts, and how much each of them counts in a score.

A stored vector is several unit vectors side by side. Scores are inner products, so a query that is multiplied part by
part with numbers scores as the weighted sum of the parts' cosines; the stored vectors stay as they are.

Cosines of one part may lie close together where those of another lie far apart. So a weight is divided by the standard
deviation that the part's scores have for this query in this catalogue: equal weights then move the ranking equally.
Source: score normalisation before fusion, as in Jain, Nandakumar and Ross, "Score normalization in multimodal
biometric systems" (Pattern Recognition, 2005).
"""

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from search.errors import QueryError

_TYPICAL_COUNTS_AS = 20  # photos: with so many, a catalogue's own deviations count as much as the typical ones


@dataclass(frozen=True)
class VectorPart:
    """One of the unit vectors that make a stored vector."""

    name: str  # the network's output that gives it
    dim: int
    spread: float = 1.0  # standard deviation that scores of this part have in a typical catalogue


@dataclass(frozen=True)
class ScoreSpreads:
    """How the scores of each part spread in one catalogue, whatever the query."""

    covariances: tuple[np.ndarray, ...]  # of the stored vectors, a (dim, dim) matrix a part
    photos: int
    _latest: list[tuple[bytes, np.ndarray]] = field(default_factory=list, init=False, compare=False, repr=False)

    @classmethod
    def measure(cls, vectors: np.ndarray, parts: Sequence[VectorPart]) -> "ScoreSpreads":
        """Those of stored vectors (N, D), N >= 1."""
        centred = vectors - vectors.mean(axis=0)
        pieces = split_parts(centred, parts)
        return cls(tuple((piece.T @ piece / len(piece)).astype(np.float32) for piece in pieces), len(vectors))

    def variances(self, vectors: np.ndarray, parts: Sequence[VectorPart]) -> np.ndarray:
        """(..., parts) the variance of the scores of each part of queries (..., D).

        Those of the latest single query are remembered: one search weighs its photo in several ways.
        """
        key = vectors.tobytes() if vectors.ndim == 1 else b""
        for query, known in tuple(self._latest):  # other threads may replace it
            if query == key:
                return known
        found = np.stack(
            [
                ((piece @ covariance) * piece).sum(axis=-1)
                for piece, covariance in zip(split_parts(vectors, parts), self.covariances, strict=True)
            ],
            axis=-1,
        )
        if key:
            self._latest[:] = [(key, found)]
        return found

    def save(self, path: Path) -> None:
        """Write them to an .npz file, without pickling."""
        arrays: dict[str, Any] = {f"covariance{place}": covariance for place, covariance in enumerate(self.covariances)}
        np.savez(path, photos=np.int64(self.photos), **arrays)

    @classmethod
    def load(cls, path: Path, parts: Sequence[VectorPart]) -> "ScoreSpreads":
        """Those of a file.

        Raises:
            OSError: it can't be read. ValueError: it holds something else, or is of other parts.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                covariances = tuple(arrays[f"covariance{place}"] for place in range(len(parts)))
                spreads = cls(covariances, int(arrays["photos"]))
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
            raise ValueError(f"{path.name} holds no spreads of scores: {error}") from error
        if [covariance.shape for covariance in covariances] != [(part.dim, part.dim) for part in parts]:
            raise ValueError(f"{path.name} is of other vectors")
        return spreads


@dataclass(frozen=True)
class Balance:
    """Weights of a vector's parts. The last part is the colour part; all others together are the shape part."""

    parts: tuple[VectorPart, ...]
    weights: tuple[float, ...]  # one a part, not negative, sum 1
    spreads: ScoreSpreads | None = field(default=None, compare=False, repr=False)  # None: each part's typical one

    def __post_init__(self) -> None:
        if len(self.parts) != len(self.weights) or len(self.parts) < 2:
            raise ValueError(f"{len(self.weights)} weights for {len(self.parts)} parts")
        if not (all(weight >= 0 for weight in self.weights) and abs(sum(self.weights) - 1) <= 1e-3):
            raise ValueError(f"weights {self.weights}, which must not be negative and must sum to 1")
        if not all(part.spread > 0 for part in self.parts):
            raise ValueError(f"spreads {[part.spread for part in self.parts]}, by which weights are divided")

    @property
    def dims(self) -> list[int]:
        """How many numbers each part has."""
        return [part.dim for part in self.parts]

    @property
    def colour_weight(self) -> float:
        """How much colour counts against shape, 0 to 1."""
        return self.weights[-1]

    def with_colour_weight(self, colour_weight: float | None) -> "Balance":
        """The same balance within the shape part, and another weight of colour; None changes nothing.

        Raises:
            QueryError: the weight isn't between 0 and 1.
        """
        if colour_weight is None:
            return self
        known = self._reweighed.get(colour_weight)
        if known is not None:
            return known
        if not 0 <= colour_weight <= 1:
            raise QueryError(
                f"colour_weight is {colour_weight}; a number from 0 (shape alone) to 1 (colour alone) is needed."
            )
        shape = sum(self.weights[:-1])
        if shape > 0:
            others = tuple(weight / shape * (1 - colour_weight) for weight in self.weights[:-1])
        else:  # nothing is known about the balance within the shape part
            others = ((1 - colour_weight) / (len(self.parts) - 1),) * (len(self.parts) - 1)
        found = replace(self, weights=(*others, colour_weight))
        if colour_weight in (0, 1):  # each search weighs its photo by shape alone, and by colour alone
            self._reweighed[colour_weight] = found
        return found

    def for_catalog(self, stored: np.ndarray) -> "Balance":
        """The same weights, relative to how scores spread in a catalogue of stored vectors (N, D), N >= 1."""
        return replace(self, spreads=ScoreSpreads.measure(stored, self.parts))

    def weigh(self, vectors: np.ndarray) -> np.ndarray:
        """Queries (..., D) float32, scaled so that their inner products with stored vectors are weighted scores.

        A score is a weighted mean of the parts' cosines, 1 at most.
        """
        factors = self.part_factors(vectors)[..., self._part_of_each]
        return (vectors * factors).astype(np.float32)

    def weigh_shapes(self, vectors: np.ndarray) -> np.ndarray:
        """Queries (..., D) float32, scaled so that their scores are the plain mean of the shape parts' cosines.

        Such scores say what a thing is, in all catalogues alike, and nothing of its colour.
        """
        shapes = len(self.parts) - 1
        factors = np.repeat([1 / shapes] * shapes + [0.0], self.dims)
        return (vectors * factors).astype(np.float32)

    def scale(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors (..., D) float32, scaled so that inner products among themselves are weighted scores."""
        typical = _share(
            np.array([weight / part.spread for weight, part in zip(self.weights, self.parts, strict=True)])
        )
        return (vectors * np.sqrt(np.repeat(typical, self.dims))).astype(np.float32)

    def part_factors(self, vectors: np.ndarray) -> np.ndarray:
        """(..., parts) what each part of each query is multiplied by: not negative, sum 1."""
        weights, typical = self._numbers
        if self.spreads is None:
            return np.broadcast_to(_share(weights / typical), (*vectors.shape[:-1], len(self.parts)))
        own = self.spreads.photos / (self.spreads.photos + _TYPICAL_COUNTS_AS)
        deviations = np.sqrt(own * self.spreads.variances(vectors, self.parts) + (1 - own) * typical**2)
        return _share(weights / deviations)

    @cached_property
    def _numbers(self) -> tuple[np.ndarray, np.ndarray]:
        """(parts,) the weights, and (parts,) how much the scores of each part spread in a typical catalogue."""
        return np.array(self.weights), np.array([part.spread for part in self.parts])

    @cached_property
    def _part_of_each(self) -> np.ndarray:
        """(D,) int, the part that each number of a vector belongs to."""
        return np.repeat(np.arange(len(self.parts)), [part.dim for part in self.parts])

    @cached_property
    def _reweighed(self) -> "dict[float, Balance]":
        """The balances with other weights of colour that are often asked for."""
        return {}

    @cached_property
    def shape_dim(self) -> int:
        """How many numbers of a vector come before the colour part."""
        return sum(part.dim for part in self.parts[:-1])


def split_parts(vectors: np.ndarray, parts: Sequence[VectorPart]) -> list[np.ndarray]:
    """The parts (..., dim) of vectors (..., D), in their order."""
    return np.split(vectors, np.cumsum([part.dim for part in parts])[:-1], axis=-1)


def _share(numbers: np.ndarray) -> np.ndarray:
    """Divided by their sum along the last axis."""
    return numbers / numbers.sum(axis=-1, keepdims=True)


def normalise_parts(vectors: np.ndarray, parts: Sequence[VectorPart]) -> np.ndarray:
    """Vectors (..., D) float32 whose parts have length 1, as averages of several vectors don't."""
    units = [
        part / np.maximum(np.linalg.norm(part, axis=-1, keepdims=True), 1e-12) for part in split_parts(vectors, parts)
    ]
    return np.concatenate(units, axis=-1).astype(np.float32)


@dataclass(frozen=True)
class LearnedBalance:
    """The balance of one shop's index, and how it was found."""

    balance: Balance
    learned_from: str = "default"  # "photos": several photos of a product; "default": too few of those to learn from
    products: int = 0  # that have several photos
    found_by_default: float = 0.0  # share of their photos that find their product first under the bundle's weights
    found: float = 0.0  # the same under the shop's weights, for products that were left out when these were chosen

    def describe(self) -> dict[str, Any]:
        """What the manifest of an index says of it; ``read_balance`` reads it."""
        pairs = zip(self.balance.parts, self.balance.weights, strict=True)
        facts = {name: getattr(self, name) for name in ("learned_from", "products", "found_by_default", "found")}
        return {"weights": {part.name: round(weight, 4) for part, weight in pairs}, **facts}


def read_balance(description: dict[str, Any], default: Balance, spreads: ScoreSpreads | None) -> LearnedBalance:
    """A shop's balance from a manifest; the bundle's own where an older index has none.

    Raises:
        KeyError, TypeError, ValueError: the description is garbled, or is of other parts than the bundle's.
    """
    if not description:
        return LearnedBalance(default)
    facts = dict(description)
    weights = facts.pop("weights")
    chosen = tuple(float(weights[part.name]) for part in default.parts)
    return LearnedBalance(replace(default, weights=chosen, spreads=spreads), **facts)
