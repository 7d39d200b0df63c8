"""Networks with random weights, and what is said of them."""

import keras
import numpy as np

from indexer.network.export import BundleFacts
from indexer.network.palette import PALETTE_DIM
from indexer.network.projection_heads import (
    GENERAL,
    GENERAL_DIM,
    PALETTE,
    STYLE,
    STYLE_DIM,
    build_classifier,
    build_projection_heads_for,
)
from search.model.bundle import NeighbourVote
from tests.indexer.tiny import build_tiny

HEADS = {"category": ["coat", "hood", "suit"], "gender": ["Men", "Women"], "colour": ["Red", "Green", "Blue", "Black"]}
DIMS = {GENERAL: GENERAL_DIM, STYLE: STYLE_DIM, PALETTE: PALETTE_DIM}  # in the order in which they make a vector
WEIGHTS = {GENERAL: 0.5, STYLE: 0.1, PALETTE: 0.4}


def tiny_classifier() -> keras.Model:
    tiny = build_tiny()
    return build_classifier(tiny, build_projection_heads_for(tiny, HEADS), dict.fromkeys(HEADS, 1.5))


def facts(**changed: object) -> BundleFacts:
    usual: dict = {
        "name": "test",
        "weights": WEIGHTS,
        "neighbours": NeighbourVote(10, 0.7, 0.03),
        "heads": {name: {"labels": labels, "temperature": 1.5} for name, labels in HEADS.items()},
        "training": {},
        "metrics": {},
        "card": "# Card\n",
    }
    return BundleFacts(**{**usual, **changed})


def run(model: keras.Model, pixels: np.ndarray) -> list[np.ndarray]:
    return [output.numpy() for output in model(pixels.astype(np.float32), training=False)]
