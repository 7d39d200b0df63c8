"""``python -m indexer``: the offline jobs."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter; before anything imports it

import click

from catalog import Catalog
from catalog.settings import database_url
from indexer.command_line import REJECTS_SHOWN, told_errors
from indexer.evaluation_commands import appraise, evaluate, evaluate_the_catalog
from indexer.training_commands import fit_things, pretrain, train
from search.model.bundle import Bundle
from search.private_files import keep_private
from search.settings import bundle_dir, home_dir, index_dir

if TYPE_CHECKING:
    from indexer.building.build import BuildReport

# All other commands write where they are told to.
_WORK_IN_HOME = {"build", "check-labels", "evaluate-catalog", "appraise", "run-job"}


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Build the index, and make the models behind it."""
    if context.invoked_subcommand in _WORK_IN_HOME:
        keep_private(home_dir())


@main.command()
@click.option("--full", is_flag=True, help="Embed and fit everything anew instead of only what changed.")
@click.option(
    "--ray",
    "cluster",
    metavar="ADDRESS",
    help="Embed photos on a Ray cluster: host:port, auto (that of this machine) or local.",
)
def build(full: bool, cluster: str | None) -> None:
    """Bring the index up to date with the catalogue and publish it (make index)."""
    stopped = "The live index is as it was; run the build again to go on from here."
    with told_errors(stopped), Catalog.open() as catalog:
        from indexer.building.build import BuildPaths, build_index  # takes a second, which other commands needn't wait

        paths = BuildPaths.below(home_dir(), index_dir())
        report = build_index(catalog, Bundle.open(bundle_dir()), paths, full=full, cluster=cluster)
    _print_report(report)


@main.command()
def verify() -> None:
    """Read the index, the caches and the database, and say what is damaged and what mends it."""
    with told_errors("Nothing was changed."):
        from indexer.verification.verify import describe, verify_home

        checks = verify_home(home_dir(), index_dir(), Bundle.open(bundle_dir()), database_url())
    print("\n".join(describe(checks)))
    sys.exit(any(check.problems for check in checks))


@main.command("check-labels")
@click.option("--max-score", type=click.FloatRange(0, 1), help="Name labels that score less.  [default: 0.07]")
def check_labels(max_score: float | None) -> None:
    """Look for wrong labels and duplicate photos in the catalogue; the studio shows what was found."""
    with told_errors("The last queue is as it was."), Catalog.open() as catalog:
        from indexer.labels.catalog_check import check_catalog
        from indexer.labels.label_issues import LOOKS_WRONG

        limit = LOOKS_WRONG if max_score is None else max_score
        report = check_catalog(catalog, Bundle.open(bundle_dir()), home_dir(), max_score=limit)
    print("\n".join(report.describe()))


@main.command("run-job")
@click.argument("job_id", type=click.IntRange(1))
def run_one_job(job_id: int) -> None:
    """Do a job that the studio has written down; the studio starts this itself."""
    with told_errors("The studio says so too."), Catalog.open() as catalog:
        from indexer.jobs import NICENESS, run_job

        with suppress(OSError):
            os.nice(NICENESS)
        code = run_job(job_id, catalog, home_dir())
    sys.exit(code)


def _print_report(report: "BuildReport") -> None:
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
        for reject in report.rejects[:REJECTS_SHOWN]:
            print(f"    {reject.product_id}: {Path(reject.path).name}: {reject.reason}")


for _command in (train, evaluate, evaluate_the_catalog, appraise, pretrain, fit_things):
    main.add_command(_command)

if __name__ == "__main__":
    main(prog_name="python -m indexer")
