import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog import Catalog
from catalog.accounts.accounts import ADMIN, MERCHANDISER, VIEWER, AccountStore
from catalog.accounts.accounts import _hasher as SHIPPED_HASHER
from catalog.accounts.audit import AuditLog
from catalog.errors import AccountError
from catalog.storage.tables.accounts import accounts

PASSWORD = "six quiet herons wade"


@pytest.fixture
def catalog(empty_file: Path, tmp_path: Path) -> Iterator[Catalog]:
    shutil.copy(empty_file, tmp_path)
    with Catalog.open(f"sqlite:///{tmp_path / 'catalog.db'}") as catalog:
        yield catalog


@pytest.fixture
def store(catalog: Catalog) -> AccountStore:
    return AccountStore(catalog.database)


def test_an_account_opens_with_its_own_password_only(store: AccountStore) -> None:
    """However the name is written; a locked account with none at all."""
    assert not store.any()
    made = store.add("  Ana@Shop.example", MERCHANDISER, PASSWORD, by="test")
    assert store.any()
    assert store.check_password("ANA@shop.example", PASSWORD) == made
    assert store.check_password("ana@shop.example", PASSWORD + " ") is None
    assert store.check_password("bob", PASSWORD) is None
    store.set_disabled("ana@shop.example", True, by="test")
    assert store.check_password("ana@shop.example", PASSWORD) is None
    assert not store.any()
    store.set_disabled("ana@shop.example", False, by="test")
    assert store.check_password("ana@shop.example", PASSWORD) is not None


def test_a_password_is_kept_as_an_argon2id_hash_with_a_salt_of_its_own(catalog: Catalog, store: AccountStore) -> None:
    """Whoever reads the database learns neither the password nor that two people have the same one."""
    for name in ("ana", "bob"):
        store.add(name, VIEWER, PASSWORD, by="test")
    with catalog.database.reading() as connection:
        kept = list(connection.scalars(select(accounts.c.password_hash)))
    assert all(one.startswith("$argon2id$") and PASSWORD not in one for one in kept)
    assert kept[0] != kept[1]
    assert SHIPPED_HASHER.memory_cost >= 2**16  # KiB, as RFC 9106 wants it


def test_another_password_ends_the_sessions_of_the_old_one(store: AccountStore) -> None:
    """They carry the stamp that the account had when they began."""
    before = store.add("ana", VIEWER, PASSWORD, by="test")
    store.set_password("Ana", "other words altogether", by="test")
    after = store.find("ana")
    assert after is not None
    assert after.stamp != before.stamp
    assert store.check_password("ana", PASSWORD) is None
    assert store.check_password("ana", "other words altogether") == after


def test_a_role_includes_those_before_it(store: AccountStore) -> None:
    """And a locked account has none."""
    ana = store.add("ana", MERCHANDISER, PASSWORD, by="test")
    assert [ana.may(role) for role in (VIEWER, MERCHANDISER, ADMIN)] == [True, True, False]
    store.set_disabled("ana", True, by="test")
    locked = store.find("ana")
    assert locked is not None
    assert not locked.may(VIEWER)


def test_the_last_admin_stays(store: AccountStore) -> None:
    """Else nobody could let anyone in."""
    store.add("ana", ADMIN, PASSWORD, by="test")
    with pytest.raises(AccountError, match="only admin"):
        store.set_disabled("ana", True, by="test")
    with pytest.raises(AccountError, match="only admin"):
        store.set_role("ana", VIEWER, by="test")
    store.add("bob", ADMIN, PASSWORD, by="test")
    store.set_role("ana", VIEWER, by="test")
    found = store.find("ana")
    assert found is not None
    assert found.role == VIEWER


@pytest.mark.parametrize(
    ("name", "role", "password", "message"),
    [
        ("", VIEWER, PASSWORD, "can't be an account's name"),
        ("ana maria", VIEWER, PASSWORD, "can't be an account's name"),
        ("a" * 81, VIEWER, PASSWORD, "can't be an account's name"),
        ("ana", "boss", PASSWORD, "no role"),
        ("ana", VIEWER, "eleven char", "11 characters"),
        ("ana", VIEWER, "x" * 257, "257 characters"),
        ("taken", VIEWER, PASSWORD, "already"),
    ],
)
def test_what_makes_no_account_is_refused_with_what_it_takes(
    store: AccountStore, name: str, role: str, password: str, message: str
) -> None:
    """And none is made."""
    store.add("taken", VIEWER, PASSWORD, by="test")
    with pytest.raises(AccountError, match=message):
        store.add(name, role, password, by="test")
    assert [one.name for one in store.accounts()] == ["taken"]


def test_every_change_is_in_the_audit_log_and_no_password_is(catalog: Catalog, store: AccountStore) -> None:
    """Who, what, to whom, from what to what; latest first."""
    store.add("ana", VIEWER, PASSWORD, by="command line")
    store.set_role("ana", MERCHANDISER, by="bob")
    store.set_password("ana", "other words altogether", by="bob")
    entries = AuditLog(catalog.database).entries(10)
    assert [(one.by, one.action, one.subject, one.before, one.after) for one in entries] == [
        ("bob", "password changed", "ana", {}, {}),
        ("bob", "role changed", "ana", {"role": VIEWER}, {"role": MERCHANDISER}),
        ("command line", "account added", "ana", {}, {"role": VIEWER}),
    ]
    assert [one.action for one in AuditLog(catalog.database).entries(1, 1, by="bob")] == ["role changed"]
    assert AuditLog(catalog.database).entries(10, subject="bob") == []


def test_what_isn_t_there_can_t_be_changed(store: AccountStore) -> None:
    """The message says where the names are."""
    with pytest.raises(AccountError, match="user list"):
        store.set_role("nobody", VIEWER, by="test")
