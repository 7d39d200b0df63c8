"""A training as asked for: what it learns, where it starts, and the note by which a stopped one goes on."""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras

from indexer.errors import StorageError, TrainingDataError
from indexer.network.start import Start, start_from_bundle, start_from_name
from indexer.training.examples import MAIN_HEAD
from indexer.training.recipe import Recipe
from search.files import written_aside
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
        except OSError as error:
            raise TrainingDataError(
                f"There is no stopped training in {work}; leave --resume away to begin one."
            ) from error
        except ValueError as error:
            raise TrainingDataError(_describe_broken(work)) from error
        return _read_job(job, work, source)
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
        with written_aside(path) as partial:
            partial.write_text(json.dumps(job, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{work} can't be written: {error.strerror or error}. Give another --out.") from error
    return options, recipe


def _read_job(job: Any, work: Path, source: Path | None) -> tuple[TrainingOptions, Recipe]:
    try:
        learns_from, asked, recipe = job["source"], dict(job["options"]), Recipe(**job["recipe"])
        also = asked.pop("also")
        options = TrainingOptions(**asked, also=None if also is None else tuple(also))
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingDataError(_describe_broken(work)) from error
    if learns_from != _name_source(source):
        raise TrainingDataError(f"The training in {work} learns from {learns_from}, not from {_name_source(source)}.")
    return options, recipe


def _describe_broken(work: Path) -> str:
    return (
        f"The note of the training in {work} is damaged, or another version wrote it. "
        "Delete that directory to begin anew, without --resume."
    )


def _name_source(source: Path | None) -> str:
    return str(source.absolute()) if source else "the catalogue"


def open_start(options: TrainingOptions, recipe: Recipe) -> Start:
    """The network to train on; raises TrainingDataError, BundleError."""
    keras.utils.set_random_seed(recipe.seed)  # where weights are random, a training that goes on needs the same
    if options.backbone is None:
        return start_from_bundle(Path(options.start) if options.start else PRETRAINED_BUNDLE)
    return start_from_name(options.backbone, options.weights, recipe.image_size)
