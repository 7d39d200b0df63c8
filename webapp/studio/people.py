"""People: who may come in, and the audit log of what they changed."""

from flask import Blueprint, abort, current_app, render_template, request, url_for

from catalog.accounts.audit import AuditLog
from webapp.parameters import read_page

PAGE_SIZE = 50

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
def log() -> str:
    """The accounts, and a page of the audit log, latest first."""
    page, by = read_page(request.args), request.args.get("by") or None
    log = AuditLog(current_app.extensions["catalog"].database)
    found = log.entries(PAGE_SIZE + 1, (page - 1) * PAGE_SIZE, by=by, subject=request.args.get("subject") or None)
    if not found and page > 1:
        abort(404)
    return render_template(
        "studio/people.html",
        accounts=current_app.extensions["accounts"].accounts(),
        entries=found[:PAGE_SIZE],
        page=page,
        more=len(found) > PAGE_SIZE,
        by=by,
        log_address=lambda page: url_for("studio.people.log", by=by, page=page, _anchor="log"),
    )
