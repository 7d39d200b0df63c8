"""From labelled photos to a trained bundle: checks, split, fine-tuning, calibration, export."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from catalog import Catalog
from catalog.errors import CatalogError
from catalog.feeds import Reject
from indexer.corpus.near_duplicates import find_near_duplicates
from indexer.corpus.photo_cache import PhotoCache
from indexer.errors import TrainingDataError
from indexer.network.export import BundleFacts, export_bundle, set_spreads, update_description
from indexer.network.parts import GENERAL, GENERAL_PROJECTION, PALETTE, STYLE, build_classifier
from indexer.network.start import Start
from indexer.training.batches import TrainingPhotos
from indexer.training.catalog_examples import read_catalog_examples
from indexer.training.checkpoint import load_checkpoint, save_checkpoint
from indexer.training.corrections import NOTHING_CORRECTED, AppliedCorrections, apply_corrections, corrections_of_job
from indexer.training.examples import (
    MAIN_HEAD,
    MIN_PHOTOS,
    SPLITS,
    ReadExamples,
    check_classes,
    drop_rows,
    read_examples,
)
from indexer.training.general_part import general_projection
from indexer.training.job import CHECKPOINT, CORRECTIONS, TrainingOptions, open_job, open_start, refuse_to_replace
from indexer.training.losses import MISSING_LABEL
from indexer.training.model_card import describe_model
from indexer.training.parts_fit import fit_parts
from indexer.training.recipe import Recipe, complete_recipe
from indexer.training.search_calibration import measure_spreads, rehearse_search
from indexer.training.splitting import count_leaks, split_examples, write_split
from indexer.training.supercategories import find_kinds
from indexer.training.trainer import Trainer
from indexer.training.validation import Judge
from search.errors import SearchError
from search.model.bundle import REFERENCES, SPLIT, Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels
from search.photo import open_photo
from search.settings import PRETRAINED_BUNDLE

# How much each part of the vector counts where a shop has no balance of its own (docs/model.md).
PART_WEIGHTS = {GENERAL: 0.571, STYLE: 0.086, PALETTE: 0.343}
_CACHE_MARGIN = 8 / 7  # photos are kept so much larger than the network takes them, for crops
_PARITY_PHOTOS = 64


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
        SourceError: the source can't be read. BundleError: nothing to start from.
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
    groups: Mapping[str, str] | None = None,
    smallest_class: int = MIN_PHOTOS,
    with_test: bool = True,
    references: Callable[[Embedder], np.ndarray] | None = None,
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
        groups: category -> coarse kind of thing, where known.
        smallest_class: photos that a class needs.
        with_test: set a test part aside where the examples have none; without, its photos are learned from.
        references: makes the bundle's novelty references, (R, G), where those of ``start`` aren't to be kept.
        progress: show bars.
    """
    began = time.monotonic()
    check_classes(examples, smallest_class)
    work = out.with_name(out.name + ".training")
    side = round(recipe.image_size * _CACHE_MARGIN / 8) * 8
    photos = PhotoCache.fill(examples["path"].tolist(), cache, side, progress=progress)
    unreadable = {str(examples["path"][row]): why for row, why in photos.faults.items()}
    sound = np.setdiff1d(np.arange(len(examples)), list(photos.faults))
    examples = drop_rows(examples, list(photos.faults))
    check_classes(examples, smallest_class)
    place = np.full(
        len(photos.pixels), -1
    )  # of each cached photo among the sound ones, whose pixels may fill no memory
    place[sound] = np.arange(len(sound))
    pairs = place[find_near_duplicates(photos.pixels, progress=progress)[["first", "second"]].to_numpy(np.int64)]
    links = [(first, second) for first, second in pairs.tolist() if min(first, second) >= 0]
    examples = split_examples(examples, links, recipe.seed, with_test=with_test)
    names = _label_names(examples)
    _check_split(examples, names)
    targets = _encode(examples, names)
    side_of = examples["split"].to_numpy()
    learned, chosen_by = np.flatnonzero(side_of == "train"), np.flatnonzero(side_of == "validation")
    recipe = complete_recipe(recipe, len(learned), from_bundle=bool(start.weights))
    training = TrainingPhotos.prepare(
        photos.pixels,
        sound[learned],
        {head: values[learned] for head, values in targets.items()},
        products=pd.factorize(examples["product_id"].iloc[learned])[0],
        masks=_read_masks(examples.iloc[learned], side),
        progress=progress,
    )
    judged = PhotoCache.fill(examples["path"][chosen_by].tolist(), cache, recipe.image_size, progress=progress)
    judge = Judge(start, names, recipe, judged.pixels, {head: values[chosen_by] for head, values in targets.items()})
    weights = _usable_weights(start, names)
    if GENERAL_PROJECTION not in weights:
        weights[GENERAL_PROJECTION] = general_projection(start.backbone, training, recipe.image_size, progress=progress)
    trainer = Trainer(start.backbone, weights, names, training, recipe)
    _fine_tune(trainer, judge, work, _fingerprint(examples, recipe), progress=progress)
    trainer.put(trainer.best)
    judge.validate(trainer)
    fits = fit_parts(judge.network, names, training, recipe, judge.loss, progress=progress)
    judge.judge()
    temperatures, metrics = judge.calibrate()
    counts = {name: int((side_of == name).sum()) for name in SPLITS}
    kinds = find_kinds(
        photos.pixels,
        sound[learned],
        targets[MAIN_HEAD][learned],
        names[MAIN_HEAD],
        Embedder(Bundle.open(PRETRAINED_BUNDLE)),
        {**start.groups, **(groups or {})},
    )
    description = BundleFacts(
        name=out.name,
        weights=PART_WEIGHTS,
        neighbours=start.neighbours,
        heads=_describe_heads(names, temperatures, kinds),
        training={
            "backbone": start.name,
            "start": start.origin,
            "data": origin,
            "photos": counts,
            "corrections": asdict(corrections),
            "recipe": asdict(recipe),
            "history": trainer.progress.history,
            "fits": fits,
        },
        metrics=metrics,
        card=describe_model(out.name, start, origin, counts, names, metrics),
    )

    def complete(partial: Path) -> None:
        write_split(examples, partial / SPLIT)
        own = sound[chosen_by]
        set_spreads(
            partial, measure_spreads(Embedder(Bundle.open(partial)), photos.pixels, sound[learned], recipe.seed)
        )
        known = references(Embedder(Bundle.open(partial))) if references else start.references
        if known is not None:
            np.save(partial / REFERENCES, known.astype(np.float16))
        vote, novelty = rehearse_search(
            Embedder(Bundle.open(partial)),
            (photos.pixels, sound[learned], targets[MAIN_HEAD][learned]),
            (photos.pixels, own, targets[MAIN_HEAD][chosen_by]),
            start.neighbours,
            known,
            recipe.seed,
        )
        update_description(partial, neighbours=asdict(vote), novelty=novelty and novelty.describe())

    classifier = build_classifier(judge.network.backbone, judge.network.parts, temperatures)
    metrics["litert_parity"] = export_bundle(
        classifier, description, out, np.asarray(judged.pixels[:_PARITY_PHOTOS]), complete
    )
    shutil.rmtree(work, ignore_errors=True)
    leaks = count_leaks(examples, links)
    seconds = time.monotonic() - began
    return TrainingReport(out, counts, list(rejects), unreadable, leaks, metrics, seconds, corrections)


def _read_masks(examples: pd.DataFrame, side: int) -> dict[int, np.ndarray]:
    """Place -> (side, side) bool, True on the product, of the examples whose column ``mask`` names a picture of it."""
    if "mask" not in examples:
        return {}
    pictures = {place: path for place, path in enumerate(examples["mask"]) if isinstance(path, str)}
    # A mask is dark on the product, so that the white around a photo that is no square counts as background.
    return {place: image_to_pixels(open_photo(Path(path)), side)[..., 0] < 128 for place, path in pictures.items()}


def _fine_tune(trainer: Trainer, judge: Judge, work: Path, fingerprint: str, *, progress: bool) -> None:
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
        judge.validate,
        lambda now: save_checkpoint(path, {**now.state(), "fingerprint": np.array(fingerprint)}),
        progress=progress,
    )


def _fingerprint(examples: pd.DataFrame, recipe: Recipe) -> str:
    state = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    for column in ("sha256", "split", *examples.attrs["heads"]):
        state.update("\0".join(map(str, examples[column])).encode())
    return state.hexdigest()


def _label_names(examples: pd.DataFrame) -> dict[str, list[str]]:
    learned = examples[examples["split"] == "train"]
    return {head: sorted(learned[head].dropna().unique()) for head in examples.attrs["heads"]}


def _check_split(examples: pd.DataFrame, names: dict[str, list[str]]) -> None:
    if len(names[MAIN_HEAD]) < 2:
        raise TrainingDataError(
            f"The training part of the source's split has only the class {names[MAIN_HEAD][0]!r}; at least two are "
            "needed. Correct the split, or leave it out and it will be made."
        )
    if not (examples["split"] == "validation").any():
        raise TrainingDataError(
            "No photos are left to validate on: every class has fewer than three products. Photos of one product or "
            "group, and near-duplicates, can't be torn apart. Add products."
        )


def _encode(examples: pd.DataFrame, names: dict[str, list[str]]) -> dict[str, np.ndarray]:
    """Head -> (N,) int32; labels that aren't in the training part count as unknown."""
    targets = {}
    for head, labels in names.items():
        code_of = {label: code for code, label in enumerate(labels)}
        targets[head] = np.array([code_of.get(label, MISSING_LABEL) for label in examples[head]], np.int32)
    return targets


def _usable_weights(start: Start, names: dict[str, list[str]]) -> dict[str, list[np.ndarray]]:
    """The start's weights on top, without those of heads that tell other labels apart."""
    other = {f"{head}_logits" for head, labels in names.items() if list(start.labels.get(head, ())) != labels}
    return {layer: weights for layer, weights in start.weights.items() if layer not in other}


def _describe_heads(
    names: dict[str, list[str]], temperatures: dict[str, float], kinds: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    heads: dict[str, dict[str, Any]] = {
        head: {"labels": labels, "temperature": temperatures[head]} for head, labels in names.items()
    }
    heads[MAIN_HEAD]["groups"] = [kinds[label] for label in names[MAIN_HEAD]]
    return heads
