"""``Idempotency-Key``: a program that got no answer repeats its request, and nothing is done twice."""

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar

from flask import Response, make_response, request

from catalog.accounts.api_answers import ApiAnswers
from catalog.errors import DatabaseError
from webapp.api.keys import current_key, has_key
from webapp.errors import IdempotencyBusyError, IdempotencyError, IdempotencyMismatchError
from webapp.services.access import services

HEADER = "Idempotency-Key"
MOST_CHARACTERS = 200

_log = logging.getLogger("webapp")

View = TypeVar("View", bound=Callable[..., Any])


def idempotent(view: View) -> View:
    """Decorate a view that writes, behind ``needs_scope``; raises IdempotencyError and its kinds."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        sent = request.headers.get(HEADER)
        if sent is None or not has_key():
            return make_response(view(*args, **kwargs))
        if not 1 <= len(sent) <= MOST_CHARACTERS or not (sent.isascii() and sent.isprintable()):
            raise IdempotencyError(f"{HEADER} must be 1 to {MOST_CHARACTERS} printable ASCII characters.")
        return _answer_once(sent, lambda: make_response(view(*args, **kwargs)))

    return answered  # type: ignore[return-value]


def _answer_once(idempotency_key: str, answer: Callable[[], Response]) -> Response:
    answers, key_id = ApiAnswers(services().catalog.database), current_key().key_id
    request_hash = _hash_request()
    first = answers.claim(key_id, idempotency_key, request_hash)
    if first is not None:
        if first.request_hash != request_hash:
            raise IdempotencyMismatchError(f"This {HEADER} was used for another request; send this one with a new key.")
        if first.status is None or first.answer is None:
            raise IdempotencyBusyError("The first request with this key is still being answered; ask again.")
        repeated = {"Idempotent-Replayed": "true"}
        return Response(first.answer, first.status, content_type="application/json", headers=repeated)
    try:
        response = answer()
    except BaseException:
        with suppress(DatabaseError):  # the claim is given up by itself after a while
            answers.forget(key_id, idempotency_key)
        raise
    try:
        answers.store(key_id, idempotency_key, response.status_code, response.get_data(as_text=True))
    except DatabaseError as error:  # what was asked has been done, and must not be called failed
        _log.warning("The answer to a request can't be kept, so repeating it soon is refused: %s", error)
    return response


def _hash_request() -> str:
    """SHA-256 of what was asked. Of a multipart form its parts count, since each copy has other boundaries."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode("utf-8", "surrogatepass"))
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data(cache=True))
        return digest.hexdigest()
    for name, text in sorted(request.form.items(multi=True)):
        digest.update(repr((name, text)).encode("utf-8", "surrogatepass"))
    for name, file in request.files.items(multi=True):
        digest.update(repr((name, hashlib.sha256(file.stream.read()).hexdigest())).encode("utf-8", "surrogatepass"))
        file.stream.seek(0)
    return digest.hexdigest()
