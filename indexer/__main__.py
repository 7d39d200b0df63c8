"""``python -m indexer``: the offline jobs."""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter; before anything imports it

import click

from catalog import Catalog, CatalogError
from indexer.building import BuildPlaces, BuildReport, build_index
from indexer.errors import IndexerError
from search.bundle import Bundle
from search.errors import SearchError
from search.settings import bundle_dir, home_dir, index_dir

_REJECTS_SHOWN = 5


@click.group()
def main() -> None:
    """Build the index, and make the models behind it."""


@main.command()
@click.option("--full", is_flag=True, help="Embed and fit everything anew instead of only what changed.")
def build(full: bool) -> None:
    """Bring the index up to date with the catalogue and publish it (make index)."""
    try:
        with Catalog.open() as catalog:
            places = BuildPlaces.below(home_dir(), index_dir())
            report = build_index(catalog, Bundle.open(bundle_dir()), places, full=full)
    except (IndexerError, CatalogError, SearchError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopped. The live index is as it was; run the build again to go on from here.", err=True)
        sys.exit(130)
    _print_report(report)


@main.command()
@click.option("--data", type=click.Path(path_type=Path), help="The development photos (default: VITRINA_DATA).")
@click.option("--imagenet", type=click.Path(path_type=Path, exists=True), required=True, help="PyTorch's weight file.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("var/pretraining"), show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The bundle's directory.")
def pretrain(data: Path | None, imagenet: Path, work: Path, out: Path) -> None:
    """Make the bundle that the project ships. Users never need this; docs/model.md tells how."""
    from indexer.boutique import data_dir
    from indexer.parts_training import Recipe
    from indexer.pretraining import make_bundle

    try:
        parity = make_bundle(data or data_dir(), imagenet, work, out, Recipe())
    except (IndexerError, SearchError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    print(f"Wrote {out}; Keras and LiteRT agree to a cosine of {parity:.5f} or better.")


def _print_report(report: BuildReport) -> None:
    snapshot = report.snapshot
    verb = "published" if report.published else "is up to date"
    print(f"Index {snapshot.id} {verb}: {snapshot.products} products, {snapshot.photos} photos")
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
