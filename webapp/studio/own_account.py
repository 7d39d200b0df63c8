"""The page "Your account": one's own password, and where one is signed in."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import FEWEST_CHARACTERS, MOST_CHARACTERS, VIEWER
from catalog.accounts.sessions import IDLE, LONGEST
from catalog.accounts.throttle import MOST_REFUSALS
from webapp.http.parameters import read_number
from webapp.services.access import services
from webapp.studio import session
from webapp.studio.auth import ask_to_wait
from webapp.studio.permissions import current_account, needs

bp = Blueprint("own_account", __name__, url_prefix="/account")


@bp.get("/")
def show() -> str:
    """The form for another password, and the sessions of the account."""
    return _page()


@bp.post("/password")
@needs(VIEWER)
def change_password() -> BaseResponse | tuple[str, int]:
    """Set another password, which ends all other sessions; or say what is wrong with it."""
    name, tried = current_account().name, f"password of {current_account().name}"
    old, new, again = (request.form.get(field, "")[: MOST_CHARACTERS + 1] for field in ("old", "new", "again"))
    if not FEWEST_CHARACTERS <= len(new) <= MOST_CHARACTERS:
        return _page(_describe_length()), 422
    if new != again:
        return _page(gettext("The new password and its repetition differ.")), 422
    wait = services().login_throttle.admit({tried: MOST_REFUSALS})  # a stolen session must not guess the password
    if wait:
        return _page(ask_to_wait(wait)), 429
    if services().accounts.check_password(name, old) is None:
        return _page(gettext("That is not your present password.")), 422
    services().accounts.set_password(name, new, by=name)
    services().login_throttle.forgive(tried)
    account = services().accounts.find(name)
    if account is not None:
        session.begin(account)
    flash(gettext("Your password is changed. Everywhere else you are signed out."), "done")
    return redirect(url_for("studio.own_account.show"), 303)


@bp.post("/sessions/end")
@needs(VIEWER)
def end_sessions() -> BaseResponse:
    """End one of the account's sessions, or all but this one."""
    name, session_id = current_account().name, read_number(request.form.get("session", ""))
    if session_id is None:
        count = services().sessions.end_all(name, by=name, except_key=session.current_key())
    else:
        count = services().sessions.end(session_id, name=name, by=name)
    flash(gettext("Signed out there.") if count else gettext("There was no such session any more."), "done")
    return redirect(url_for("studio.own_account.show"), 303)


def _page(refusal: str = "") -> str:
    return render_template(
        "studio/own_account.html",
        refusal=refusal,
        sessions=services().sessions.sessions(current_account().name, current_key=session.current_key()),
        fewest=FEWEST_CHARACTERS,
        most=MOST_CHARACTERS,
        idle_hours=int(IDLE.total_seconds() // 3600),
        longest_days=LONGEST.days,
    )


def _describe_length() -> str:
    return gettext(
        "A password takes %(fewest)s to %(most)s characters. Several unrelated words make a good one.",
        fewest=FEWEST_CHARACTERS,
        most=MOST_CHARACTERS,
    )
