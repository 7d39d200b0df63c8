"""The commands that train: ``train``, and ``pretrain`` and ``fit-things``, which make what the project ships."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.feeds.columns import parse_mapping
from indexer.command_line import REJECTS_SHOWN, corrections_option, source_options, told_errors, training_cache
from search.model.bundle import Bundle
from search.settings import bundle_dir

if TYPE_CHECKING:
    from indexer.training.bundle import TrainingReport


@click.command()
@source_options(required=False)
@corrections_option
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
    with told_errors(f"Go on with: python -m indexer train {source or '--catalog'} --out {out} --resume"):
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
        report = train_bundle(source, out, options, recipe, cache=training_cache(), resume=resume)
        _print_training(report)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="The development photos (default: VITRINA_DATA).")
@click.option("--imagenet", type=click.Path(path_type=Path, exists=True), required=True, help="PyTorch's weight file.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The bundle's directory.")
@click.option("--seed", type=int, default=0, show_default=True)
def pretrain(data: Path | None, imagenet: Path, out: Path, seed: int) -> None:
    """Make the bundle that the project ships. Users never need this; docs/model.md tells how."""
    with told_errors("Run it again to go on from the last checkpoint."):
        from indexer.training.development_photos import data_dir
        from indexer.training.shipped import SHIPPED_RECIPE, make_shipped_bundle

        recipe = replace(SHIPPED_RECIPE, seed=seed)
        report = make_shipped_bundle(data or data_dir(), imagenet, training_cache(), out, recipe)
    _print_training(report)


@click.command("fit-things")
@click.option("--data", type=click.Path(path_type=Path), help="The development photos (default: VITRINA_DATA).")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write, things.npz.")
def fit_things(data: Path | None, out: Path) -> None:
    """Fit what finds several things in one photo, as the project ships it. Users never need this."""
    with told_errors("Nothing was written."):
        from indexer.training.development_photos import data_dir
        from indexer.training.things_head import fit_things_head
        from search.model.embedder import Embedder

        fit_things_head(data or data_dir(), Embedder(Bundle.open(bundle_dir()))).save(out)
    click.echo(f"Wrote {out} ({out.stat().st_size / 1000:.0f} kB).")


def _print_training(report: "TrainingReport") -> None:
    click.echo(f"Wrote {report.out}, trained on {report.photos['train']:,} photos in {report.seconds / 60:.1f} minutes")
    for name, value in report.metrics.items():
        click.echo(f"  {name.replace('_', ' ')}: {value:.4f}")
    for sentence in report.corrections.describe():
        click.echo(f"  {sentence}")
    rejected = len(report.rejects) + len(report.unreadable)
    if rejected:
        click.echo(f"  {rejected:,} rows or photos could not be used, the first of them:")
        for path, reason in list(report.unreadable.items())[:REJECTS_SHOWN]:
            click.echo(f"    {path}: {reason}")
        for reject in report.rejects[: REJECTS_SHOWN - len(report.unreadable)]:
            click.echo(f"    row {reject.row}, {reject.product_id}: {reject.reason}")
    if any(report.leaks.values()):
        told = " and ".join(f"{count} of {split}" for split, count in report.leaks.items())
        click.echo(f"  the source's own split has near-duplicates of training photos among the photos: {told}")
