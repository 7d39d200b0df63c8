"""Answers to requests with an idempotency key: whoever repeats a request gets its first answer."""

import time
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from catalog.storage.database import Database
from catalog.storage.new_rows import insert_new
from catalog.storage.tables.api_keys import api_answers

KEPT_SECONDS = 24 * 3600
ABANDONED_SECONDS = 300  # after which a request without an answer counts as one whose process has died


@dataclass(frozen=True)
class StoredAnswer:
    """What is known of a request; ``status`` is None while it is being answered."""

    request_hash: str
    status: int | None
    answer: str | None


class ApiAnswers:
    """Stores the answers of a day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, key_id: int, idempotency_key: str, request_hash: str) -> StoredAnswer | None:
        """Note that a request is being answered, unless one with this idempotency key is there already.

        Returns:
            None if the request is new and has to be answered now; else what is known of the first one.
        """
        now = int(time.time())
        mine = (api_answers.c.key_id == key_id, api_answers.c.idempotency_key == idempotency_key)
        with self._database.writing(alone=False) as connection:
            connection.execute(delete(api_answers).where(api_answers.c.asked_at < now - KEPT_SECONDS))
            abandoned = (api_answers.c.status.is_(None), api_answers.c.asked_at < now - ABANDONED_SECONDS)
            connection.execute(delete(api_answers).where(*mine, *abandoned))
            values = {"key_id": key_id, "idempotency_key": idempotency_key, "request_hash": request_hash}
            claiming = insert_new(connection, api_answers).values(**values, asked_at=now)
            if connection.execute(claiming.returning(api_answers.c.key_id)).first() is not None:
                return None
            row = connection.execute(select(api_answers).where(*mine)).one_or_none()
        if row is None:  # its request has failed a moment ago
            return StoredAnswer(request_hash, None, None)
        return StoredAnswer(row.request_hash, row.status, row.answer)

    def store(self, key_id: int, idempotency_key: str, status: int, answer: str) -> None:
        """Keep the answer to a claimed request."""
        mine = (api_answers.c.key_id == key_id, api_answers.c.idempotency_key == idempotency_key)
        with self._database.writing(alone=False) as connection:
            connection.execute(update(api_answers).where(*mine).values(status=status, answer=answer))

    def forget(self, key_id: int, idempotency_key: str) -> None:
        """Give a claim up, after a request that failed: it may be tried again."""
        mine = (api_answers.c.key_id == key_id, api_answers.c.idempotency_key == idempotency_key)
        with self._database.writing(alone=False) as connection:
            connection.execute(delete(api_answers).where(*mine))
