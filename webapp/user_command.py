"""``python -m webapp user``: who may come into the studio."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from catalog import Catalog, CatalogError
from catalog.accounts.accounts import FEWEST_CHARACTERS, ROLES, AccountStore, check_name
from catalog.accounts.sessions import SessionStore
from catalog.storage.database import Database
from catalog.storage.deferred_writes import DeferredWrites

_COMMAND_LINE = "command line"

_role = click.option("--role", type=click.Choice(ROLES), default="merchandiser", show_default=True)
_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input, for scripts.")


@click.group()
def user() -> None:
    """Let people into the studio: it is off until the first account."""


@user.command()
@click.argument("name")
@_role
@_stdin
def add(name: str, role: str, password_stdin: bool) -> None:
    """Make an account; the password is asked for, never an argument that others could read."""
    with _accounts() as accounts:
        check_name(name)  # before anybody thinks of a password
        account = accounts.add(name, role, _ask_password(password_stdin), by=_COMMAND_LINE)
    click.echo(f"{account.name} may sign in at /studio as {account.role}.")


@user.command()
@click.argument("name")
@_stdin
def password(name: str, password_stdin: bool) -> None:
    """Set another password, which signs the account out everywhere."""
    with _accounts() as accounts:
        accounts.set_password(name, _ask_password(password_stdin), by=_COMMAND_LINE)
    click.echo(f"{name} has a new password, and is signed out everywhere.")


@user.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def set_role(name: str, role: str) -> None:
    """Give an account another role."""
    with _accounts() as accounts:
        accounts.set_role(name, role, by=_COMMAND_LINE)
    click.echo(f"{name} is {role} now.")


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Lock an account out at once; what it changed stays in the log."""
    with _accounts() as accounts:
        accounts.set_disabled(name, True, by=_COMMAND_LINE)
    click.echo(f"{name} is locked out.")


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let an account in again."""
    with _accounts() as accounts:
        accounts.set_disabled(name, False, by=_COMMAND_LINE)
    click.echo(f"{name} may sign in again.")


@user.command("sign-out")
@click.argument("name")
def sign_out(name: str) -> None:
    """End all sessions of an account, as after a lost laptop; it may sign in again."""
    with _database() as database:
        count = SessionStore(database, DeferredWrites(database)).end_all(check_name(name), by=_COMMAND_LINE)
    click.echo(f"{name} is signed out everywhere." if count else f"{name} was not signed in.")


@user.command("list")
def list_accounts() -> None:
    """Show all accounts."""
    with _accounts() as accounts:
        found = accounts.accounts()
    for account in found:
        locked = "  locked out" if account.disabled else ""
        click.echo(f"{account.name:<30} {account.role:<13} since {account.added_at[:10]}{locked}")
    if not found:
        click.echo("There is no account, so the studio is off. Next: python -m webapp user add NAME --role admin")


@contextmanager
def _accounts() -> Iterator[AccountStore]:
    with _database() as database:
        yield AccountStore(database)


@contextmanager
def _database() -> Iterator[Database]:
    try:
        with Catalog.open() as catalog:
            yield catalog.database
    except CatalogError as error:
        sys.exit(f"Error: {error}")


def _ask_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    prompt = f"Password ({FEWEST_CHARACTERS} characters or more; several unrelated words are good)"
    answer: str = click.prompt(prompt, hide_input=True, confirmation_prompt=True)
    return answer
