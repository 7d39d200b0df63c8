"""The pages of quality: how well the classifier does on photos that it didn't learn from, mistake by mistake."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from search.errors import DamagedAppraisalError, NoAppraisalError
from search.model_quality.catalog_evaluation import PREDICTIONS, Appraisal, Appraisals
from search.model_quality.predictions import ALL, SUREST, PhotoPage, find_photos
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.downloads import send_csv
from webapp.studio.quality.charts import CalibrationChart, HistoryChart
from webapp.studio.quality.matrix import rank_classes, shade_matrix
from webapp.studio.quality.photos import SHOWN, EvaluatedPhoto, PhotoFilter, find_in_catalogue, read_filter, write_csv
from webapp.studio.quality.texts import (
    describe_findings,
    describe_left_out,
    describe_method,
    format_count,
    format_share,
)

WALL_SIZE = 36
TABLE_SIZE = 50
HISTORY_SIZE = 40

bp = Blueprint("quality", __name__, url_prefix="/quality")
bp.add_app_template_filter(format_share, "share")
bp.add_app_template_filter(format_count, "whole")


@bp.get("/")
def figures() -> str:
    """The main figures with their intervals, the findings, the calibration, and the most confident mistakes."""
    try:
        appraisal = _appraisal()
    except NoAppraisalError:
        if request.args.get("appraisal"):
            raise
        return render_template("studio/quality/empty.html")
    surest = _find(appraisal, PhotoFilter(SUREST), 6, 1)
    return render_template(
        "studio/quality/figures.html",
        **_frame(appraisal),
        method=describe_method(appraisal),
        left_out=describe_left_out(appraisal),
        findings=describe_findings(appraisal),
        chart=CalibrationChart.draw(appraisal.reliability),
        surest=_evaluated(surest),
    )


@bp.get("/matrix")
def matrix() -> str:
    """The confusion matrix; each cell leads to its photos."""
    appraisal = _appraisal()
    return render_template("studio/quality/matrix.html", **_frame(appraisal), rows=shade_matrix(appraisal))


@bp.get("/photos")
def photos() -> str:
    """A page of photos, right and wrong ones."""
    return _list_photos("studio/quality/photos.html", WALL_SIZE, "studio.quality.photos")


@bp.get("/table")
def table() -> str:
    """The table of photos: image, class, prediction and result."""
    return _list_photos("studio/quality/table.html", TABLE_SIZE, "studio.quality.table")


@bp.get("/predictions.csv")
def download() -> Response:
    """The table as a CSV file, with the filters of the page."""
    appraisal = _appraisal()
    wanted = read_filter(request.args)
    _find(appraisal, wanted, 1, 1)  # raises the error of a damaged file now, before the answer begins
    lines = write_csv(appraisal.path / PREDICTIONS, wanted.to_question(appraisal))
    return send_csv(f"predictions-{appraisal.id}.csv", lines)


@bp.get("/classes")
def classes() -> str:
    """The table of categories with their figures."""
    appraisal = _appraisal()
    sort, ranked = rank_classes(appraisal, request.args.get("sort", ""))
    return render_template("studio/quality/classes.html", **_frame(appraisal), sort=sort, classes=ranked)


@bp.get("/history")
def history() -> str:
    """All evaluations, with a chart of the accuracy over time."""
    shelf, page = services().appraisals, read_page(request.args)
    ids = shelf.ids()
    wanted = ids[(page - 1) * HISTORY_SIZE : page * HISTORY_SIZE]
    if not wanted and page > 1:
        abort(404)
    found = [(one, _open_or_none(shelf, one)) for one in wanted]
    readable = [appraisal for _, appraisal in found if appraisal is not None]
    return render_template(
        "studio/quality/history.html",
        found=found,
        models=_latest_of_models(readable),
        chart=HistoryChart.draw(readable[::-1]),
        page=page,
        more=len(ids) > page * HISTORY_SIZE,
        turn=lambda page: url_for("studio.quality.history", page=page),
    )


def _appraisal() -> Appraisal:
    """The evaluation that the address names, or else the latest one."""
    return services().appraisals.open(request.args.get("appraisal") or None)


def _open_or_none(shelf: Appraisals, appraisal_id: str) -> Appraisal | None:
    """The evaluation; None if it can't be read, which the history says in its line."""
    try:
        return shelf.open(appraisal_id)
    except (DamagedAppraisalError, NoAppraisalError):
        return None


def _latest_of_models(appraisals: Iterable[Appraisal]) -> list[Appraisal]:
    """The latest evaluation of each model, in the given order (latest first)."""
    found: dict[str, Appraisal] = {}
    for one in appraisals:
        found.setdefault(one.model, one)
    return list(found.values())


def _frame(appraisal: Appraisal) -> dict[str, Any]:
    """What every page of an evaluation shows around its content."""
    latest = services().appraisals.ids()[0]
    engine = services().storefront.engine_or_none()
    live = engine.snapshot if engine else None
    return {
        "appraisal": appraisal,
        "is_latest": appraisal.id == latest,
        "chosen": None if appraisal.id == latest else appraisal.id,  # what links on the page have to carry on
        "photos_now": appraisal.photos if live is None else live.photos,
        "another_model": live is not None and live.model != appraisal.model,
    }


def _find(appraisal: Appraisal, wanted: PhotoFilter, limit: int, page: int) -> PhotoPage:
    return find_photos(appraisal.path / PREDICTIONS, wanted.to_question(appraisal), limit, (page - 1) * limit)


def _evaluated(found: PhotoPage) -> list[EvaluatedPhoto]:
    return find_in_catalogue(services().catalog, found.predictions)


def _list_photos(template: str, size: int, endpoint: str) -> str:
    """A page of the photos that the filter of the address lets through."""
    appraisal, page = _appraisal(), read_page(request.args)
    wanted = read_filter(request.args)
    found = _find(appraisal, wanted, size, page)
    if not found.predictions and page > 1:
        abort(404)
    frame = _frame(appraisal)
    kept = {"appraisal": frame["chosen"], **wanted.to_arguments()}
    return render_template(
        template,
        **frame,
        wanted=wanted,
        shown=SHOWN,
        everything=ALL,
        photos=_evaluated(found),
        total=found.total,
        page=page,
        more=found.total > page * size,
        turn=lambda page: url_for(endpoint, **kept, page=page),
        kept=kept,
    )
