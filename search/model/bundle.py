"""A model bundle: a directory that holds a trained network and says everything about it.

``embedder.tflite`` turns pixels into probabilities and vectors, ``classifier.keras`` is the same network for training
on, ``model.json`` describes both, ``card.md`` tells people where it comes from. Nothing about a model is configured
twice: whoever needs its input size, labels or dimensions asks the bundle.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from search.errors import BundleError
from search.model import preprocessing
from search.model.balance import Balance, VectorPart
from search.model.novelty import Novelty

FORMAT = 2  # of model.json
_EARLIER_FORMAT = 1  # two parts, style and colour; such bundles still serve, and can't be trained on
DESCRIPTION = "model.json"
EMBEDDER = "embedder.tflite"
CLASSIFIER = "classifier.keras"
CARD = "card.md"
REFERENCES = "novelty_references.npy"  # (R, G) vectors of what a shop hardly sells; some bundles have none
SPLIT = "split.csv"  # which photo the training learned from, chose by, or left for judging

GENERAL = "general"  # the vector's part that never changes, of which the novelty references are
CATEGORY, GENDER, COLOUR = "category", "gender", "colour"  # the heads that searching knows what to do with


@dataclass(frozen=True)
class Head:
    """One classifier on top of the network: what it tells apart, in the order of its probabilities."""

    labels: tuple[str, ...]
    supercategories: tuple[str, ...] = ()  # for each label the coarse kind of thing (Topwear, Shoes, ...), or nothing


@dataclass(frozen=True)
class NeighbourVote:
    """How much near photos of the catalogue count beside the classifier; scores mean something for one model only."""

    limit: int  # nearest photos that have a vote
    equal_score: float  # at which one of them counts as much as the classifier
    softness: float  # score by which a neighbour must be nearer to count e times as much


@dataclass(frozen=True)
class Bundle:
    """An opened bundle: its description, checked against its files."""

    path: Path
    name: str
    image_size: int  # pixels, side of the square input
    balance: Balance  # the vector's parts, and their weights where a shop has no balance of its own
    neighbours: NeighbourVote
    heads: dict[str, Head]
    embedder_sha256: str
    backbone: str = ""  # name of the network that it was trained on
    novelty: Novelty | None = None  # None: it was never measured, and every photo counts as something that is sold

    @property
    def general(self) -> slice:
        """Where the part lies in a vector that is never trained; all shape parts in bundles that have none."""
        sizes = self.balance.dims
        names = [part.name for part in self.balance.parts]
        place = names.index(GENERAL) if GENERAL in names else 0
        return slice(sum(sizes[:place]), sum(sizes[: place + 1]))

    @property
    def dim(self) -> int:
        """Length of a stored vector: all its parts."""
        return sum(self.balance.dims)

    @cached_property
    def hash(self) -> str:
        """What vectors depend on: equal hashes mean comparable vectors (16 hexadecimal digits)."""
        return hashlib.sha256(
            f"{self.embedder_sha256}:{preprocessing.VERSION}:{preprocessing.VIEWS}".encode()
        ).hexdigest()[:16]

    @classmethod
    def open(cls, path: Path) -> "Bundle":
        """The bundle in a directory.

        Raises:
            BundleError: no bundle there, of another format or preprocessing, or with an altered network.
        """
        try:
            return cls._open(path)
        except BundleError:
            raise
        except Exception as error:  # whatever else a file that isn't what it should be can lead to
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
            raise BundleError(f"The model bundle {path} can't be opened ({reason}). Get the bundle again.") from error

    @classmethod
    def _open(cls, path: Path) -> "Bundle":
        description = _read_description(path)
        try:
            bundle = cls(
                path=path,
                name=description["name"],
                image_size=int(description["input"]["size"]),
                balance=_read_balance(description["vector"]),
                neighbours=_read_vote(description["neighbours"]),
                heads={
                    name: Head(tuple(head["labels"]), tuple(head.get("groups", ())))
                    for name, head in description["heads"].items()
                },
                embedder_sha256=description["files"][EMBEDDER],
                backbone=str(description.get("training", {}).get("backbone", "")),
                novelty=_read_novelty(description.get("novelty"), path / REFERENCES),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{path / DESCRIPTION} lacks or garbles {error}. Make the bundle again.") from error
        _check_embedder(bundle)
        return bundle


def _read_balance(fields: dict[str, Any]) -> Balance:
    if "parts" not in fields:  # format 1
        style, colour = (
            VectorPart("style", int(fields["style_dim"])),
            VectorPart("colour_part", int(fields["colour_dim"])),
        )
        colour_weight = float(fields["colour_weight"])
        return Balance((style, colour), (1 - colour_weight, colour_weight))
    parts = tuple(VectorPart(str(part["name"]), int(part["dim"]), float(part["spread"])) for part in fields["parts"])
    return Balance(parts, tuple(float(part["weight"]) for part in fields["parts"]))


def _read_vote(fields: dict[str, Any]) -> NeighbourVote:
    """Bundles of earlier versions have a threshold for the nearest score as well, which isn't used any more."""
    return NeighbourVote(**{name: value for name, value in fields.items() if name != "strange_below"})


def _read_novelty(fields: dict[str, Any] | None, references: Path) -> Novelty | None:
    if fields is None:
        return None
    return Novelty(
        float(fields["threshold"]),
        float(fields.get("reference_weight", 0.0)),
        float(fields.get("category_weight", 0.0)),
        _read_references(references),
    )


def _read_references(path: Path) -> np.ndarray | None:
    if not path.exists():
        return None
    try:
        references = np.load(path, allow_pickle=False).astype(np.float32)
    except (OSError, EOFError, ValueError) as error:
        raise BundleError(f"The bundle's {path.name} can't be read ({error}). Get the bundle again.") from error
    if references.ndim != 2 or not np.isfinite(references).all():
        raise BundleError(f"The bundle's {path.name} has the shape {references.shape}; rows of numbers are needed.")
    return references


def _read_description(path: Path) -> dict[str, Any]:
    try:
        description = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
    except OSError as error:
        raise BundleError(
            f"There is no model bundle in {path} ({error.strerror}). "
            "Unset VITRINA_BUNDLE to use the shipped one, or name a directory with a model.json."
        ) from error
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path / DESCRIPTION} is not JSON ({error}). Make the bundle again.") from error
    if not isinstance(description, dict) or not isinstance(description.get("input", {}), dict):
        raise BundleError(f"{path / DESCRIPTION} describes no model bundle. Get or make the bundle again.")
    if description.get("format") not in (_EARLIER_FORMAT, FORMAT):
        raise BundleError(
            f"The bundle {path} has format {description.get('format')!r}; this version of Vitrina reads "
            f"{_EARLIER_FORMAT} and {FORMAT}. "
            "Make the bundle again, or use the version of Vitrina that made it."
        )
    made_with = description.get("input", {}).get("preprocessing")
    if made_with != preprocessing.VERSION:
        raise BundleError(
            f"The bundle {path} was trained with preprocessing {made_with!r}; this version does "
            f"{preprocessing.VERSION!r}. Train it again."
        )
    return description


def _check_embedder(bundle: Bundle) -> None:
    embedder = bundle.path / EMBEDDER
    try:
        found = hashlib.sha256(embedder.read_bytes()).hexdigest()
    except OSError as error:
        raise BundleError(f"The bundle's network {embedder} can't be read: {error.strerror}.") from error
    if found != bundle.embedder_sha256:
        raise BundleError(
            f"{embedder} is not the file that {DESCRIPTION} describes (its checksum differs). Get the bundle again."
        )
