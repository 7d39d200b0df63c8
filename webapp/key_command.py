"""``python -m webapp key``: which programs may use the API."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from catalog import Catalog, CatalogError
from catalog.accounts.api_keys import READ, SCOPES, ApiKeyStore

_COMMAND_LINE = "command line"


@click.group()
def key() -> None:
    """Let programs use the API: each by a key of its own."""


@key.command()
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, default=(READ,), show_default=True)
@click.option("--per-minute", type=int, help="Requests a minute; by default as many as VITRINA_API_PER_MINUTE says.")
def make(name: str, scopes: tuple[str, ...], per_minute: int | None) -> None:
    """Make a key and print it, this once; NAME says what it is for."""
    with _keys() as keys:
        text, made = keys.make(name, scopes, by=_COMMAND_LINE, per_minute=per_minute)
    click.echo(text)
    click.echo(f"Key {made.key_id} for {made.name}: {', '.join(made.scopes)}. It can't be shown again.", err=True)


@key.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End a key at once; NUMBER is the one that the list shows."""
    with _keys() as keys:
        click.echo(f"The key {number} for {keys.revoke(number, by=_COMMAND_LINE).name} is revoked.")


@key.command("list")
def list_keys() -> None:
    """Show all keys, without the keys themselves."""
    with _keys() as keys:
        found = keys.all()
    for one in found:
        revoked = f"  revoked {one.revoked_at[:10]}" if one.revoked_at else ""
        click.echo(
            f"{one.key_id:>4}  {one.hint}…  {one.name:<30} {', '.join(one.scopes)}  since {one.made_at[:10]}{revoked}"
        )
    if not found:
        click.echo("There is no key. Next: python -m webapp key make NAME --scope write")


@contextmanager
def _keys() -> Iterator[ApiKeyStore]:
    try:
        with Catalog.open() as catalog:
            yield ApiKeyStore(catalog.database)
    except CatalogError as error:
        sys.exit(f"Error: {error}")
