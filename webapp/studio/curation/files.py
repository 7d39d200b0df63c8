"""Exports rules as a CSV file and imports them from one."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.rule_files import COLUMNS, RuleImport, read_rules, write_rules
from catalog.curation.rules import RuleStore
from webapp.http.form_limits import takes_file
from webapp.services.access import services
from webapp.studio.curation.texts import PROBLEMS
from webapp.studio.downloads import send_csv
from webapp.studio.permissions import current_account

MAX_FILE_BYTES = 8 * 2**20  # about 50,000 rules
LISTED = 100  # problems of a file that are shown


def file() -> str:
    """The page for export and import."""
    return _render(None)


def export() -> Response:
    """All rules as a file."""
    return send_csv("rules.csv", [write_rules(RuleStore(services().catalog.database).every())])


@takes_file(MAX_FILE_BYTES)
def bring_in() -> BaseResponse | tuple[str, int]:
    """Add and change rules as a file says; or list the problems by line, with nothing written."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        flash(gettext("Choose a CSV file first."), "refusal")
        return redirect(url_for("studio.curation.file"), 303)
    replace_all = bool(request.form.get("replace_all"))
    report = read_rules(services().catalog.database, sent.read(), by=current_account().name, replace_all=replace_all)
    if report.problems:
        return _render(report), 422
    words = gettext(
        "%(added)s rules added, %(changed)s changed, %(removed)s removed; %(unchanged)s were so already.",
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        unchanged=report.unchanged,
    )
    flash(words, "done")
    return redirect(url_for("studio.curation.rules", done=report.batch), 303)


def _render(report: RuleImport | None) -> str:
    return render_template("studio/curation/file.html", report=report, listed=LISTED, words=PROBLEMS, columns=COLUMNS)
