"""Receives decisions on labels from the forms of the labels' pages."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import EditConflictError, LabelError, UnknownProductError
from catalog.labels.corrections import Correction
from catalog.labels.label_issues import OPEN, SKIPPED, LabelIssue
from webapp.errors import BadParameterError
from webapp.http.parameters import read_number
from webapp.http.vocabulary import name_category
from webapp.studio.labels.preview import preview, read_mark
from webapp.studio.labels.question import ask, label_corrections, label_queue, render_question
from webapp.studio.permissions import current_account
from webapp.studio.texts import format_moment

_PAGES = {
    "list": "studio.labels.candidates",
    "duplicates": "studio.labels.duplicates",
    "corrections": "studio.labels.corrections",
}

bp = Blueprint("decisions", __name__)


@bp.post("/decide")
def decide() -> BaseResponse | tuple[str, int]:
    """Give a product a label and go on to the next question; or ask again if the label has changed meanwhile."""
    product_id, chosen = request.form.get("product_id", ""), request.form.get("chosen", "")
    issue = label_queue().of_product(product_id)
    try:
        _decide(product_id, chosen, request.form.get("seen", ""), _number("version"), issue)
    except EditConflictError:
        question = ask(product_id, issue)
        conflict = _describe_conflict(question.correction, question.product.category)
        return render_question(question, conflict=conflict, wanted=chosen), 409
    except LabelError:
        refusal = gettext("That can't be a label. Choose one of the list.")
        return render_question(ask(product_id, issue), conflict=refusal), 422
    return _go_on(issue)


@bp.post("/decide-several")
def decide_several() -> BaseResponse | str:
    """Take the suggested labels of all products that are marked, or keep theirs; changed labels are left alone.

    Without ``sure`` nothing is decided: the page shows what would be, and asks.
    """
    keeps = request.form.get("decision") == "keep"
    if request.form.get("sure") != "yes":
        asked = preview(request.form.getlist("marked"), keeps=keeps, back=_back())
        if asked is not None:
            return asked
    done = changed = 0
    for mark in request.form.getlist("marked"):
        issue_id, version = read_mark(mark)
        issue = label_queue().find(issue_id) if issue_id is not None else None
        if issue is None or version is None:
            changed += 1
            continue
        chosen = issue.given if keeps else issue.predicted
        if _tried(issue.product_id, chosen, issue.given, version, issue):
            done += 1
        else:
            changed += 1
    _tell(done, changed)
    return redirect(_back(), 303)


@bp.post("/unite")
def unite() -> BaseResponse:
    """Give all products of a picture one label."""
    chosen = request.form.get("chosen", "")
    fields = (request.form.getlist(name) for name in ("product_id", "seen", "version"))
    done = changed = 0
    for product_id, seen, text in zip(*fields, strict=False):
        version = read_number(text)
        if seen == chosen or version is None:
            continue
        if _tried(product_id, chosen, seen, version, None):
            done += 1
        else:
            changed += 1
    _tell(done, changed)
    return redirect(_back(), 303)


@bp.post("/skip")
def skip() -> BaseResponse:
    """Skip a label in question, or put it back into the queue, and go on to the next one."""
    issue = label_queue().find(_number("suspicion"))
    if issue is not None:
        label_queue().set_skipped(issue.issue_id, request.form.get("skipped") == "yes")
    return _go_on(issue)


@bp.post("/undo")
def undo() -> BaseResponse:
    """Undo a decision, so that the source's label holds again."""
    product_id = request.form.get("product_id", "")
    try:
        undone = label_corrections().undo(product_id, version=_number("version"), by=current_account().name)
    except EditConflictError:
        known = label_corrections().find(product_id)
        flash(_describe_conflict(known, known.corrected if known else ""), "refusal")
        return redirect(_back(), 303)
    flash(gettext("Undone: the label is %(label)s again.", label=name_category(undone.given)), "done")
    issue = label_queue().of_product(product_id)
    if request.form.get("back") not in _PAGES and issue is not None:
        return redirect(url_for("studio.labels.queue", at=issue.issue_id), 303)
    return redirect(_back(), 303)


def _decide(product_id: str, chosen: str, seen: str, version: int, issue: LabelIssue | None) -> Correction:
    predicted = issue.predicted if issue else None
    by = current_account().name
    return label_corrections().decide(product_id, chosen, seen=seen, version=version, by=by, predicted=predicted)


def _tried(product_id: str, chosen: str, seen: str, version: int, issue: LabelIssue | None) -> bool:
    """Decide on a label; False if the product is gone or its label has changed."""
    try:
        _decide(product_id, chosen, seen, version, issue)
    except (EditConflictError, UnknownProductError):
        return False
    return True


def _tell(done: int, changed: int) -> None:
    if done:
        flash(ngettext("%(num)s label decided.", "%(num)s labels decided.", done), "done")
    if changed:
        told = ngettext(
            "%(num)s label was left alone: it has changed since this page was loaded.",
            "%(num)s labels were left alone: they have changed since this page was loaded.",
            changed,
        )
        flash(told, "refusal")
    if not done and not changed:
        flash(gettext("Nothing was marked, so nothing was changed."), "refusal")


def _describe_conflict(correction: Correction | None, label: str) -> str:
    if correction is None:
        return gettext(
            "Not saved: the label has changed since this page was loaded. It is %(label)s now. Decide again.",
            label=name_category(label),
        )
    return gettext(
        "Not saved: %(name)s changed this label at %(moment)s UTC. It is %(label)s now. Decide again.",
        name=correction.by,
        moment=format_moment(correction.at),
        label=name_category(label),
    )


def _go_on(issue: LabelIssue | None) -> BaseResponse:
    """Redirect to the next question of the same state (after the last one, the first), or back to the list."""
    if issue is None or request.form.get("back") in _PAGES:
        return redirect(_back(), 303)
    state = SKIPPED if issue.state == SKIPPED else OPEN
    following = label_queue().after(issue.rank, state)
    return redirect(
        url_for("studio.labels.queue", at=following.issue_id if following else None, state=_unless_open(state)), 303
    )


def _unless_open(state: str) -> str | None:
    return None if state == OPEN else state


def _back() -> str:
    """The page on which the form stood."""
    endpoint = _PAGES.get(request.form.get("back", ""))
    if endpoint is None:
        return url_for("studio.labels.queue")
    kept: dict[str, Any] = {name: request.form[name] for name in ("page", "state", "all") if request.form.get(name)}
    return url_for(endpoint, **kept)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    number = read_number(text)
    if number is None:
        raise BadParameterError(f"{name} is {text[:40]!r}; a whole number is needed. Load the page anew and try again.")
    return number
