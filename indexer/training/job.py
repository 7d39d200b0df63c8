"""A training as asked for: what it learns, where it starts, and the note by which a stopped one goes on."""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras

from indexer.errors import StorageError, TrainingDataError
from indexer.network.start import Start, start_from_bundle, start_from_name
from indexer.training.examples import MAIN_HEAD
from indexer.training.recipe import Recipe
from search.model.bundle import DESCRIPTION
from search.settings import PRETRAINED_BUNDLE

CHECKPOINT = "checkpoint.npz"
CORRECTIONS = "corrections.json"
_SPACE_NEEDED = 500e6  # bytes: checkpoints and the bundle


@dataclass(frozen=True)
class TrainingOptions:
    """What to learn, and what to start from."""

    label: str = MAIN_HEAD
    also: tuple[str, ...] | None = None  # None: gender and colour where the source has them
    mapping: dict[str, str] = field(default_factory=dict)
    backbone: str | None = None  # None: that of the bundle to start from
    weights: str | None = None
    start: str | None = None  # a bundle's directory; None for the shipped one
    corrections: bool = True  # learn the labels that were corrected in the studio


def refuse_to_replace(out: Path) -> None:
    """A bundle takes the place of what is at its path; that must be nothing else than an older bundle."""
    if out.exists() and not (out / DESCRIPTION).is_file() and not (out.is_dir() and not any(out.iterdir())):
        raise TrainingDataError(f"{out} is there already and is no bundle. Give another --out; nothing was changed.")


def open_job(
    work: Path, source: Path | None, options: TrainingOptions, recipe: Recipe, *, resume: bool
) -> tuple[TrainingOptions, Recipe]:
    """Make the directory for what going on needs, or take the options from it that the stopped training had.

    Raises:
        TrainingDataError: nothing to go on with, or something that would be overwritten. StorageError: no room.
    """
    path = work / "job.json"
    if resume:
        try:
            job = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise TrainingDataError(
                f"There is no stopped training in {work}; leave --resume away to begin one."
            ) from error
        if job["source"] != _name_source(source):
            raise TrainingDataError(
                f"The training in {work} learns from {job['source']}, not from {_name_source(source)}."
            )
        also = job["options"].pop("also")
        return TrainingOptions(**job["options"], also=None if also is None else tuple(also)), Recipe(**job["recipe"])
    if path.exists():
        raise TrainingDataError(
            f"{work} holds a training that was stopped. "
            "Go on with it: --resume; or delete that directory to begin anew."
        )
    try:
        work.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(work).free
        if free < _SPACE_NEEDED:
            work.rmdir()
            raise StorageError(
                f"{free / 1e6:,.0f} MB are free in {work.parent}; a training needs {_SPACE_NEEDED / 1e6:,.0f} MB. "
                "Make room, or give another --out."
            )
        job = {"source": _name_source(source), "options": asdict(options), "recipe": asdict(recipe)}
        path.write_text(json.dumps(job, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{work} can't be written: {error.strerror or error}. Give another --out.") from error
    return options, recipe


def _name_source(source: Path | None) -> str:
    return str(source.absolute()) if source else "the catalogue"


def open_start(options: TrainingOptions, recipe: Recipe) -> Start:
    """The network to train on; raises TrainingDataError, BundleError."""
    keras.utils.set_random_seed(recipe.seed)  # where weights are random, a training that goes on needs the same
    if options.backbone is None:
        return start_from_bundle(Path(options.start) if options.start else PRETRAINED_BUNDLE)
    return start_from_name(options.backbone, options.weights, recipe.image_size)
