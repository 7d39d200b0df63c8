"""Trainings of a tiny network, which take seconds."""

from pathlib import Path

import pytest

from indexer.network.start import Start
from indexer.training import job
from indexer.training.bundle import TrainingReport, train_bundle
from indexer.training.job import TrainingOptions
from indexer.training.recipe import Recipe
from tests.indexer.tiny import SIDE, build_tiny

RECIPE = Recipe(image_size=SIDE, train_size=SIDE, epochs=2, head_epochs=0.0, batch_size=12, averaging=0.9)


def start_tiny(_: Path) -> Start:
    return Start("tiny", "a tiny network", build_tiny(), {}, {})


def train(
    source: Path, out: Path, *, recipe: Recipe = RECIPE, resume: bool = False, **options: object
) -> TrainingReport:
    """With its cache beside the bundle, and the tiny network in place of the shipped one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "start_from_bundle", start_tiny)
        settings = TrainingOptions(**options)  # type: ignore[arg-type]
        return train_bundle(source, out, settings, recipe, cache=out.parent / "cache", resume=resume, progress=False)
