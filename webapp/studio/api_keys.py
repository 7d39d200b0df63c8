"""The page of the keys by which programs use the API: made, shown once, revoked."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import ADMIN
from catalog.accounts.api_keys import MOST_PER_MINUTE, SCOPES, ApiKeyStore
from catalog.errors import AccountError
from webapp.http.parameters import read_number
from webapp.services.access import services
from webapp.studio.permissions import current_account, needs

bp = Blueprint("api_keys", __name__, url_prefix="/keys")


@bp.get("/")
@needs(ADMIN)
def show() -> str:
    """The keys, also those that were revoked, and a form for a new one."""
    return _page()


@bp.post("/")
@needs(ADMIN)
def make() -> Response | tuple[str, int]:
    """Make a key and show it, this once; a refused form comes back as it was filled in."""
    name, scopes, limit = (
        request.form.get("name", ""),
        request.form.getlist("scope"),
        request.form.get("per_minute", ""),
    )
    try:
        per_minute = None if not limit.strip() else read_number(limit.strip()) or 0
        key, _ = _store().make(name, scopes, by=current_account().name, per_minute=per_minute)
    except AccountError:
        refusal = gettext(
            "No key was made: it needs a name of up to 80 characters, something that it may do, "
            "and a limit from 1 to %(most)s or none.",
            most=MOST_PER_MINUTE,
        )
        return _page(refusal=refusal), 422
    response = make_response(_page(key=key))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<int:key_id>/revoke")
@needs(ADMIN)
def revoke(key_id: int) -> BaseResponse:
    """End a key at once."""
    try:
        revoked = _store().revoke(key_id, by=current_account().name)
        flash(gettext("The key for %(name)s is revoked.", name=revoked.name), "done")
    except AccountError:
        flash(gettext("That key was revoked already."), "refusal")
    return redirect(url_for("studio.api_keys.show"), 303)


def _store() -> ApiKeyStore:
    return ApiKeyStore(services().catalog.database)


def _page(key: str | None = None, refusal: str | None = None) -> str:
    return render_template(
        "studio/api_keys.html", keys=_store().all(), scopes=SCOPES, key=key, refusal=refusal, most=MOST_PER_MINUTE
    )
