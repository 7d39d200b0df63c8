"""Signing in and out."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import MOST_CHARACTERS, VIEWER
from catalog.accounts.throttle import LoginThrottle
from webapp.services.access import services
from webapp.studio import session
from webapp.studio.next_page import read_next_page
from webapp.studio.permissions import needs, open_to_all

bp = Blueprint("auth", __name__)


@bp.get("/sign-in")
@open_to_all
def sign_in() -> BaseResponse | str:
    """The form; an account that is signed in already is redirected."""
    if g.account is not None:
        return redirect(_destination(), 303)
    return render_template("studio/sign_in.html", next_page=read_next_page(request.values))


@bp.post("/sign-in")
@open_to_all
def check() -> BaseResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign an account in; or say that name and password don't belong together, or how long to wait."""
    name = request.form.get("name", "")[:MOST_CHARACTERS]
    password = request.form.get("password", "")[: MOST_CHARACTERS + 1]
    throttle = LoginThrottle(services().catalog.database)
    of_account = f"account {name.strip()}"
    keys = (of_account, f"address {request.remote_addr}")
    wait = throttle.wait_seconds(keys)
    if wait:
        minutes = -(-wait // 60)
        refusal = gettext("Too many tries. Wait %(minutes)s minutes, then try again.", minutes=minutes)
        return (
            render_template(
                "studio/sign_in.html", next_page=read_next_page(request.values), refusal=refusal, name=name
            ),
            429,
            {"Retry-After": str(wait)},
        )
    account = services().accounts.check_password(name, password)
    if account is None:
        throttle.note_refusal(keys)
        refusal = gettext("Name and password don't belong together. Check both and try again.")
        return render_template(
            "studio/sign_in.html", next_page=read_next_page(request.values), refusal=refusal, name=name
        ), 401
    throttle.forgive(of_account)
    session.begin(account)
    return redirect(_destination(), 303)


@bp.post("/sign-out")
@needs(VIEWER)
def sign_out() -> BaseResponse:
    """Sign out."""
    session.end()
    return redirect(url_for("studio.auth.sign_in"), 303)


def _destination() -> str:
    """The page of the studio that was requested before signing in; else the studio's start."""
    return read_next_page(request.values) or url_for("studio.overview.start")
