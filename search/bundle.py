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

from search import preprocessing
from search.errors import BundleError
from search.familiarity import Familiarity

FORMAT = 1  # of model.json; a reader refuses another
DESCRIPTION = "model.json"
EMBEDDER = "embedder.tflite"
CLASSIFIER = "classifier.keras"
CARD = "card.md"
SPLIT = "split.csv"  # which photo the training learned from, chose by, or left for judging

CATEGORY, GENDER, COLOUR = "category", "gender", "colour"  # the heads that searching knows what to do with


@dataclass(frozen=True)
class Head:
    """One classifier on top of the network: what it tells apart, in the order of its probabilities."""

    labels: tuple[str, ...]
    groups: tuple[str, ...] = ()  # for each label the coarse kind of thing it is (Topwear, Shoes, ...), or nothing


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
    style_dim: int
    colour_dim: int
    colour_weight: float  # 0 to 1: how much the colour part counts unless asked otherwise
    neighbours: NeighbourVote
    heads: dict[str, Head]
    embedder_sha256: str
    backbone: str = ""  # name of the network that it was trained on
    familiarity: Familiarity | None = None  # None: it was never measured, and no photo is called strange

    @property
    def dim(self) -> int:
        """Length of a stored vector: the style part, then the colour part."""
        return self.style_dim + self.colour_dim

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
        description = _read_description(path)
        try:
            bundle = cls(
                path=path,
                name=description["name"],
                image_size=int(description["input"]["size"]),
                style_dim=int(description["vector"]["style_dim"]),
                colour_dim=int(description["vector"]["colour_dim"]),
                colour_weight=float(description["vector"]["colour_weight"]),
                neighbours=_read_vote(description["neighbours"]),
                heads={
                    name: Head(tuple(head["labels"]), tuple(head.get("groups", ())))
                    for name, head in description["heads"].items()
                },
                embedder_sha256=description["files"][EMBEDDER],
                backbone=str(description.get("training", {}).get("backbone", "")),
                familiarity=_read_familiarity(description.get("familiarity")),
            )
            if bundle.familiarity and len(bundle.familiarity.usual) != bundle.dim:
                raise ValueError(f"a usual vector of {bundle.dim} numbers")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{path / DESCRIPTION} lacks or garbles {error}. Make the bundle again.") from error
        _check_embedder(bundle)
        return bundle


def _read_vote(fields: dict) -> NeighbourVote:
    """Bundles of earlier versions have a threshold for the nearest score as well, which isn't used any more."""
    return NeighbourVote(**{name: value for name, value in fields.items() if name != "strange_below"})


def _read_familiarity(fields: dict | None) -> Familiarity | None:
    if fields is None:
        return None
    return Familiarity(tuple(map(float, fields["usual"])), float(fields["share"]), float(fields["least_lead"]))


def _read_description(path: Path) -> dict:
    try:
        description = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
    except OSError as error:
        raise BundleError(
            f"There is no model bundle in {path} ({error.strerror}). "
            "Unset VITRINA_BUNDLE to use the shipped one, or name a directory with a model.json."
        ) from error
    except ValueError as error:
        raise BundleError(f"{path / DESCRIPTION} is not JSON ({error}). Make the bundle again.") from error
    if description.get("format") != FORMAT:
        raise BundleError(
            f"The bundle {path} has format {description.get('format')!r}; this version of Vitrina reads {FORMAT}. "
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
