"""Signing in and out."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import MOST_CHARACTERS, VIEWER
from catalog.accounts.throttle import MOST_REFUSALS
from webapp.http.client_address import client_address, client_network
from webapp.services.access import services
from webapp.studio import session
from webapp.studio.next_page import read_next_page
from webapp.studio.permissions import needs, open_to_all

# Refused log-ins of an account from everywhere together. It is far above those from one address, so that a stranger who
# knows a name can't keep its owner out, and far below what guessing a password of 12 characters takes.
MOST_REFUSALS_OF_ACCOUNT = 100

bp = Blueprint("auth", __name__)


@bp.get("/sign-in")
@open_to_all
def sign_in() -> BaseResponse | str:
    """The form; an account that is signed in already is redirected."""
    if g.account is not None:
        return redirect(_destination(), 303)
    return _form()


@bp.post("/sign-in")
@open_to_all
def check() -> BaseResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign an account in; or say that name and password don't belong together, or how long to wait."""
    name = request.form.get("name", "")[:MOST_CHARACTERS]
    password = request.form.get("password", "")[: MOST_CHARACTERS + 1]
    throttle, network, of_account = services().login_throttle, client_network(request), f"account {name.strip()}"
    from_here, of_address = f"{of_account} from {network}", f"address {network}"
    limits = {from_here: MOST_REFUSALS, of_address: MOST_REFUSALS, of_account: MOST_REFUSALS_OF_ACCOUNT}
    wait = throttle.admit(limits)
    if wait:
        return _form(refusal=ask_to_wait(wait), name=name), 429, {"Retry-After": str(wait)}
    account = services().accounts.check_password(name, password)
    if account is None:
        known = services().accounts.find(name)
        if known is not None:  # made-up names would fill the log
            services().sessions.note_refusal(known.name, address=client_address(request))
        refusal = gettext("Wrong name or password. Check both and try again.")
        return _form(refusal=refusal, name=name), 401
    throttle.forgive(from_here, of_account)
    throttle.take_back(of_address)
    session.begin(account)
    return redirect(_destination(), 303)


@bp.post("/sign-out")
@needs(VIEWER)
def sign_out() -> BaseResponse:
    """Sign out."""
    session.end()
    return redirect(url_for("studio.auth.sign_in"), 303)


def ask_to_wait(seconds: int) -> str:
    """What is said to whoever has tried too many passwords."""
    return gettext("Too many tries. Wait %(minutes)s minutes, then try again.", minutes=-(-seconds // 60))


def _form(**values: str) -> str:
    return render_template("studio/sign_in.html", next_page=read_next_page(request.values), **values)


def _destination() -> str:
    """The page of the studio that was requested before signing in; else the studio's start."""
    return read_next_page(request.values) or url_for("studio.overview.start")
