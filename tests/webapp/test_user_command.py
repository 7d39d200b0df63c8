from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog import Catalog
from catalog.accounts.sessions import SessionStore
from catalog.storage.deferred_writes import DeferredWrites
from webapp.__main__ import main

PASSWORD = "six quiet herons wade"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """``run("add", "ana", typed="...")``: the command, with what is typed at its questions."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path))
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)

    def invoke(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["user", *arguments], input=typed)

    return invoke


def test_accounts_are_made_changed_and_listed(run: Callable[..., Result]) -> None:
    """The way that the README shows."""
    assert "studio is off" in run("list").output
    made = run("add", "Ana", "--role", "admin", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert "ana may sign in" in made.output
    assert PASSWORD not in made.output
    assert run("add", "bob", "--password-stdin", typed=f"{PASSWORD}\n").exit_code == 0
    assert run("role", "bob", "viewer").exit_code == 0
    assert run("password", "bob", "--password-stdin", typed="other words altogether\n").exit_code == 0
    assert run("disable", "bob").exit_code == 0
    listed = run("list").output.splitlines()
    assert [line.split()[:2] for line in listed] == [["ana", "admin"], ["bob", "viewer"]]
    assert "locked out" in listed[1]
    assert run("enable", "bob").exit_code == 0
    assert "locked out" not in run("list").output


def test_what_can_t_be_done_is_one_line(run: Callable[..., Result]) -> None:
    """No traceback, a status that scripts can see."""
    for arguments, given, message in (
        (["add", "ana maria"], "", "can't be an account's name"),
        (["add", "ana", "--password-stdin"], "short\n", "characters"),
        (["role", "nobody", "viewer"], "", "user list"),
    ):
        result = run(*arguments, typed=given)
        assert result.exit_code == 1
        assert message in str(result.output)


def test_an_account_is_signed_out_from_the_command_line(run: Callable[..., Result]) -> None:
    """For a lost laptop, when nobody is at hand who may do it in the studio."""
    run("add", "ana", "--password-stdin", typed=f"{PASSWORD}\n")
    assert "was not signed in" in run("sign-out", "ana").output
    with Catalog.open() as catalog:
        SessionStore(catalog.database, DeferredWrites(catalog.database)).begin("ana", address="", browser="")
    assert "signed out everywhere" in run("sign-out", "Ana").output
    assert "was not signed in" in run("sign-out", "ana").output


def test_keys_are_made_listed_and_revoked(run: Callable[..., Result], tmp_path: Path) -> None:
    """The key is printed once; the list shows its first letters."""

    def key(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["key", *arguments])

    assert "There is no key" in key("list").output
    made = key("make", "till", "--scope", "write")
    text = made.stdout.splitlines()[0]
    assert made.exit_code == 0
    listed = key("list").output
    assert text.startswith("vk_")
    assert text not in listed
    assert text[:8] in listed
    assert "write" in listed
    assert key("revoke", "1").exit_code == 0
    assert "revoked" in key("list").output
    assert key("revoke", "1").exit_code != 0
    assert "1 to 80 characters" in key("make", "").output
