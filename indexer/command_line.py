"""What the commands of ``python -m indexer`` share: options that name a source, and errors told in one line."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from catalog import CatalogError
from indexer.errors import IndexerError, tell_missing_packages
from search.errors import SearchError
from search.settings import home_dir

REJECTS_SHOWN = 5


def training_cache() -> Path:
    """Where decoded photos are kept between trainings; may be deleted at any time."""
    return home_dir() / "cache" / "training"


def source_options(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
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


corrections_option = click.option(
    "--corrections/--no-corrections",
    default=True,
    show_default=True,
    help="Take the labels that were corrected in the studio in place of the source's.",
)


@contextmanager
def told_errors(after_stop: str) -> Iterator[None]:
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
