"""Trainers of a tiny network on drawn photos."""

import numpy as np

from indexer.training.batches import TrainingPhotos
from indexer.training.losses import MISSING_LABEL
from indexer.training.recipe import Recipe
from indexer.training.trainer import Trainer
from tests.indexer.tiny import SHAPES, SIDE, build_tiny, draw_things

NAMES = {"category": list(SHAPES), "colour": ["black", "red"]}
# The two steps of an epoch, of 24 photos.
SHORT = Recipe(
    image_size=SIDE, train_size=SIDE, batch_size=12, epochs=2, runs=1, head_epochs=0.5, averaging=0.9, keep_start=0.0
)
ANYTHING = {"score": 0.5}


def prepare(each: int, first_seed: int = 0) -> TrainingPhotos:
    pixels, targets = draw_things(each, first_seed=first_seed)
    rows = np.arange(len(pixels))
    colours = np.where(rows % 5 == 4, MISSING_LABEL, rows % 2).astype(np.int32)
    return TrainingPhotos.prepare(pixels, rows, {"category": targets, "colour": colours}, progress=False)


def make(photos: TrainingPhotos, recipe: Recipe = SHORT) -> Trainer:
    return Trainer(build_tiny(), {}, NAMES, photos, recipe)


def weights(trainer: Trainer) -> list[np.ndarray]:
    return [variable.value.numpy() for variable in trainer.variables]
