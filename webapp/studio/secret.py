"""The secret that signs the studio's sessions."""

import logging
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from catalog.errors import SettingError
from search.files import exclusive

SECRET_VARIABLE = "VITRINA_SECRET_KEY"  # noqa: S105 - its name, not its value
SECRET_FILE = "studio-secret"  # noqa: S105 - its name, not its value
_SHORTEST = 32  # characters
_RANDOM_BYTES = 48
_PATIENCE_SECONDS = 10.0

_log = logging.getLogger("webapp")


def read_secret(home: Path) -> str:
    """The secret: ``VITRINA_SECRET_KEY``, or one that is drawn once for the data directory.

    A drawn secret that is too short to be one, as after a full disk, is replaced; then everybody signs in again.

    Raises:
        SettingError: the variable is too short to be a secret, or the file can't be used.
        OSError: the data directory can't be written.
    """
    configured = os.environ.get(SECRET_VARIABLE, "")
    if configured:
        return _check_configured(configured)
    path = home / SECRET_FILE
    return _read(path) or _draw_alone(path)


def read_or_draw_secret(home: Path) -> str:
    """The secret, or where none can be kept (a disk that is full or can't be written) one that goes with this process.

    Raises:
        SettingError: the variable is too short to be a secret, or the file can't be used.
    """
    try:
        return read_secret(home)
    except OSError as error:
        _log.warning(
            "The secret that signs the studio's sessions can't be kept in %s (%s). "
            "Everybody is signed out when the shop is started again.",
            home,
            error.strerror or error,
        )
        return secrets.token_urlsafe(_RANDOM_BYTES)


def share_secret(home: Path) -> None:
    """Give all processes that this one starts the same secret, also where it can't be kept; raises SettingError."""
    secret = read_or_draw_secret(home)
    if not os.environ.get(SECRET_VARIABLE) and _read(home / SECRET_FILE) != secret:
        os.environ[SECRET_VARIABLE] = secret


def _check_configured(secret: str) -> str:
    if len(secret) < _SHORTEST:
        raise SettingError(
            f"{SECRET_VARIABLE} has {len(secret)} characters; a secret needs {_SHORTEST} at least. "
            "Leave it out and one is drawn and kept in the data directory."
        )
    return secret


def _read(path: Path) -> str | None:
    """The drawn secret; None if there is none, or none that can be used."""
    try:
        kept = path.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise SettingError(
            f"The secret of the studio's sessions, {path}, can't be read: {error.strerror}. "
            f"Let the shop's user read it, remove it (everybody signs in again), or set {SECRET_VARIABLE}."
        ) from error
    if len(kept) < _SHORTEST:
        return None
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        with suppress(OSError):  # another user's file, or a disk that cannot be written: its owner decides
            path.chmod(0o600)
    return kept


def _draw_alone(path: Path) -> str:
    """The secret that this process draws, or the one that another process has drawn meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    existed = path.exists()
    with exclusive(path, patience_seconds=_PATIENCE_SECONDS):  # makes an empty file if there is none
        kept = _read(path)
        if kept is None:
            if existed:
                _log.warning("%s held no usable secret; another one is drawn, and everybody signs in again.", path)
            kept = _draw(path)
    return kept


def _draw(path: Path) -> str:
    drawn = secrets.token_urlsafe(_RANDOM_BYTES)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(drawn)
            file.flush()
            os.fsync(file.fileno())  # else a loss of power could leave the file's name without its content
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return drawn
