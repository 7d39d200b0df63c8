"""From labelled photos to a trained bundle: checks, split, fine-tuning, calibration, export."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from catalog import Catalog
from catalog.errors import CatalogError
from catalog.feeds import Reject
from indexer.errors import TrainingDataError, TrainingDivergedError
from indexer.network.export import BundleFacts
from indexer.network.fork import fork_earlier
from indexer.network.projection_heads import GENERAL_PROJECTION
from indexer.network.start import Start
from indexer.training.batches import TrainingPhotos
from indexer.training.bundle_writing import PART_WEIGHTS, MakeReferences, describe_heads, write_bundle
from indexer.training.catalog_examples import read_catalog_examples
from indexer.training.checkpoint import load_checkpoint, save_checkpoint
from indexer.training.corrections import NOTHING_CORRECTED, AppliedCorrections, apply_corrections, corrections_of_job
from indexer.training.examples import MIN_PHOTOS, ReadExamples, read_examples
from indexer.training.general_part import general_projection
from indexer.training.heads_refit import refit_heads
from indexer.training.job import CHECKPOINT, CORRECTIONS, TrainingOptions, open_job, open_start, refuse_to_replace
from indexer.training.model_card import describe_model
from indexer.training.recipe import Recipe, complete_recipe
from indexer.training.splitting import count_leaks
from indexer.training.trainer import Trainer
from indexer.training.training_set import TRAIN, VALIDATION, TrainingSet, prepare_training_set
from indexer.training.validation import Validator
from search.errors import SearchError


@dataclass(frozen=True)
class TrainingReport:
    """What a training did."""

    out: Path
    photos: dict[str, int]  # of each split
    rejects: list[Reject]
    unreadable: dict[str, str]  # photo -> why
    leaks: dict[str, int]  # held-out photos that also stand in the training part, as the source's own split has it
    metrics: dict[str, Any]
    seconds: float
    corrections: AppliedCorrections = NOTHING_CORRECTED


def train_bundle(
    source: Path | None,
    out: Path,
    options: TrainingOptions,
    recipe: Recipe,
    *,
    cache: Path,
    resume: bool,
    progress: bool = True,
) -> TrainingReport:
    """Fine-tune a network on a source's photos and write it as a bundle.

    Args:
        source: a folder with a folder a class, or a table; None for the catalogue, with its corrected labels.
        out: the bundle's directory; beside it, ``OUT.training`` keeps what going on after a stop needs.
        options: what to learn; ignored where a stopped training goes on.
        recipe: how; likewise.
        cache: where decoded photos are kept.
        resume: go on with the training that was stopped.
        progress: show bars.

    Raises:
        TrainingDataError: nothing can be learned from the source. StorageError: the disk is full.
        SourceError: the source can't be read. BundleError: nothing to start from. TrainingDivergedError: the recipe
            leads nowhere; nothing is kept that could be gone on with.
    """
    refuse_to_replace(out)
    work = out.with_name(out.name + ".training")
    options, recipe = open_job(work, source, options, recipe, resume=resume)
    try:
        start = open_start(options, recipe)
        read, applied = _read(source, options, work / CORRECTIONS, progress=progress)
        return train_on_examples(
            read.examples,
            start,
            out,
            recipe,
            cache=cache,
            rejects=read.rejects,
            corrections=applied,
            origin=source.name if source else "the shop's catalogue",
            progress=progress,
        )
    except TrainingDivergedError:
        shutil.rmtree(work, ignore_errors=True)
        raise
    except (TrainingDataError, CatalogError, SearchError):
        if not resume and not (work / CHECKPOINT).exists():  # nothing has begun that could be gone on with
            shutil.rmtree(work, ignore_errors=True)
        raise


def _read(
    source: Path | None, options: TrainingOptions, note: Path, *, progress: bool
) -> tuple[ReadExamples, AppliedCorrections]:
    if source is None:
        with Catalog.open() as catalog:
            return read_catalog_examples(catalog, also=options.also, progress=progress), NOTHING_CORRECTED
    read = read_examples(source, mapping=options.mapping, label=options.label, also=options.also, progress=progress)
    corrected = corrections_of_job(note) if options.corrections else []
    return read, apply_corrections(read.examples, source, corrected)


def train_on_examples(
    examples: pd.DataFrame,
    start: Start,
    out: Path,
    recipe: Recipe,
    *,
    cache: Path,
    origin: str,
    rejects: Sequence[Reject] = (),
    corrections: AppliedCorrections = NOTHING_CORRECTED,
    supercategories: Mapping[str, str] | None = None,
    smallest_class: int = MIN_PHOTOS,
    with_test: bool = True,
    references: MakeReferences | None = None,
    progress: bool = True,
) -> TrainingReport:
    """As ``train_bundle``, from examples that are read already.

    Args:
        examples: as ``read_examples`` gives them.
        start: the network to train on.
        out: the bundle's directory.
        recipe: how.
        cache: where decoded photos are kept.
        origin: what the photos are, for the model card.
        rejects: what the source couldn't give, for the report.
        corrections: how many labels are not the source's but the studio's, for the report and the bundle.
        supercategories: category -> supercategory, where known.
        smallest_class: photos that a class needs.
        with_test: set a test part aside where the examples have none; without, its photos are learned from.
        references: makes the bundle's novelty references, (R, G), where those of ``start`` aren't to be kept.
        progress: show bars.
    """
    began = time.monotonic()
    work = out.with_name(out.name + ".training")
    if recipe.fork:
        start = replace(start, backbone=fork_earlier(start.backbone, recipe.fork))
    data = prepare_training_set(
        examples, recipe, cache, smallest_class=smallest_class, with_test=with_test, progress=progress
    )
    recipe = complete_recipe(recipe, len(data.places(TRAIN)), from_bundle=bool(start.weights))
    held_out = data.validation_pixels(cache, recipe.image_size, progress=progress)
    validator = Validator(start, data.names, recipe, held_out, data.targets_of(VALIDATION))
    learned = _learn(start, data, recipe, validator, work, progress=progress)
    temperatures, metrics = validator.calibrate()
    training = {**_describe_training(start, origin, data, recipe), **learned, "corrections": asdict(corrections)}
    facts = BundleFacts(
        name=out.name,
        weights=PART_WEIGHTS,
        neighbours=start.neighbours,
        heads=describe_heads(data, temperatures, {**start.supercategories, **(supercategories or {})}),
        training=training,
        metrics=metrics,
        card=describe_model(out.name, start, origin, data.counts, data.names, metrics),
    )
    metrics["litert_parity"] = write_bundle(
        validator.network,
        facts,
        out,
        data,
        start,
        temperatures=temperatures,
        sample=held_out,
        seed=recipe.seed,
        references=references,
    )
    shutil.rmtree(work, ignore_errors=True)
    leaks, seconds = count_leaks(data.examples, data.links), time.monotonic() - began
    return TrainingReport(out, data.counts, list(rejects), data.unreadable, leaks, metrics, seconds, corrections)


def _learn(
    start: Start, data: TrainingSet, recipe: Recipe, validator: Validator, work: Path, *, progress: bool
) -> dict[str, Any]:
    """Train until the validator's network is the best that was found; what the bundle says of it."""
    photos = data.training_photos(progress=progress)
    weights = _first_weights(start, data.names, photos, recipe, progress=progress)
    trainer = Trainer(start.backbone, weights, data.names, photos, recipe)
    _fine_tune(trainer, validator, work, data.fingerprint(recipe), progress=progress)
    trainer.put(trainer.best)
    validator.validate(trainer)
    fits = refit_heads(validator.network, data.names, photos, recipe, validator.loss, progress=progress)
    validator.evaluate()
    return {"history": trainer.progress.history, "fits": fits}


def _describe_training(start: Start, origin: str, data: TrainingSet, recipe: Recipe) -> dict[str, Any]:
    """What the bundle says of how it was made."""
    return {
        "backbone": start.name,
        "start": start.origin,
        "data": origin,
        "photos": data.counts,
        "recipe": asdict(recipe),
    }


def _fine_tune(trainer: Trainer, validator: Validator, work: Path, fingerprint: str, *, progress: bool) -> None:
    path = work / CHECKPOINT
    if path.exists():
        state = load_checkpoint(path)
        if str(state.pop("fingerprint", "")) != fingerprint:
            raise TrainingDataError(
                f"The photos, labels or settings are not those that the training in {work} was begun with. "
                "Delete that directory to begin anew."
            )
        trainer.restore(state)
    trainer.run(
        validator.validate,
        lambda now: save_checkpoint(path, {**now.state(), "fingerprint": np.array(fingerprint)}),
        progress=progress,
    )


def _first_weights(
    start: Start, names: dict[str, list[str]], photos: TrainingPhotos, recipe: Recipe, *, progress: bool
) -> dict[str, list[np.ndarray]]:
    """The start's projection heads by layer, without those that tell other labels apart."""
    other = {f"{head}_logits" for head, labels in names.items() if list(start.labels.get(head, ())) != labels}
    weights = {layer: values for layer, values in start.weights.items() if layer not in other}
    if GENERAL_PROJECTION not in weights:
        weights[GENERAL_PROJECTION] = general_projection(start.backbone, photos, recipe.image_size, progress=progress)
    return weights
