"""The key that a program sends: ``Authorization: Bearer vk_...``, with the scope that a view needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, g, request

from catalog.accounts.api_keys import ApiKey, ApiKeyStore
from webapp.errors import ApiKeyError, ScopeError
from webapp.http.client_address import client_network
from webapp.services.access import services

View = TypeVar("View", bound=Callable[..., Any])

V1 = "/api/v1/"

_SCHEME = "bearer "
_OF_PROXIES = ("basic ", "digest ", "negotiate ")
_SCOPE = "api_scope"  # attribute of views
_NO_KEY = (
    "This takes a key in force: send it as Authorization: Bearer KEY. "
    "`python -m webapp key make NAME` makes one, and so does the studio."
)


def needs_scope(scope: str, *, unless: Callable[[], bool] = lambda: False) -> Callable[[View], View]:
    """Decorate a view that only programs with a key of this scope may use; raises ApiKeyError, ScopeError.

    Args:
        scope: that the key must have.
        unless: whether the request may do without a key, if it carries none.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if has_key() or not unless():
                _check_scope(scope)
            return view(*args, **kwargs)

        setattr(checked, _SCOPE, scope)
        return checked  # type: ignore[return-value]

    return decorate


def scope_of(view: Callable[..., Any]) -> str | None:
    """The scope that a view needs; None where it needs no key."""
    return getattr(view, _SCOPE, None)


def init_app(app: Flask) -> None:
    """Look up the key of each request to the API that carries one, and count the request against its limit."""
    app.before_request(_enter)


def _enter() -> None:
    """A key in force is nobody's duty where no scope is needed, but a wrong one is a mistake that should be seen."""
    g.api_key = None
    if not request.path.startswith(V1) or request.method == "OPTIONS":
        return
    sent = request.headers.get("Authorization", "")
    # What a proxy asks visitors for, as it does before a shop that isn't open yet, is no key of ours.
    if sent and not sent.lower().startswith(_OF_PROXIES):
        g.api_key = _find_key()
    key: ApiKey | None = g.api_key
    caller = client_network(request) if key is None else f"key {key.key_id}"
    services().request_pace.take(caller, None if key is None else key.per_minute)


def has_key() -> bool:
    """Whether the request carries a key, which is in force then."""
    return g.api_key is not None


def current_key() -> ApiKey:
    """The key of the request; only for views with ``needs_scope``."""
    key: ApiKey = g.api_key
    return key


def _check_scope(scope: str) -> None:
    found: ApiKey | None = g.api_key
    if found is None:
        raise ApiKeyError(_NO_KEY)
    if not found.may(scope):
        raise ScopeError(f"This takes the scope {scope}; the key {found.name!r} has {', '.join(found.scopes)}.")


def _find_key() -> ApiKey:
    sent = request.headers.get("Authorization", "")
    key = sent[len(_SCHEME) :].strip() if sent.lower().startswith(_SCHEME) else ""
    found = ApiKeyStore(services().catalog.database).check(key)
    if found is None:
        raise ApiKeyError(_NO_KEY)
    return found
