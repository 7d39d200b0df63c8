"""Who may do what in the studio.

No view is open by default: looking at pages takes the role viewer, changing anything takes merchandiser, and a view may
require another role.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import MERCHANDISER, VIEWER, Account
from webapp.errors import ForbiddenError, SignedOutError, StudioOffError
from webapp.services.access import services
from webapp.studio import session
from webapp.studio.form_tokens import check_token

View = TypeVar("View", bound=Callable[..., object])

_OPEN = "studio_open"
_ROLE = "studio_role"
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})


def open_to_all(view: View) -> View:
    """Mark a view that needs no session, such as the sign-in form."""
    setattr(view, _OPEN, True)
    return view


def needs(role: str) -> Callable[[View], View]:
    """Mark a view that requires another role than its method implies."""

    def mark(view: View) -> View:
        setattr(view, _ROLE, role)
        return view

    return mark


def current_account() -> Account:
    """The account that is signed in; only for views that aren't open to all."""
    account: Account = g.account
    return account


def guard(blueprint: Blueprint) -> None:
    """Check the account and its role before each view of a blueprint."""

    @blueprint.before_request
    def check() -> BaseResponse | None:
        store = services().accounts
        if not store.any():
            raise StudioOffError("The studio is off until somebody has an account: `python -m webapp user add NAME`.")
        view = current_app.view_functions[request.endpoint or ""]
        g.account = session.signed_in()
        if request.method not in _LOOKING:
            check_token()
        if getattr(view, _OPEN, False):
            return None
        if g.account is None:
            return _ask_to_sign_in()
        needed = getattr(view, _ROLE, VIEWER if request.method in _LOOKING else MERCHANDISER)
        if not g.account.may(needed):
            raise ForbiddenError(f"This takes the role {needed}; {g.account.name} is a {g.account.role}.")
        return None

    @blueprint.after_request
    def keep_private(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def _ask_to_sign_in() -> BaseResponse:
    """Redirect to the sign-in form, which leads back here; raises SignedOutError unless a person opens a page."""
    if request.method != "GET" or request.headers.get("Sec-Fetch-Dest", "document") not in ("document", ""):
        raise SignedOutError("You are signed out. Sign in again, then repeat what you did.")
    here = request.full_path.rstrip("?")
    return redirect(url_for("studio.auth.sign_in", next=here), 303)
