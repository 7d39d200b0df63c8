"""The pages of labels: the queue of labels in question, the decisions, and pictures that several products show."""

from collections.abc import Iterable, Iterator, Sequence

from flask import Blueprint, Response, abort, render_template, request, url_for

from catalog.labels.corrections import IN_FORCE
from catalog.labels.corrections import STATES as CORRECTION_STATES
from catalog.labels.label_issues import OPEN, SKIPPED, Picture
from catalog.spreadsheets import csv_line
from webapp.errors import MissingPageError
from webapp.http.parameters import read_number, read_page
from webapp.services.access import services
from webapp.studio.downloads import send_csv
from webapp.studio.labels import decisions
from webapp.studio.labels.question import (
    ask,
    label_corrections,
    label_queue,
    of_every_page,
    render_question,
)
from webapp.studio.paging import cut_page

PAGE_SIZE = 25  # lines of a list
PICTURES = 10  # a page
SHOWN = 12  # products of a picture

bp = Blueprint("labels", __name__, url_prefix="/labels")
bp.register_blueprint(decisions.bp)


@bp.get("/")
def queue() -> str:
    """The label in question that ``at`` names, or else the first one in ``state``; or that there is none."""
    state, at = _state(), read_number(request.args.get("at", ""))
    issue = label_queue().find(at) if at is not None else None
    issue = issue or label_queue().after(0, state)
    if issue is None:
        return render_template("studio/labels/empty.html", state=state, **of_every_page())
    return render_question(ask(issue.product_id, issue))


@bp.get("/product")
def product() -> str:
    """The label of the product that ``product_id`` names, whether it is in question or not."""
    product_id = request.args.get("product_id", "")
    return render_question(ask(product_id, label_queue().of_product(product_id)))


@bp.get("/list")
def candidates() -> str:
    """A page of the queue as a list, to decide on several at once."""
    page, state = read_page(request.args), _state()
    found, more = cut_page(label_queue().page(state, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE), PAGE_SIZE, page)
    ids = [one.product_id for one in found]
    return render_template(
        "studio/labels/list.html",
        found=found,
        products=services().catalog.products(ids),
        decisions=label_corrections().of_products(ids),
        state=state,
        page=page,
        more=more,
        address=lambda page: url_for("studio.labels.candidates", state=state, page=page),
        **of_every_page(),
    )


@bp.get("/duplicates")
def duplicates() -> str:
    """Pictures that several products show: with ``all`` every one, else those with different labels."""
    page, conflicting = read_page(request.args), "all" not in request.args
    store = label_queue()
    found: Sequence[Picture] = store.pictures(PICTURES + 1, (page - 1) * PICTURES, conflicting=conflicting)
    found, more = cut_page(found, PICTURES, page)
    shown = {one.picture: store.showing(one.picture, SHOWN) for one in found}
    ids = [copy.product_id for copies in shown.values() for copy in copies]
    products = services().catalog.products(ids)
    labels = {
        picture: sorted({products[copy.product_id].category for copy in copies if copy.product_id in products})
        for picture, copies in shown.items()
    }
    return render_template(
        "studio/labels/duplicates.html",
        found=found,
        shown=shown,
        labels=labels,
        products=products,
        decisions=label_corrections().of_products(ids),
        total=store.count_pictures(),
        conflicting=conflicting,
        page=page,
        more=more,
        address=lambda page: url_for("studio.labels.duplicates", page=page, all=None if conflicting else 1),
        **of_every_page(),
    )


@bp.get("/corrections")
def corrections() -> str:
    """The decisions, latest first."""
    page = read_page(request.args)
    state = request.args.get("state")
    if state is not None and state not in CORRECTION_STATES:
        abort(404)
    found, more = cut_page(
        label_corrections().page(PAGE_SIZE + 1, (page - 1) * PAGE_SIZE, state=state), PAGE_SIZE, page
    )
    return render_template(
        "studio/labels/corrections.html",
        found=found,
        products=services().catalog.products(one.product_id for one in found),
        totals=label_corrections().counts(),
        states=CORRECTION_STATES,
        in_force=IN_FORCE,
        state=state,
        page=page,
        more=more,
        address=lambda page: url_for("studio.labels.corrections", state=state, page=page),
        **of_every_page(),
    )


@bp.get("/corrections.csv")
def corrections_csv() -> Response:
    """Every decision as CSV, for whoever corrects the source."""
    columns = ("product_id", "field", "given", "chosen", "decision", "state", "by", "at")
    found = label_corrections().iter_all()
    return send_csv("corrections.csv", _lines(columns, found, chosen="corrected"))


@bp.get("/queue.csv")
def queue_csv() -> Response:
    """The labels in question as CSV, the most suspicious first."""
    columns = ("product_id", "given", "suggested", "given_probability", "suggested_probability", "score", "state")
    found = label_queue().iter_open()
    renamed = {"suggested": "predicted", "suggested_probability": "predicted_probability"}
    return send_csv("label_queue.csv", _lines(columns, found, **renamed))


def _state() -> str:
    state = request.args.get("state", OPEN)
    if state not in (OPEN, SKIPPED):
        raise MissingPageError(
            f"The queue has nothing that is {state[:40]!r}; it has what is open and what is skipped."
        )
    return state


def _lines(columns: Sequence[str], rows: Iterable[object], **renamed: str) -> Iterator[str]:
    """The lines of a CSV table: each column is the attribute of that name, or of that in ``renamed``."""
    yield csv_line(columns)
    for row in rows:
        yield csv_line([getattr(row, renamed.get(name, name)) for name in columns])
