"""What a decision on several labels will do: shown before it is done."""

from collections.abc import Iterable

from flask import render_template
from flask_babel import gettext, ngettext

from catalog.labels.label_issues import LabelIssue
from webapp.http.parameters import read_number
from webapp.services.access import services
from webapp.studio.labels.question import label_queue, of_every_page


def read_mark(mark: str) -> tuple[int | None, int | None]:
    """The issue's id and the version of its decision that a mark of the list, "17:0", names; None where it doesn't."""
    issue_id, version = (read_number(part) for part in mark.partition(":")[::2])
    return issue_id, version


def preview(marks: Iterable[str], *, keeps: bool, back: str) -> str | None:
    """The page that asks whether the marked labels are to be decided; None if no mark names a label in question.

    Args:
        marks: as the list's boxes send them.
        keeps: whether the labels stay.
        back: the address of the list.
    """
    issues: list[tuple[str, LabelIssue]] = []
    for mark in marks:
        issue_id, version = read_mark(mark)
        issue = label_queue().find(issue_id) if issue_id is not None and version is not None else None
        if issue is not None:
            issues.append((mark, issue))
    products = services().catalog.products([issue.product_id for _, issue in issues])
    marked = [(mark, issue, products[issue.product_id]) for mark, issue in issues if issue.product_id in products]
    if not marked:
        return None
    count = len(marked)
    if keeps:
        question = ngettext("Keep %(num)s label?", "Keep %(num)s labels?", count)
        doing = gettext("Yes, keep")
    else:
        question = ngettext("Change %(num)s label?", "Change %(num)s labels?", count)
        doing = gettext("Yes, change")
    return render_template(
        "studio/labels/sure.html",
        marked=marked,
        keeps=keeps,
        question=question,
        doing=doing,
        back=back,
        **of_every_page(),
    )
