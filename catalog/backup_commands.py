"""The commands that write a data directory into one file, and bring it back."""

from pathlib import Path

import click

from catalog.repository import Catalog
from catalog.settings import database_url
from search.settings import home_dir


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_command(file: Path) -> None:
    """Write the catalogue with its decisions and accounts, the studio's secret and the live index into FILE.

    The shop may go on meanwhile. FILE holds password hashes and the secret: keep it where nobody else can read it.
    """
    from catalog.backup.making import make_backup

    with Catalog.open() as catalog:
        contents, missing = make_backup(catalog.database, home_dir(), file)
    click.echo(f"Wrote {file} ({file.stat().st_size / 1e6:,.1f} MB)")
    click.echo(f"  {contents.products:,} products, {contents.photos:,} photos (without their files)")
    click.echo(f"  {contents.accounts:,} accounts; index {contents.snapshot or 'none'}")
    for sentence in missing:
        click.echo(f"  Not in it: {sentence}", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
def restore_command(file: Path) -> None:
    """Bring FILE, which `backup` wrote, back into the data directory. Stop the shop first.

    What is replaced is set aside beside it, under its name with .before-restore behind it.
    """
    from catalog.backup.restoring import explain_left_out, restore_backup

    contents, aside = restore_backup(file, home_dir(), database_url())
    left_out = explain_left_out(contents, database_url())
    counts = "" if left_out else f"{contents.products:,} products, {contents.accounts:,} accounts; "
    click.echo(f"Brought back {file}, made {contents.made_at[:16].replace('T', ' ')} UTC")
    click.echo(f"  {counts}index {contents.snapshot or 'none'}")
    if left_out:
        click.echo(f"  Not brought back: {left_out}", err=True)
    if aside:
        click.echo("  Set aside, to be deleted when all is well: " + ", ".join(map(str, aside)))
    click.echo("Next: start the shop; python -m indexer build brings the index up to date with today's photos.")
