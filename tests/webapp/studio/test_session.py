import os
import re
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from catalog.accounts.accounts import AccountStore
from catalog.errors import SettingError
from tests.webapp.studio.conftest import PASSWORD, StudioClient
from webapp.studio import secret as secrets_of_studio
from webapp.studio.secret import SECRET_FILE, SECRET_VARIABLE, read_secret, share_secret

SignIn = Callable[..., StudioClient]


def test_the_cookie_is_for_the_studio_alone_and_out_of_scripts_reach(sign_in: SignIn) -> None:
    """The shop never sees it; other sites' forms don't send it."""
    studio = sign_in(None)
    cookie = studio.post("/studio/sign-in", {"name": "somebody", "password": PASSWORD}).headers["Set-Cookie"]
    assert studio.post("/studio/sign-out").status_code == 303
    assert "HttpOnly" in cookie
    assert "Path=/studio" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_no_other_host_can_plant_the_cookie(app: Flask, sign_in: SignIn) -> None:
    """``__Host-`` makes browsers refuse a cookie of this name without Secure, with a domain, or for another path.

    The path is therefore "/", so the shop's pages get the cookie too: they neither read nor renew it.
    """
    sign_in(None)
    client = app.test_client()
    https = {"headers": {"X-Forwarded-Proto": "https", "Referer": "https://localhost/studio/sign-in"}}
    https["base_url"] = "https://localhost"  # type: ignore[assignment]
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/studio/sign-in", **https).text)  # type: ignore[arg-type]
    assert token is not None
    data = {"name": "somebody", "password": PASSWORD, "csrf_token": token.group(1)}
    cookie = client.post("/studio/sign-in", data=data, **https).headers["Set-Cookie"]  # type: ignore[arg-type]
    assert cookie.startswith("__Host-studio=")
    parts = cookie.split("; ")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(parts)
    assert not any(part.startswith("Domain") for part in parts)
    assert client.get("/studio/", **https).status_code == 200  # type: ignore[arg-type]
    for address in ("/", "/robots.txt", "/products/coat-00", "/api/products/coat-00"):
        assert "Set-Cookie" not in client.get(address, **https).headers  # type: ignore[arg-type]


def test_a_shop_on_https_never_sends_it_without(app: Flask, sign_in: SignIn) -> None:
    """Whatever the proxy says or forgets to say."""
    app.config["PUBLIC_URL"] = "https://shop.example"
    assert "Secure" in sign_in(None).get("/studio/sign-in").headers["Set-Cookie"]


def test_a_session_ends_with_its_password_and_when_the_account_is_locked(
    sign_in: SignIn, account_store: AccountStore
) -> None:
    """At once, in every browser."""
    first, second = sign_in("merchandiser"), sign_in("viewer")
    account_store.set_password("merchandiser", "other words altogether", by="test")
    account_store.set_disabled("viewer", True, by="test")
    for studio in (first, second):
        assert studio.get("/studio/").status_code == 303
    assert first.sign_in("merchandiser", "other words altogether").status_code == 303
    assert first.get("/studio/").status_code == 200


def test_a_cookie_that_somebody_else_wrote_opens_nothing(app: Flask, sign_in: SignIn) -> None:
    """Only what our secret signed counts."""
    sign_in("admin")
    forged = Flask("forged")
    forged.secret_key = "guessed" * 8
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    forger = app.session_interface.get_signing_serializer(forged)
    assert forger is not None
    client = app.test_client()
    client.set_cookie("vitrina_studio", forger.dumps({"name": "admin", "stamp": "x"}), path="/studio")
    assert client.get("/studio/").status_code == 303


def test_the_secret_is_drawn_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """All workers sign alike, also after a restart; other users of the machine can't read it."""
    secret = read_secret(tmp_path / "new" / "home")
    assert len(secret) >= 32
    assert read_secret(tmp_path / "new" / "home") == secret
    assert [path.name for path in (tmp_path / "new" / "home").iterdir()] == [SECRET_FILE]
    assert stat.S_IMODE((tmp_path / "new" / "home" / SECRET_FILE).stat().st_mode) == 0o600


def test_a_configured_secret_wins_and_has_a_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short one could be guessed."""
    monkeypatch.setenv("VITRINA_SECRET_KEY", "k" * 32)
    assert read_secret(tmp_path) == "k" * 32
    monkeypatch.setenv("VITRINA_SECRET_KEY", "short")
    with pytest.raises(SettingError, match="5 characters"):
        read_secret(tmp_path)


def test_signing_in_starts_a_session_of_its_own(sign_in: SignIn) -> None:
    """What was in the cookie before is gone, so nobody can be handed a session that someone else knows."""
    studio = sign_in(None)
    before = studio.token()
    assert studio.sign_in("somebody", PASSWORD).status_code == 303
    assert studio.post("/studio/sign-out", {"csrf_token": before}).status_code == 400


@pytest.mark.parametrize("content", [b"", b"a", b"k" * 31, b" \n" * 40, b"\xff\xfe" * 40])
def test_a_secret_that_is_none_is_drawn_anew(tmp_path: Path, content: bytes) -> None:
    """A full disk leaves an empty file; a short one could be guessed."""
    (tmp_path / SECRET_FILE).write_bytes(content)
    secret = read_secret(tmp_path)
    assert len(secret) >= 32
    assert read_secret(tmp_path) == secret
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]


def test_a_drawn_secret_is_closed_to_others(tmp_path: Path) -> None:
    """Whoever copied the data directory may have opened it by accident."""
    secret = read_secret(tmp_path)
    (tmp_path / SECRET_FILE).chmod(0o644)
    assert read_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600


def test_a_secret_that_can_t_be_read_says_so(tmp_path: Path) -> None:
    """In one sentence, with what to do."""
    (tmp_path / SECRET_FILE).mkdir()
    with pytest.raises(SettingError, match="can't be read"):
        read_secret(tmp_path)


def test_processes_that_start_together_agree_on_a_secret(tmp_path: Path) -> None:
    """Also where each of them finds a damaged one."""
    (tmp_path / SECRET_FILE).write_text("short")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: read_secret(tmp_path), range(16)))) == 1


def test_a_secret_that_cannot_be_kept_goes_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As where the data directory can only be read: the shop starts, and all its processes have one secret."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(secrets_of_studio, "exclusive", fail)
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    monkeypatch.setitem(os.environ, SECRET_VARIABLE, "")
    share_secret(tmp_path / "home")
    assert read_secret(tmp_path / "home") == os.environ[SECRET_VARIABLE]
    assert "can't be kept" in caplog.text
