"""The studio's accounts: names, roles, and passwords, of which only Argon2id hashes are stored."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from catalog.accounts.audit import note_change
from catalog.accounts.sessions import end_sessions
from catalog.errors import AccountError
from catalog.storage.database import Database
from catalog.storage.tables.accounts import accounts, sessions

VIEWER, MERCHANDISER, ADMIN = ROLES = ("viewer", "merchandiser", "admin")  # each may do what those before it may
FEWEST_CHARACTERS = 12  # of a password; only its length is checked, as NIST SP 800-63B (2024) advises
MOST_CHARACTERS = 256

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,79}")
_hasher = PasswordHasher()  # the parameters of RFC 9106 for memory-constrained machines: 64 MiB, 3 passes
_NOBODYS_HASH = (  # checked where no account has the name, so that the answer takes as long
    "$argon2id$v=19$m=65536,t=3,p=4$Regg4YWNktGzaX4O3N/ftw$ln6c4TnwoWwCXFcjwPlGeJD/t9BrebbL5mf6jKaX2T0"
)


@dataclass(frozen=True)
class Account:
    """An account of somebody who may sign in."""

    name: str
    role: str  # one of ROLES
    stamp: str  # renewed with the password; a session ends when its stamp is no longer the account's
    disabled: bool
    added_at: str  # ISO 8601, UTC

    def may(self, role: str) -> bool:
        """Whether the account isn't disabled and has at least this role."""
        return not self.disabled and ROLES.index(self.role) >= ROLES.index(role)


class AccountStore:
    """Adds, changes and checks accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether there is an account that isn't disabled; without one, the studio is off."""
        query = select(func.count()).select_from(accounts).where(~accounts.c.disabled)
        with self._database.reading() as connection:
            return bool(connection.execute(query).scalar_one())

    def accounts(self) -> list[Account]:
        """All accounts, ordered by name."""
        with self._database.reading() as connection:
            return [_to_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.name))]

    def find(self, name: str) -> Account | None:
        """The account of this name; None if there is none."""
        with self._database.reading() as connection:
            row = _read(connection, name)
        return None if row is None else _to_account(row)

    def add(self, name: str, role: str, password: str, *, by: str) -> Account:
        """Add an account.

        Raises:
            AccountError: the name is taken or isn't allowed, the role is unknown, or the password is too short or long.
        """
        name = check_name(name)
        values: dict[str, Any] = {
            "name": name,
            "role": check_role(role),
            "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        values |= {"password_hash": _hash(password), "stamp": secrets.token_urlsafe(16), "disabled": False}
        with self._database.writing() as connection:
            if _read(connection, name) is not None:
                raise AccountError(f"There is an account {name!r} already. Choose another name, or set its password.")
            try:
                connection.execute(insert(accounts).values(**values))
            except IntegrityError as error:  # added by another process at the same time
                raise AccountError(f"There is an account {name!r} already.") from error
            note_change(connection, by=by, action="account added", subject=name, after={"role": role})
        return Account(name, role, str(values["stamp"]), False, str(values["added_at"]))

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give an account a new password, which ends its sessions; raises AccountError for the reasons of ``add``."""
        values = {"password_hash": _hash(password), "stamp": secrets.token_urlsafe(16)}
        self._change(name, values, by=by, action="password changed", ends_sessions=True)

    def set_role(self, name: str, role: str, *, by: str) -> None:
        """Give an account another role, which holds from its next request; raises AccountError."""
        self._change(name, {"role": check_role(role)}, by=by, action="role changed")

    def set_disabled(self, name: str, disabled: bool, *, by: str) -> None:
        """Disable an account, or enable it again; its entries in the audit log stay. Raises AccountError."""
        self._change(name, {"disabled": disabled}, by=by, action="account disabled" if disabled else "account enabled")

    def check_password(self, name: str, password: str) -> Account | None:
        """The account if the password is right; None in every other case, which takes the same time."""
        with self._database.reading() as connection:
            row = _read(connection, name)
        known = row is not None and not row.disabled
        try:
            _hasher.verify(row.password_hash if row is not None and known else _NOBODYS_HASH, password)
        except (VerificationError, InvalidHashError):
            return None
        return _to_account(row) if row is not None and known else None

    def _change(self, name: str, values: dict[str, Any], *, by: str, action: str, ends_sessions: bool = False) -> None:
        name = name.strip().casefold()
        shown = [key for key in values if key in ("role", "disabled")]
        with self._database.writing() as connection:
            row = _read(connection, name)
            if row is None:
                raise AccountError(f"There is no account {name!r}. `python -m webapp user list` names them all.")
            _keep_an_admin(connection, row, values)
            connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
            before, after = {key: row._mapping[key] for key in shown}, {key: values[key] for key in shown}
            if ends_sessions:
                end_sessions(connection, sessions.c.name == name)
            note_change(connection, by=by, action=action, subject=name, before=before, after=after)


def check_name(name: str) -> str:
    """The name as it is stored, in lower case; raises AccountError if it isn't allowed."""
    name = name.strip().casefold()
    if not _NAME.fullmatch(name):
        raise AccountError(
            f"{name!r} can't be an account's name. It takes 1 to 80 of a-z, 0-9 and . _ @ + -, a letter or digit first."
        )
    return name


def check_role(role: str) -> str:
    """The role itself; raises AccountError if there is no such role."""
    if role not in ROLES:
        raise AccountError(f"{role!r} is no role; there are {', '.join(ROLES)}.")
    return role


def _hash(password: str) -> str:
    if not FEWEST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise AccountError(
            f"The password has {len(password)} characters; {FEWEST_CHARACTERS} to {MOST_CHARACTERS} are needed. "
            "Several unrelated words make a good one."
        )
    return _hasher.hash(password)


def _keep_an_admin(connection: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    loses = values.get("disabled", False) or values.get("role", ADMIN) != ADMIN
    if row.role != ADMIN or row.disabled or not loses:
        return
    others = select(func.count()).select_from(accounts)
    others = others.where(accounts.c.role == ADMIN, ~accounts.c.disabled, accounts.c.name != row.name)
    if not connection.execute(others).scalar_one():
        raise AccountError(f"{row.name!r} is the only admin. Make another one first; else nobody could let anyone in.")


def _read(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(accounts).where(accounts.c.name == name.strip().casefold())).one_or_none()


def _to_account(row: Row[Any]) -> Account:
    return Account(row.name, row.role, row.stamp, row.disabled, row.added_at)
