"""The commands that evaluate a model: on the photos that its training held out, or on the catalogue."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog import Catalog
from catalog.feeds.columns import parse_mapping
from indexer.command_line import corrections_option, source_options, told_errors, training_cache
from search.model.bundle import Bundle
from search.model_quality.language import ENGLISH, LANGUAGES
from search.settings import bundle_dir, home_dir

if TYPE_CHECKING:
    from search.model_quality.catalog_evaluation import CatalogEvaluation


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@source_options(required=True)
@corrections_option
@click.option("--report", type=click.Path(path_type=Path), required=True, help="The directory of the report.")
@click.option("--split", type=click.Choice(["test", "validation", "unseen"]), default="test", show_default=True)
@click.option(
    "--labels/--no-labels", default=True, show_default=True, help="Also look for wrong labels and duplicates."
)
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default=ENGLISH, show_default=True, help="Of the report."
)
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
    with told_errors("Nothing was written."):
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
            cache=training_cache(),
        )
        click.echo("\n".join(lines))


@click.command("evaluate-catalog")
def evaluate_the_catalog() -> None:
    """Evaluate the model in use on the catalogue, for the studio's quality pages (make evaluate-catalog)."""
    with told_errors("Nothing was written."), Catalog.open() as catalog:
        from indexer.evaluation.catalog_evaluation import evaluate_catalog  # needed by this command alone

        evaluation = evaluate_catalog(catalog, Bundle.open(bundle_dir()), home_dir())
    _print_evaluation(evaluation)


# The name that the command had at first.
appraise = click.Command("appraise", callback=evaluate_the_catalog.callback, help="The same.", hidden=True)


def _print_evaluation(evaluation: "CatalogEvaluation") -> None:
    how = f"held out by its training ({evaluation.split})" if evaluation.split else f"in {evaluation.folds} folds"
    click.echo(f"Evaluated {evaluation.model_name} on {evaluation.judged:,} of {evaluation.photos:,} photos, {how}")
    for name, value, (low, high) in (
        ("accuracy", evaluation.accuracy, evaluation.accuracy_interval),
        ("macro F1", evaluation.macro_f1, evaluation.macro_f1_interval),
    ):
        click.echo(f"  {name}   {100 * value:.1f}% (95%: {100 * low:.1f} to {100 * high:.1f})")
    click.echo(
        f"  mistakes   {evaluation.mistakes:,}; calibration off by {100 * evaluation.calibration_error:.1f} points"
    )
    click.echo(f"  {evaluation.path}")
