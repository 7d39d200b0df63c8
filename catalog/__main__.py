"""The catalogue's command line: ``python -m catalog --help`` lists what it can do."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.backup_commands import backup_command, restore_command
from catalog.check_command import check_command
from catalog.errors import CatalogError, LostCatalogError, SourceError
from catalog.products import is_web_source
from catalog.repository import Catalog
from catalog.source_options import ToldOfSource, takes_source_options
from search.private_files import keep_private
from search.settings import home_dir

if TYPE_CHECKING:
    from catalog.importing.import_report import ImportReport
    from catalog.importing.source_removal import RemovalPreview

_SHOWN = 12  # products in a question
BY = "command line"  # in the audit log


class CatalogGroup(click.Group):
    """Commands that print this package's errors in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the arguments name."""
        try:
            return super().invoke(ctx)
        except CatalogError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:  # a full disk, a folder that may not be written
            name = f" ({error.filename})" if error.filename else ""
            raise click.ClickException(f"{error.strerror or error}{name}.") from error


@click.group(cls=CatalogGroup)
@click.pass_context
def main(context: click.Context) -> None:
    """Fill the shop's catalogue, and show what it holds."""
    if context.invoked_subcommand != "render-demo":  # it writes elsewhere
        keep_private(home_dir())


@main.command("import")
@takes_source_options
@click.option("--prune", is_flag=True, help="Remove products that came from SOURCE and that it no longer lists.")
@click.option(
    "--prune-at-most",
    "limit",
    metavar="LIMIT",
    help="With --prune: remove nothing if more seem to be gone than this number of products, or this share of SOURCE's "
    "as 25%. Default: 30%. With 100% a class may lose all of its products, too.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Open all photos again, also files whose size and modification time are as they were at the last import.",
)
@click.option("--alone", is_flag=True, help="Refuse if the catalogue holds products of another source.")
def import_command(
    source: str,
    told: ToldOfSource,
    prune: bool,
    limit: str | None,
    full: bool,
    alone: bool,
) -> None:
    """Bring the catalogue up to date with SOURCE.

    SOURCE is a folder with one folder per class (ROOT/MEN_Coats/1.jpg or ROOT/train/MEN_Coats/1.jpg); the export of a
    shop's platform, which is recognised by its content; a table: CSV, TSV, JSON Lines, Parquet or a workbook; or the
    web address of an export, a table or a feed.
    A table needs product_id, category and image; it may have title, images, group_id, gender, colour, price, currency,
    in_stock, description, url and split; other columns are kept as attributes (see ``python -m catalog attributes`` for
    who sees them). Image paths are relative to the table; with --images, photos are found by their file names. Photos
    that are named by web addresses are downloaded.
    """
    from catalog.importing import import_source
    from catalog.importing.kept_options import KeptOptions
    from catalog.importing.pruning import DEFAULT_LIMIT, PruneLimit

    prune_limit = DEFAULT_LIMIT if limit is None else PruneLimit.parse(limit)
    if limit is not None and not prune:
        raise click.UsageError("--prune-at-most limits what --prune removes; add --prune.")
    kept = KeptOptions(home_dir())
    chosen = kept.choose(source, told)
    if chosen != told:
        click.echo(f"As in the last import of it: {chosen.command_line}")
    mapping, options = chosen.read()
    with _open_or_begin_anew() as catalog:
        if alone:
            _refuse_company(catalog, source)
        report = import_source(
            catalog,
            source,
            mapping=mapping,
            options=options,
            prune=prune,
            prune_limit=prune_limit,
            full=full,
        )
        kept.keep(source, chosen)
        click.echo("\n".join(report.describe()))
        if report.held_back and _somebody_can_answer():
            _ask_to_prune(catalog, report)


def _ask_to_prune(catalog: Catalog, report: "ImportReport") -> None:
    """Remove the products that an import held back, if the person at the terminal says so."""
    from catalog.importing.source_removal import remove_products

    for product_id in report.held_back[:_SHOWN]:
        click.echo(f"  {product_id}")
    if len(report.held_back) > _SHOWN:
        click.echo(f"  ... and {len(report.held_back) - _SHOWN:,} more")
    if click.confirm(f"Remove these {len(report.held_back):,} products from the catalogue?", default=False):
        removed = remove_products(catalog, report.location, report.held_back, by=BY)
        click.echo(f"Removed {removed:,} products. Next: make index")


@main.command("forget")
@click.argument("named", metavar="SOURCE")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def forget_command(named: str, dry_run: bool, yes: bool) -> None:
    """Remove SOURCE and all of its products from the catalogue.

    SOURCE is a folder or table as ``status`` lists it; it need not exist any more. Your own files stay, and so do
    decisions on the labels of its products; downloaded copies go. On a terminal the command shows what would go, and
    asks.
    """
    from catalog.importing.rejects_file import remove_lists
    from catalog.importing.source_removal import find_source, preview_removal, remove_source
    from catalog.importing.web_sources import clean_downloads
    from catalog.settings import rejects_dir, warnings_dir

    with Catalog.open() as catalog:
        preview = preview_removal(catalog, find_source(catalog, named))
        click.echo("\n".join(_describe_removal(preview)))
        if dry_run:
            click.echo("Nothing was removed.")
        elif yes or not _somebody_can_answer() or click.confirm("Remove them from the catalogue?", default=False):
            remove_source(catalog, preview.location, by=BY, seen=preview.state)
            remove_lists(preview.location, (rejects_dir(), warnings_dir()))
            clean_downloads(catalog, home_dir(), preview.location)
            click.echo(f"Removed {preview.products:,} products; {preview.left:,} are left. Next: make index")
        else:
            click.echo("Nothing was removed.")


def _describe_removal(preview: "RemovalPreview") -> list[str]:
    from catalog.importing.web_sources import is_sent_source

    lines = [f"{preview.location}: {preview.products:,} products with {preview.photos:,} photos, among them"]
    lines += [f"  {product.product_id}  {product.name}" for product in preview.first]
    if preview.emptied:
        lines.append(f"Categories that no other source has: {', '.join(preview.emptied)}.")
    if is_sent_source(preview.location, home_dir()):
        lines.append("The file was sent through the studio, and goes too.")
    elif preview.exists and preview.location != str(home_dir() / "photos"):  # the folder of what programs have sent
        lines.append("The source is still there: importing it again brings its products back.")
    return lines


def _somebody_can_answer() -> bool:
    """Whether a person sits at the terminal, and not a script or a schedule."""
    return sys.stdin.isatty()


def _open_or_begin_anew() -> Catalog:
    """The catalogue; a lost one is replaced by a new one, and that is said: an import is one of the two ways back."""
    try:
        return Catalog.open()
    except LostCatalogError as error:
        click.echo(f"Warning: {error} A new one is begun now.", err=True)
        return Catalog.open(replace_lost=True)


def _refuse_company(catalog: Catalog, source: str) -> None:
    """Raise SourceError if the catalogue holds another source's products, as when the demo meets a shop's own."""
    location = source if is_web_source(source) else os.path.abspath(source)  # noqa: PTH100 (as feeds do)
    for other in catalog.sources():
        if other.products and other.location != location:
            raise SourceError(
                f"The catalogue holds {other.products:,} products of {other.location}, "
                f"and {source} was to be alone in it. "
                "Use another data directory, for example VITRINA_HOME=var-demo."
            )


@main.command("render-demo")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--seed", default=7, show_default=True, help="The same seed draws the same pixels.")
def render_demo_command(directory: Path, seed: int) -> None:
    """Draw the demo boutique into DIRECTORY, with products.csv to import and shopper.csv to search with."""
    from catalog.demo import render_demo

    counts = render_demo(directory, seed=seed)
    click.echo(
        f"Drew {counts.products:,} products with {counts.photos:,} photos, "
        f"and {counts.shopper_photos:,} shopper photos."
    )
    click.echo(f"Next: python -m catalog import {directory / 'products.csv'}")


@main.command("forget-events")
@click.option("--all", "everything", is_flag=True, help="Delete all of them, not only the old ones.")
def forget_events_command(everything: bool) -> None:
    """Delete stored events, with the photos of searches, that are older than VITRINA_EVENT_DAYS (default: 90)."""
    from datetime import UTC, datetime, timedelta

    from catalog.events.event_store import EventStore
    from catalog.events.query_photos import QueryPhotoArchive
    from catalog.settings import event_days, query_photos_dir

    days = 0 if everything else event_days()
    # Times are stored to the minute, so "everything" must include the present minute.
    before = datetime.now(UTC) - timedelta(days=days) + timedelta(minutes=0 if days else 1)
    with Catalog.open() as catalog:
        store, photos, total = EventStore(catalog.database), QueryPhotoArchive(query_photos_dir()), 0
        count = 1
        while count:
            count, search_ids = store.forget(before)
            photos.forget(search_ids)
            total += count
    photos.forget_older(before)
    click.echo(f"Forgot {total:,} events" + (f" that were older than {days} days." if days else "."))


@main.command("attributes")
@click.option("--publish", "published", metavar="NAME", multiple=True, help="Let shoppers see a column. Repeatable.")
@click.option("--hide", "hidden", metavar="NAME", multiple=True, help="Keep a column from shoppers. Repeatable.")
def attributes_command(published: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    """Show which further columns of the sources shoppers see, or change it.

    A column is private unless its name only describes the article (material, size, ...) or somebody published it.
    """
    from catalog.browsing.public_attributes import PublicAttributes

    with Catalog.open() as catalog:
        attributes = PublicAttributes(catalog.database)
        for names, public in ((published, True), (hidden, False)):
            for name in names:
                attributes.choose(name, public, by="command line")
        found = attributes.all()
    for one in found:
        said = f", decided by {one.decided_by}" if one.decided_by else ""
        click.echo(f"{'public ' if one.public else 'private'}  {one.products:>9,} products  {one.name}{said}")
    if not found:
        click.echo("The sources have no columns besides those that Vitrina knows.")


@main.command("status")
def status_command() -> None:
    """Show what the catalogue holds, and from which sources it came."""
    with Catalog.open() as catalog:
        counts, categories, sources = catalog.counts(), catalog.categories(), catalog.sources()
    if not counts.products:
        click.echo("The catalogue is empty. Next: python -m catalog import SOURCE")
        return
    click.echo(f"Products: {counts.products:,}\nPhotos: {counts.photos:,}\nCategories: {counts.categories:,}")
    for category, products in categories.items():
        click.echo(f"  {products:>9,}  {category}")
    click.echo("Sources, latest first:")
    for source in sources:
        gone = "" if source.exists else "; not there any more"
        imported = source.imported_at[:16].replace("T", " ")
        click.echo(f"  {source.products:>9,}  {source.location} ({imported} UTC{gone})")


for _command in (check_command, backup_command, restore_command):
    main.add_command(_command)


if __name__ == "__main__":
    main(prog_name="python -m catalog")
