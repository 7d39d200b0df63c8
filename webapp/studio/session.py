"""Sessions: a signed cookie that names the account that is signed in, sent below /studio only."""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface

from catalog.accounts.accounts import Account, AccountStore
from catalog.errors import SettingError

LASTS = timedelta(hours=12)  # after the last request
SECRET_VARIABLE = "VITRINA_SECRET_KEY"  # noqa: S105 - its name, not its value
SECRET_FILE = "studio-secret"  # noqa: S105 - its name, not its value
_SHORTEST_SECRET = 32  # characters


class SessionCookies(SecureCookieSessionInterface):
    """Cookies that are for HTTPS only if the visitor came by HTTPS, also if a proxy ends it."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the browser must not send this answer's cookie without encryption."""
        # A visitor who forges the header only makes the visitor's own cookie stricter.
        forwarded = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip()
        return request.is_secure or forwarded == "https" or app.config["PUBLIC_URL"].startswith("https:")


def init_app(app: Flask, home: Path) -> None:
    """Sign sessions with the shop's secret; raises SettingError if the secret is too short."""
    app.secret_key = read_secret(home)
    app.config.update(
        SESSION_COOKIE_NAME="vitrina_studio",
        SESSION_COOKIE_PATH="/studio",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LASTS,
    )
    app.session_interface = SessionCookies()


def read_secret(home: Path) -> str:
    """The secret that signs sessions: ``VITRINA_SECRET_KEY``, or one that is drawn once for the data directory.

    Raises:
        SettingError: the variable is too short to be a secret.
        OSError: the data directory can't be written.
    """
    configured = os.environ.get(SECRET_VARIABLE, "")
    if configured:
        if len(configured) < _SHORTEST_SECRET:
            raise SettingError(
                f"{SECRET_VARIABLE} has {len(configured)} characters; a secret needs {_SHORTEST_SECRET} at least. "
                "Leave it out and one is drawn and kept in the data directory."
            )
        return configured
    path = home / SECRET_FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        drawn = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        drawn.touch(mode=0o600)
        drawn.write_text(secrets.token_urlsafe(48), "utf-8")
        with suppress(FileExistsError):  # another worker was first, and its secret is used
            path.hardlink_to(drawn)
        drawn.unlink()
    return path.read_text("utf-8")


def begin(account: Account) -> None:
    """Sign an account in; what the session held before is removed."""
    session.clear()
    session.permanent = True
    session["name"], session["stamp"] = account.name, account.stamp


def end() -> None:
    """Sign out."""
    session.clear()


def signed_in(store: AccountStore) -> Account | None:
    """The account of this request's session; None if there is none, or it was locked out or got another password."""
    name = session.get("name")
    account = store.find(name) if isinstance(name, str) else None
    if account is None or account.disabled or account.stamp != session.get("stamp"):
        return None
    return account
