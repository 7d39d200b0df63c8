"""A training's last act: from a fitted network to a bundle on disk, with what a search needs to know of it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from indexer.network.export import BundleFacts, export_bundle, set_spreads, update_description
from indexer.network.full_network import FullNetwork
from indexer.network.projection_heads import GENERAL, PALETTE, STYLE, build_classifier
from indexer.network.start import Start
from indexer.training.examples import MAIN_HEAD
from indexer.training.search_calibration import calibrate_search, measure_spreads
from indexer.training.splitting import write_split
from indexer.training.supercategories import find_supercategories
from indexer.training.training_set import TRAIN, VALIDATION, TrainingSet
from search.model.bundle import REFERENCES, SPLIT, Bundle
from search.model.embedder import Embedder
from search.settings import PRETRAINED_BUNDLE

# How much each part of the vector counts where a shop has no balance of its own (docs/model.md).
PART_WEIGHTS = {GENERAL: 0.571, STYLE: 0.086, PALETTE: 0.343}
_PARITY_PHOTOS = 64

MakeReferences = Callable[[Embedder], np.ndarray]  # novelty references (R, G) of a network


def write_bundle(
    network: FullNetwork,
    facts: BundleFacts,
    out: Path,
    data: TrainingSet,
    start: Start,
    *,
    temperatures: dict[str, float],
    sample: np.ndarray,
    seed: int,
    references: MakeReferences | None,
) -> float:
    """Export a network, and calibrate how a search goes by it.

    Args:
        network: the fitted one.
        facts: what to say about it.
        out: the bundle's directory.
        data: that it was trained and validated on.
        start: what it was trained on from.
        temperatures: head -> what divides its logits.
        sample: (M, S, S, 3) uint8 pixels to compare Keras and LiteRT on.
        seed: of all chance in the calibration.
        references: makes the novelty references; None keeps those of ``start``.

    Returns:
        The lowest cosine between the vectors of Keras and of LiteRT.
    """

    def complete(partial: Path) -> None:
        write_split(data.examples, partial / SPLIT)
        pixels, rows, _ = data.sample(TRAIN)
        set_spreads(partial, measure_spreads(_open(partial), pixels, rows, seed))
        known = references(_open(partial)) if references else start.references
        if known is not None:
            np.save(partial / REFERENCES, known.astype(np.float16))
        vote, novelty = calibrate_search(
            _open(partial), data.sample(TRAIN), data.sample(VALIDATION), start.neighbours, known, seed
        )
        update_description(partial, neighbours=asdict(vote), novelty=novelty and novelty.describe())

    classifier = build_classifier(network.backbone, network.projection_heads, temperatures)
    return export_bundle(classifier, facts, out, np.asarray(sample[:_PARITY_PHOTOS]), complete)


def describe_heads(
    data: TrainingSet, temperatures: Mapping[str, float], supercategories: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Head -> what ``model.json`` says of it.

    Args:
        data: what was learned.
        temperatures: head -> what divides its logits.
        supercategories: category -> supercategory, where that is known already.
    """
    heads: dict[str, dict[str, Any]] = {
        head: {"labels": labels, "temperature": temperatures[head]} for head, labels in data.names.items()
    }
    found = find_supercategories(*data.sample(TRAIN), data.names[MAIN_HEAD], _open(PRETRAINED_BUNDLE), supercategories)
    heads[MAIN_HEAD]["groups"] = [found[label] for label in data.names[MAIN_HEAD]]
    return heads


def _open(path: Path) -> Embedder:
    return Embedder(Bundle.open(path))
