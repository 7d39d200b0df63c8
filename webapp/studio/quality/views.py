"""The pages of quality: how well the classifier does on photos that it didn't learn from, mistake by mistake."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from search.errors import DamagedEvaluationError, NoEvaluationError
from search.model_quality.catalog_evaluation import PREDICTIONS, CatalogEvaluation, CatalogEvaluations
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
        evaluation = _evaluation()
    except NoEvaluationError:
        if request.args.get("appraisal"):
            raise
        return render_template("studio/quality/empty.html")
    surest = _find(evaluation, PhotoFilter(SUREST), 6, 1)
    return render_template(
        "studio/quality/figures.html",
        **_frame(evaluation),
        method=describe_method(evaluation),
        left_out=describe_left_out(evaluation),
        findings=describe_findings(evaluation),
        chart=CalibrationChart.draw(evaluation.reliability),
        surest=_evaluated(surest),
    )


@bp.get("/matrix")
def matrix() -> str:
    """The confusion matrix; each cell leads to its photos."""
    evaluation = _evaluation()
    return render_template("studio/quality/matrix.html", **_frame(evaluation), rows=shade_matrix(evaluation))


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
    evaluation = _evaluation()
    wanted = read_filter(request.args)
    _find(evaluation, wanted, 1, 1)  # raises the error of a damaged file now, before the answer begins
    lines = write_csv(evaluation.path / PREDICTIONS, wanted.to_question(evaluation))
    return send_csv(f"predictions-{evaluation.id}.csv", lines)


@bp.get("/classes")
def classes() -> str:
    """The table of categories with their figures."""
    evaluation = _evaluation()
    sort, ranked = rank_classes(evaluation, request.args.get("sort", ""))
    return render_template("studio/quality/classes.html", **_frame(evaluation), sort=sort, classes=ranked)


@bp.get("/history")
def history() -> str:
    """All evaluations, with a chart of the accuracy over time."""
    shelf, page = services().evaluations, read_page(request.args)
    ids = shelf.ids()
    wanted = ids[(page - 1) * HISTORY_SIZE : page * HISTORY_SIZE]
    if not wanted and page > 1:
        abort(404)
    found = [(one, _open_or_none(shelf, one)) for one in wanted]
    readable = [evaluation for _, evaluation in found if evaluation is not None]
    return render_template(
        "studio/quality/history.html",
        found=found,
        models=_latest_of_models(readable),
        chart=HistoryChart.draw(readable[::-1]),
        page=page,
        more=len(ids) > page * HISTORY_SIZE,
        turn=lambda page: url_for("studio.quality.history", page=page),
    )


def _evaluation() -> CatalogEvaluation:
    """The evaluation that the address names, or else the latest one."""
    return services().evaluations.open(request.args.get("appraisal") or None)


def _open_or_none(shelf: CatalogEvaluations, evaluation_id: str) -> CatalogEvaluation | None:
    """The evaluation; None if it can't be read, which the history says in its line."""
    try:
        return shelf.open(evaluation_id)
    except (DamagedEvaluationError, NoEvaluationError):
        return None


def _latest_of_models(evaluations: Iterable[CatalogEvaluation]) -> list[CatalogEvaluation]:
    """The latest evaluation of each model, in the given order (latest first)."""
    found: dict[str, CatalogEvaluation] = {}
    for one in evaluations:
        found.setdefault(one.model, one)
    return list(found.values())


def _frame(evaluation: CatalogEvaluation) -> dict[str, Any]:
    """What every page of an evaluation shows around its content."""
    latest = services().evaluations.ids()[0]
    engine = services().storefront.engine_or_none()
    live = engine.snapshot if engine else None
    return {
        "evaluation": evaluation,
        "is_latest": evaluation.id == latest,
        "chosen": None if evaluation.id == latest else evaluation.id,  # what links on the page have to carry on
        "photos_now": evaluation.photos if live is None else live.photos,
        "another_model": live is not None and live.model != evaluation.model,
    }


def _find(evaluation: CatalogEvaluation, wanted: PhotoFilter, limit: int, page: int) -> PhotoPage:
    return find_photos(evaluation.path / PREDICTIONS, wanted.to_question(evaluation), limit, (page - 1) * limit)


def _evaluated(found: PhotoPage) -> list[EvaluatedPhoto]:
    return find_in_catalogue(services().catalog, found.predictions)


def _list_photos(template: str, size: int, endpoint: str) -> str:
    """A page of the photos that the filter of the address lets through."""
    evaluation, page = _evaluation(), read_page(request.args)
    wanted = read_filter(request.args)
    found = _find(evaluation, wanted, size, page)
    if not found.predictions and page > 1:
        abort(404)
    frame = _frame(evaluation)
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
