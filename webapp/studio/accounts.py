"""The page "People and log": the accounts, and the audit log of what they changed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import ADMIN, ROLES
from catalog.accounts.audit import AuditLog
from catalog.errors import AccountError
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.paging import cut_page
from webapp.studio.permissions import current_account, needs

PAGE_SIZE = 50
SIGN_INS = "sign-ins"  # the value of ``show`` for the part of the log about sign-ins

bp = Blueprint("accounts", __name__, url_prefix="/people")


@bp.get("/")
def log() -> str:
    """The accounts, and a page of the audit log, latest first."""
    page, by, subject = read_page(request.args), request.args.get("by") or None, request.args.get("subject") or None
    sign_ins = request.args.get("show") == SIGN_INS
    log = AuditLog(services().catalog.database)
    found = log.entries(PAGE_SIZE + 1, (page - 1) * PAGE_SIZE, by=by, subject=subject, sign_ins=sign_ins)
    entries, more = cut_page(found, PAGE_SIZE, page)
    return render_template(
        "studio/accounts.html",
        accounts=services().accounts.accounts(),
        roles=ROLES,
        entries=entries,
        page=page,
        more=more,
        by=by,
        sessions=services().sessions.counts(),
        sign_ins=sign_ins,
        log_address=lambda page: url_for(
            "studio.accounts.log", by=by, show=SIGN_INS if sign_ins else None, page=page, _anchor="log"
        ),
    )


@bp.post("/role")
@needs(ADMIN)
def set_role() -> BaseResponse:
    """Give an account another role."""
    name, role = request.form.get("name", ""), request.form.get("role", "")
    try:
        services().accounts.set_role(name, role, by=current_account().name)
        flash(gettext("%(name)s has another role from now on.", name=name), "done")
    except AccountError:
        flash(
            gettext("That was not changed: there must be such an account, such a role, and always one admin."),
            "refusal",
        )
    return redirect(url_for("studio.accounts.log"), 303)


@bp.post("/sign-out")
@needs(ADMIN)
def end_sessions() -> BaseResponse:
    """End all sessions of an account, which may sign in again."""
    name = request.form.get("name", "")
    count = services().sessions.end_all(name, by=current_account().name)
    if count:
        flash(gettext("%(name)s is signed out everywhere.", name=name), "done")
    else:
        flash(gettext("%(name)s was not signed in.", name=name), "refusal")
    return redirect(url_for("studio.accounts.log"), 303)


@bp.post("/lock")
@needs(ADMIN)
def set_locked() -> BaseResponse:
    """Lock an account out, or let it in again."""
    name, locked = request.form.get("name", ""), request.form.get("locked") == "1"
    try:
        services().accounts.set_disabled(name, locked, by=current_account().name)
        said = gettext("%(name)s is locked out.", name=name) if locked else gettext("%(name)s may come in.", name=name)
        flash(said, "done")
    except AccountError:
        flash(gettext("That was not changed: there must be such an account, and always one admin."), "refusal")
    return redirect(url_for("studio.accounts.log"), 303)
