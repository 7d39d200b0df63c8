"""A shop's categories get the kind of thing that the shipped model sees in their photos."""

from pathlib import Path

import numpy as np

from indexer.training.supercategories import find_supercategories
from search.model.balance import Balance, VectorPart
from search.model.bundle import Bundle, Head, NeighbourVote
from search.model.embedder import Embeddings


class BrightnessEmbedder:
    """Takes bright photos for shoes and dark ones for shirts."""

    def __init__(self, groups: tuple[str, ...]) -> None:
        heads = {"category": Head(("Boots", "Shirts"), groups)}
        balance = Balance((VectorPart("style", 2), VectorPart("palette", 1)), (0.7, 0.3))
        self.bundle = Bundle(Path(), "by hand", 8, balance, NeighbourVote(1, 0.9, 0.1), heads, "0" * 64)

    def embed(self, pixels: np.ndarray) -> Embeddings:
        bright = pixels.mean(axis=(1, 2, 3)) > 127
        return Embeddings(np.zeros((len(pixels), 3)), {"category": np.stack([bright, ~bright], axis=1).astype(float)})


PIXELS = np.concatenate([np.full((4, 16, 16, 3), shade, np.uint8) for shade in (250, 10)])
ROWS = np.array([0, 1, 4, 5, 0, 4, 5])
TARGETS = np.array([0, 0, 1, 1, 2, 2, 2])
LABELS = ["Botas", "Camisas", "Verano", "Leer"]


def find(groups: tuple[str, ...], **known: str) -> dict[str, str]:
    return find_supercategories(PIXELS, ROWS, TARGETS, LABELS, BrightnessEmbedder(groups), known)  # type: ignore[arg-type]


def test_each_category_gets_what_most_of_its_photos_look_like() -> None:
    """Whatever its name; without photos it is a kind of its own."""
    kinds = find(("Footwear", "Topwear"))
    assert kinds == {"Botas": "Footwear", "Camisas": "Topwear", "Verano": "Topwear", "Leer": "Leer"}


def test_what_is_known_is_kept() -> None:
    """As where the labels are the shipped model's own."""
    assert find(("Footwear", "Topwear"), Botas="Rainwear")["Botas"] == "Rainwear"


def test_without_kinds_every_category_is_its_own() -> None:
    """A bundle that knows none."""
    assert find(()) == {label: label for label in LABELS}
