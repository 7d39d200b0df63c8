"""The command line: ``python -m webapp`` serves shop, API and studio; ``user`` and ``key`` say who may come in."""

import sys
from collections.abc import Callable

import click
from flask import Flask

import webapp
from catalog import Catalog, CatalogError
from catalog.settings import event_days, keeps_photos, snapshots_kept
from search.errors import BundleError, IndexUnavailableError
from search.private_files import keep_private
from search.settings import home_dir
from webapp.api.probes import metrics_readers
from webapp.errors import ServerStartError
from webapp.http.client_address import trusted_proxies
from webapp.http.cors import configured_origins
from webapp.http.public_address import public_url
from webapp.http.request_log import FORMATS, TEXT
from webapp.key_command import key
from webapp.server import DEFAULT_HOST, DEFAULT_PORT, ServerOptions, bind_socket, serve
from webapp.services.access import services_of
from webapp.services.index_watch import watch_index
from webapp.services.paths import AppPaths
from webapp.services.request_pace import configured_per_minute
from webapp.shop.reserving import reserve_address
from webapp.studio.secret import share_secret
from webapp.user_command import user

# What each worker reads when it makes its app, and what may hold something that it can't use.
_SETTINGS: tuple[Callable[[], object], ...] = (
    event_days,
    keeps_photos,
    snapshots_kept,
    public_url,
    trusted_proxies,
    metrics_readers,
    configured_origins,
    configured_per_minute,
    reserve_address,
)


@click.group(invoke_without_command=True, context_settings={"show_default": True})
@click.option("--host", default=DEFAULT_HOST, help="Address to listen on; 0.0.0.0 lets other machines in.")
@click.option("--port", default=DEFAULT_PORT, type=click.IntRange(0, 65535), help="Port to listen on; 0: any free one.")
@click.option("--workers", default=ServerOptions.workers, type=click.IntRange(1, 64), help="Processes that answer.")
@click.option("--access-log", is_flag=True, help="Print a line for every request.")
@click.option("--log-format", type=click.Choice(FORMATS), default=TEXT, help="json: one object a line, for programs.")
@click.option("--check", is_flag=True, help="Only find out whether the address is free, then stop.")
@click.pass_context
def main(
    context: click.Context, host: str, port: int, workers: int, access_log: bool, log_format: str, check: bool
) -> None:
    """Serve the shop's pages, its JSON API and the studio until Ctrl+C."""
    if not check:
        keep_private(home_dir())
    if context.invoked_subcommand:
        return
    options = ServerOptions(host, port, workers, access_log, log_format)
    try:
        if check:
            bind_socket(host, port).close()
            return
        # Checked once here: otherwise each new worker would die of the same error.
        Catalog.open(even_if_lost=True).close()
        for read_setting in _SETTINGS:
            read_setting()
        share_secret(AppPaths.below().home)
        serve(options, webapp.create_app, on_listening=_announce, on_worker=_watch, on_first_worker=_warm_up)
    except (CatalogError, ServerStartError) as error:
        sys.exit(f"Error: {error}")


main.add_command(user)
main.add_command(key)


def _announce(address: str) -> None:
    click.echo(f"Vitrina is open on {address}   (Ctrl+C closes it)")


def _watch(app: Flask) -> None:
    watch_index(services_of(app).storefront.index)


def _warm_up(app: Flask) -> None:
    """Open the index before the first visitor needs it, and print the reason if there is none."""
    try:
        services_of(app).storefront.index.current()
    except (IndexUnavailableError, BundleError) as error:
        click.echo(f"The shop can be browsed, but not searched by photo yet. {error}", err=True)
    try:
        services_of(app).counts.read()
    except CatalogError as error:
        click.echo(f"The shop has nothing to show. {error}", err=True)


if __name__ == "__main__":
    main()
