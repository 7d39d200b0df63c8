"""Keys by which programs use the API: random texts, of which only hashes are stored, with scopes."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from catalog.accounts.audit import note_change
from catalog.errors import AccountError
from catalog.storage.database import Database
from catalog.storage.tables.api_keys import api_keys

READ, WRITE, EVENTS = SCOPES = ("read", "write", "events")
MOST_CHARACTERS = 80  # of a name
MOST_PER_MINUTE = 1_000_000

_PREFIX = "vk_"  # by which a key that lies about is recognised as one
_RANDOM_BYTES = 32
_HINT_CHARACTERS = 8
_LONGEST_KEY = 200


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key; the key itself is told once, when it is made."""

    key_id: int
    name: str
    hint: str  # its first letters
    scopes: tuple[str, ...]
    made_by: str
    made_at: str  # ISO 8601, UTC
    revoked_at: str | None
    per_minute: int | None = None  # requests; None: as many as the setting says

    def may(self, scope: str) -> bool:
        """Whether the key is in force and has a scope."""
        return self.revoked_at is None and scope in self.scopes


class ApiKeyStore:
    """Makes, checks and revokes keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, name: str, scopes: Iterable[str], *, by: str, per_minute: int | None = None) -> tuple[str, ApiKey]:
        """A new key, which nobody can read again, and what is stored of it.

        Raises:
            AccountError: the name, a scope or the limit of requests can't be used.
        """
        name, wanted = name.strip(), tuple(scope for scope in SCOPES if scope in set(scopes))
        if not 0 < len(name) <= MOST_CHARACTERS or not name.isprintable():
            raise AccountError(f"A key needs a name of 1 to {MOST_CHARACTERS} characters that says what it is for.")
        if not wanted or set(scopes) - set(SCOPES):
            raise AccountError(f"A key needs one or more of the scopes {', '.join(SCOPES)}.")
        if per_minute is not None and not 1 <= per_minute <= MOST_PER_MINUTE:
            raise AccountError(f"A key may make 1 to {MOST_PER_MINUTE} requests a minute.")
        key = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        values: dict[str, Any] = {
            "name": name,
            "key_hash": _hash(key),
            "hint": key[:_HINT_CHARACTERS],
            "scopes": list(wanted),
            "made_by": by,
            "per_minute": per_minute,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with self._database.writing(alone=False) as connection:
            key_id = connection.execute(insert(api_keys).returning(api_keys.c.key_id), values).scalar_one()
            after = {"scopes": ", ".join(wanted)}
            note_change(
                connection, by=by, action="API key made", subject=f"{name} ({key[:_HINT_CHARACTERS]}…)", after=after
            )
        return key, self._get(key_id)

    def revoke(self, key_id: int, *, by: str) -> ApiKey:
        """End a key at once; raises AccountError where there is no such key in force."""
        with self._database.writing(alone=False) as connection:
            mine = (api_keys.c.key_id == key_id, api_keys.c.revoked_at.is_(None))
            row = connection.execute(select(api_keys).where(*mine)).one_or_none()
            if row is None:
                raise AccountError(f"There is no key {key_id} in force.")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute(update(api_keys).where(*mine).values(revoked_at=now))
            subject, before = f"{row.name} ({row.hint}…)", {"scopes": ", ".join(row.scopes)}
            note_change(connection, by=by, action="API key revoked", subject=subject, before=before)
        return self._get(key_id)

    def check(self, key: str) -> ApiKey | None:
        """The key, if it is in force; None for any other text."""
        if len(key) > _LONGEST_KEY or not key.startswith(_PREFIX):
            return None
        query = select(api_keys).where(api_keys.c.key_hash == _hash(key), api_keys.c.revoked_at.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _to_key(row)

    def all(self) -> list[ApiKey]:
        """Every key, also those that were revoked, the latest first."""
        with self._database.reading() as connection:
            return [_to_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.key_id.desc()))]

    def _get(self, key_id: int) -> ApiKey:
        with self._database.reading() as connection:
            return _to_key(connection.execute(select(api_keys).where(api_keys.c.key_id == key_id)).one())


def _hash(key: str) -> str:
    """SHA-256 is enough for 256 random bits, which nobody can guess; a slow hash would slow each request."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _to_key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.key_id, row.name, row.hint, tuple(row.scopes), row.made_by, row.made_at, row.revoked_at, row.per_minute
    )
