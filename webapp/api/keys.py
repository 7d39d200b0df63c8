"""The key that a program sends: ``Authorization: Bearer vk_...``, with the scope that a view needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from catalog.accounts.api_keys import ApiKey, ApiKeyStore
from webapp.errors import ApiKeyError, ScopeError
from webapp.services.access import services

View = TypeVar("View", bound=Callable[..., Any])

_SCHEME = "bearer "


def needs_scope(scope: str) -> Callable[[View], View]:
    """Decorate a view that only programs with a key of this scope may use; raises ApiKeyError, ScopeError."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            g.api_key = _check_key(scope)
            return view(*args, **kwargs)

        return checked  # type: ignore[return-value]

    return decorate


def current_key() -> ApiKey:
    """The key of the request; only for views with ``needs_scope``."""
    key: ApiKey = g.api_key
    return key


def _check_key(scope: str) -> ApiKey:
    sent = request.headers.get("Authorization", "")
    key = sent[len(_SCHEME) :].strip() if sent.lower().startswith(_SCHEME) else ""
    found = ApiKeyStore(services().catalog.database).check(key)
    if found is None:
        raise ApiKeyError(
            "This takes a key: send it as Authorization: Bearer KEY. `python -m webapp key make NAME` makes one."
        )
    if not found.may(scope):
        raise ScopeError(f"This takes the scope {scope}; the key {found.name!r} has {', '.join(found.scopes)}.")
    return found
