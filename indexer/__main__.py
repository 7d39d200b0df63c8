"""``python -m indexer``: the offline jobs."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter; before anything imports it

import click

from catalog import Catalog, CatalogError
from catalog.feeds.columns import parse_mapping
from catalog.settings import database_url
from indexer.building.build import BuildPaths, BuildReport, build_index
from indexer.errors import IndexerError, tell_missing_packages
from search.errors import SearchError
from search.model.bundle import Bundle
from search.private_files import keep_private
from search.settings import bundle_dir, home_dir, index_dir

if TYPE_CHECKING:
    from indexer.training.bundle import TrainingReport
    from search.model_quality.catalog_evaluation import CatalogEvaluation

_REJECTS_SHOWN = 5
# All other commands write where they are told to.
_WORK_IN_HOME = {"build", "check-labels", "evaluate-catalog", "appraise", "run-job"}


def _training_cache() -> Path:
    """Where decoded photos are kept between trainings; may be deleted at any time."""
    return home_dir() / "cache" / "training"


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Build the index, and make the models behind it."""
    if context.invoked_subcommand in _WORK_IN_HOME:
        keep_private(home_dir())


@main.command()
@click.option("--full", is_flag=True, help="Embed and fit everything anew instead of only what changed.")
def build(full: bool) -> None:
    """Bring the index up to date with the catalogue and publish it (make index)."""
    stopped = "The live index is as it was; run the build again to go on from here."
    with _told_errors(stopped), Catalog.open() as catalog:
        paths = BuildPaths.below(home_dir(), index_dir())
        report = build_index(catalog, Bundle.open(bundle_dir()), paths, full=full)
    _print_report(report)


@main.command()
def verify() -> None:
    """Read the index, the caches and the database, and say what is damaged and what mends it."""
    with _told_errors("Nothing was changed."):
        from indexer.verification.verify import describe, verify_home

        checks = verify_home(home_dir(), index_dir(), Bundle.open(bundle_dir()), database_url())
    print("\n".join(describe(checks)))
    sys.exit(any(check.problems for check in checks))


@main.command("check-labels")
@click.option("--max-score", type=click.FloatRange(0, 1), help="Name labels that score less.  [default: 0.07]")
def check_labels(max_score: float | None) -> None:
    """Look for wrong labels and duplicate photos in the catalogue; the studio shows what was found."""
    with _told_errors("The last queue is as it was."), Catalog.open() as catalog:
        from indexer.labels.catalog_check import check_catalog
        from indexer.labels.label_issues import LOOKS_WRONG

        limit = LOOKS_WRONG if max_score is None else max_score
        report = check_catalog(catalog, Bundle.open(bundle_dir()), home_dir(), max_score=limit)
    print("\n".join(report.describe()))


def _source_options(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What tells where photos and labels are, as for ``python -m catalog import``."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--label", default="category", show_default=True, help="The column to learn."),
            click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="A column by another name."),
            click.argument("source", type=click.Path(path_type=Path), required=required),
        ):
            command = option(command)
        return command

    return add


_corrections_option = click.option(
    "--corrections/--no-corrections",
    default=True,
    show_default=True,
    help="Take the labels that were corrected in the studio in place of the source's.",
)


@main.command()
@_source_options(required=False)
@_corrections_option
@click.option("--catalog", "from_catalog", is_flag=True, help="Learn the catalogue as it is, in place of a source.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where the trained bundle goes.")
@click.option("--also", help="Further columns to learn, with commas between (default: gender, colour where there).")
@click.option(
    "--from", "start", type=click.Path(path_type=Path), help="A bundle to start from (default: the shipped one)."
)
@click.option("--backbone", help="Start from efficientnet-lite0 or a network of keras.applications instead.")
@click.option("--weights", help="Of the backbone: a file, or imagenet, which Keras downloads.")
@click.option("--image-size", type=click.IntRange(64, 512), help="Pixels, a multiple of 32.  [default: 224]")
@click.option("--epochs", type=click.IntRange(1), help="Over the photos, in each run.  [default: enough]")
@click.option("--batch-size", type=click.IntRange(2), help="Photos a step.  [default: 48]")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the split and of all chance in training.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other setting of indexer/training/recipe.py."
)
@click.option("--resume", is_flag=True, help="Go on with the training that was stopped.")
def train(
    source: Path | None,
    label: str,
    pairs: tuple[str, ...],
    corrections: bool,
    from_catalog: bool,
    out: Path,
    also: str | None,
    start: Path | None,
    backbone: str | None,
    weights: str | None,
    image_size: int | None,
    epochs: int | None,
    batch_size: int | None,
    seed: int,
    settings: tuple[str, ...],
    resume: bool,
) -> None:
    """Fine-tune the classifier, and with it the embedding, on a shop's photos (make train)."""
    if from_catalog == (source is not None) or (from_catalog and (label != "category" or pairs)):
        raise click.UsageError("Give either a SOURCE, with --label and --map where needed, or --catalog.")
    with _told_errors(f"Go on with: python -m indexer train {source or '--catalog'} --out {out} --resume"):
        from indexer.training.bundle import train_bundle
        from indexer.training.job import TrainingOptions
        from indexer.training.recipe import Recipe

        chosen = {"image_size": image_size, "epochs": epochs, "batch_size": batch_size}
        given = {name: value for name, value in chosen.items() if value is not None}
        recipe = Recipe.from_settings(settings, **given, seed=seed)
        further = None if also is None else tuple(name.strip() for name in also.split(",") if name.strip())
        options = TrainingOptions(
            label, further, parse_mapping(pairs), backbone, weights, str(start) if start else None, corrections
        )
        report = train_bundle(source, out, options, recipe, cache=_training_cache(), resume=resume)
        _print_training(report)


@main.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@_source_options(required=True)
@_corrections_option
@click.option("--report", type=click.Path(path_type=Path), required=True, help="The directory of the report.")
@click.option("--split", type=click.Choice(["test", "validation", "unseen"]), default="test", show_default=True)
@click.option(
    "--labels/--no-labels", default=True, show_default=True, help="Also look for wrong labels and duplicates."
)
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Of the findings.")
def evaluate(
    bundle: Path,
    source: Path,
    label: str,
    pairs: tuple[str, ...],
    corrections: bool,
    report: Path,
    split: str,
    labels: bool,
    language: str,
) -> None:
    """Evaluate a trained bundle on the photos that its training held out (make evaluate)."""
    with _told_errors("Nothing was written."):
        from indexer.evaluation.command import evaluate_source
        from search.model_quality.language import Language

        lines = evaluate_source(
            bundle,
            source,
            report,
            label=label,
            mapping=parse_mapping(pairs),
            split=split,
            labels=labels,
            corrections=corrections,
            language=Language(language),
            cache=_training_cache(),
        )
        print("\n".join(lines))


@main.command("evaluate-catalog")
def evaluate_the_catalog() -> None:
    """Evaluate the model in use on the catalogue, for the studio's quality pages (make evaluate-catalog)."""
    with _told_errors("Nothing was written."), Catalog.open() as catalog:
        from indexer.evaluation.catalog_evaluation import evaluate_catalog  # needed by this command alone

        evaluation = evaluate_catalog(catalog, Bundle.open(bundle_dir()), home_dir())
    _print_evaluation(evaluation)


# The name that the command had at first.
main.add_command(click.Command("appraise", callback=evaluate_the_catalog.callback, help="The same.", hidden=True))


@main.command()
@click.option("--data", type=click.Path(path_type=Path), help="The development photos (default: VITRINA_DATA).")
@click.option("--imagenet", type=click.Path(path_type=Path, exists=True), required=True, help="PyTorch's weight file.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The bundle's directory.")
@click.option("--seed", type=int, default=0, show_default=True)
def pretrain(data: Path | None, imagenet: Path, out: Path, seed: int) -> None:
    """Make the bundle that the project ships. Users never need this; docs/model.md tells how."""
    with _told_errors("Run it again to go on from the last checkpoint."):
        from indexer.training.development_photos import data_dir
        from indexer.training.shipped import SHIPPED_RECIPE, make_shipped_bundle

        recipe = replace(SHIPPED_RECIPE, seed=seed)
        report = make_shipped_bundle(data or data_dir(), imagenet, _training_cache(), out, recipe)
    _print_training(report)


@main.command("fit-things")
@click.option("--data", type=click.Path(path_type=Path), help="The development photos (default: VITRINA_DATA).")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write, things.npz.")
def fit_things(data: Path | None, out: Path) -> None:
    """Fit what finds several things in one photo, as the project ships it. Users never need this."""
    with _told_errors("Nothing was written."):
        from indexer.training.development_photos import data_dir
        from indexer.training.things_head import fit_things_head
        from search.model.embedder import Embedder

        fit_things_head(data or data_dir(), Embedder(Bundle.open(bundle_dir()))).save(out)
    click.echo(f"Wrote {out} ({out.stat().st_size / 1000:.0f} kB).")


@main.command("run-job")
@click.argument("job_id", type=click.IntRange(1))
def run_one_job(job_id: int) -> None:
    """Do a job that the studio has written down; the studio starts this itself."""
    with _told_errors("The studio says so too."), Catalog.open() as catalog:
        from indexer.jobs import NICENESS, run_job

        with suppress(OSError):
            os.nice(NICENESS)
        code = run_job(job_id, catalog, home_dir())
    sys.exit(code)


@contextmanager
def _told_errors(after_stop: str) -> Iterator[None]:
    """Errors of ours as one line, and what to do after Ctrl-C."""
    try:
        with tell_missing_packages():
            yield
    except (IndexerError, CatalogError, SearchError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that may not be written
        click.echo(f"Error: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}.", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo(f"Stopped. {after_stop}", err=True)
        sys.exit(130)


def _print_training(report: "TrainingReport") -> None:
    print(f"Wrote {report.out}, trained on {report.photos['train']:,} photos in {report.seconds / 60:.1f} minutes")
    for name, value in report.metrics.items():
        print(f"  {name.replace('_', ' ')}: {value:.4f}")
    for sentence in report.corrections.describe():
        print(f"  {sentence}")
    rejected = len(report.rejects) + len(report.unreadable)
    if rejected:
        print(f"  {rejected:,} rows or photos could not be used, the first of them:")
        for path, reason in list(report.unreadable.items())[:_REJECTS_SHOWN]:
            print(f"    {path}: {reason}")
        for reject in report.rejects[: _REJECTS_SHOWN - len(report.unreadable)]:
            print(f"    row {reject.row}, {reject.product_id}: {reject.reason}")
    if any(report.leaks.values()):
        told = " and ".join(f"{count} of {split}" for split, count in report.leaks.items())
        print(f"  the source's own split has near-duplicates of training photos among the photos: {told}")


def _print_evaluation(evaluation: "CatalogEvaluation") -> None:
    how = f"held out by its training ({evaluation.split})" if evaluation.split else f"in {evaluation.folds} folds"
    print(f"Evaluated {evaluation.model_name} on {evaluation.judged:,} of {evaluation.photos:,} photos, {how}")
    for name, value, (low, high) in (
        ("accuracy", evaluation.accuracy, evaluation.accuracy_interval),
        ("macro F1", evaluation.macro_f1, evaluation.macro_f1_interval),
    ):
        print(f"  {name}   {100 * value:.1f}% (95%: {100 * low:.1f} to {100 * high:.1f})")
    print(f"  mistakes   {evaluation.mistakes:,}; calibration off by {100 * evaluation.calibration_error:.1f} points")
    print(f"  {evaluation.path}")


def _print_report(report: BuildReport) -> None:
    snapshot = report.snapshot
    verb = "published" if report.published else "is up to date"
    print(f"Index {snapshot.id} {verb}: {snapshot.products} products, {snapshot.photos} photos")
    if report.mended:
        print(f"  mended     the index before it was damaged: {report.mended}")
    if report.damaged_embeddings:
        print(f"  mended     {report.damaged_embeddings} damaged entries of the embedding cache, embedded again")
    print(f"  embedded   {report.embedded} photos, {report.reused} known already (equal files counted once)")
    print(
        f"  categories {'fitted on this catalogue' if snapshot.category_head == 'fitted' else 'as the model has them'}"
    )
    print(f"  seconds    {', '.join(f'{stage} {seconds:.1f}' for stage, seconds in report.seconds.items())}")
    if report.rejects:
        print(f"  rejected   {len(report.rejects)} photos, all in {report.rejects_file}:")
        for reject in report.rejects[:_REJECTS_SHOWN]:
            print(f"    {reject.product_id}: {Path(reject.path).name}: {reject.reason}")


if __name__ == "__main__":
    main(prog_name="python -m indexer")
