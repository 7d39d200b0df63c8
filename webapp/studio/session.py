"""Sessions: a signed cookie with the key of a session that the server can end, used below /studio only."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from catalog.accounts.accounts import Account
from catalog.accounts.sessions import LONGEST
from webapp.http.client_address import client_address
from webapp.http.security import came_by_https
from webapp.services.access import services
from webapp.studio.secret import read_or_draw_secret

_COOKIE = "vitrina_studio"
_COOKIE_OF_HTTPS = "__Host-studio"  # browsers take a cookie of such a name from this very host alone, over HTTPS
_PATH = "/studio"


class SessionCookies(SecureCookieSessionInterface):
    """Cookies that are for HTTPS only if the visitor came by HTTPS, also if a proxy ends it.

    ``__Host-`` keeps other hosts of the same domain from planting a cookie here. Browsers then ask for the path "/", so
    the cookie comes with requests for the shop's pages too; there it is neither read nor renewed.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request for the studio; elsewhere an empty one."""
        path = request.path
        if path == _PATH or path.startswith(_PATH + "/"):
            return super().open_session(app, request)
        return self.session_class()

    def get_cookie_name(self, app: Flask) -> str:
        """The cookie's name, by how the visitor came."""
        return _COOKIE_OF_HTTPS if came_by_https() else _COOKIE

    def get_cookie_path(self, app: Flask) -> str:
        """Where browsers send the cookie."""
        return "/" if came_by_https() else _PATH

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the browser must not send this answer's cookie without encryption."""
        return came_by_https()


def init_app(app: Flask, home: Path) -> None:
    """Sign sessions with the shop's secret; raises SettingError if the secret can't be used."""
    app.secret_key = read_or_draw_secret(home)
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONGEST,
        SESSION_REFRESH_EACH_REQUEST=False,  # a session's end doesn't move; the server knows when it was used
    )
    app.session_interface = SessionCookies()


def begin(account: Account) -> None:
    """Sign an account in; what the session held before is removed."""
    session.clear()
    session.permanent = True
    session["name"], session["stamp"] = account.name, account.stamp
    session["begun"] = datetime.now(UTC).isoformat()
    browser = request.user_agent.string
    session["key"] = services().sessions.begin(account.name, address=client_address(request), browser=browser)


def end() -> None:
    """Sign out: the session has ended for whoever has a copy of the cookie, too."""
    key, name, begun_at = _key(), session.get("name"), _begun_at()
    if key and isinstance(name, str) and begun_at is not None:
        services().sessions.sign_out(key, name, begun_at)
    session.clear()


def current_key() -> str:
    """The key of this request's session; empty if there is none."""
    return _key()


def signed_in() -> Account | None:
    """The account of this request's session; None if there is none or it has ended, for whatever reason."""
    name, key, begun_at = session.get("name"), _key(), _begun_at()
    if not isinstance(name, str) or not key or begun_at is None:
        return None
    account = services().accounts.find(name)
    if account is None or account.disabled or account.stamp != session.get("stamp"):
        return None
    return account if services().sessions.holds(key, begun_at) else None


def _key() -> str:
    key = session.get("key")
    return key if isinstance(key, str) else ""


def _begun_at() -> datetime | None:
    try:
        return datetime.fromisoformat(session.get("begun", ""))
    except (TypeError, ValueError):  # a cookie of an earlier version
        return None
