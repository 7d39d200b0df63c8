"""The pages of jobs. Any page of the studio can start a job and watch it; one job runs at a time."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.jobs.store import Job
from webapp.errors import BadParameterError
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.jobs import texts
from webapp.studio.next_page import read_next_page
from webapp.studio.paging import cut_page
from webapp.studio.permissions import current_account

PAGE_SIZE = 25
LOG_LINES = 40

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.app_context_processor
def _for_every_page() -> dict[str, object]:
    """What the macro ``job_panel`` uses."""
    return {
        "latest_job": lambda kind: services().jobs.latest(kind),
        "running_job": lambda: services().jobs.running(),
        "describe_job": describe_job,
        "job_log": lambda job: services().jobs.log_tail(job),
        "job_texts": texts,
    }


@bp.get("/")
def history() -> str:
    """All jobs, latest first, a page at a time."""
    page = read_page(request.args)
    found, more = cut_page(services().jobs.history(PAGE_SIZE + 1, (page - 1) * PAGE_SIZE), PAGE_SIZE, page)
    return render_template(
        "studio/jobs/history.html",
        jobs=found,
        page=page,
        more=more,
        jobs_address=lambda page: url_for("studio.jobs.history", page=page),
    )


@bp.post("")
def start() -> BaseResponse:
    """Start a job of a kind; 409 if a job is running."""
    kind = request.form.get("kind", "")
    if kind not in texts.STARTS:  # the others need to be told more: webapp.studio.imports starts them
        raise BadParameterError(f"kind is {kind[:80]!r}; it is one of {', '.join(texts.STARTS)}.")
    job = services().jobs.start(kind, by=current_account().name, launch=services().launch_job)
    return redirect(_next_address(job), 303)


@bp.get("/<int:job_id>")
def show(job_id: int) -> str:
    """A job with the end of its log."""
    job = services().jobs.job(job_id)
    return render_template("studio/jobs/job.html", job=job, log=services().jobs.log_tail(job, LOG_LINES))


@bp.get("/<int:job_id>.json")
def state(job_id: int) -> Response:
    """The state of a job, for the script that watches it."""
    return jsonify(describe_job(services().jobs.job(job_id)))


@bp.get("/<int:job_id>/panel")
def panel(job_id: int) -> str:
    """The current panel of a job's kind, by which the script replaces an older one."""
    return render_template(
        "studio/jobs/fragment.html", kind=services().jobs.job(job_id).kind, next=read_next_page(request.args) or None
    )


@bp.post("/<int:job_id>/cancel")
def cancel(job_id: int) -> BaseResponse:
    """Ask a job to stop; a second request ends it at once."""
    return redirect(_next_address(services().jobs.cancel(job_id, by=current_account().name)), 303)


def describe_job(job: Job) -> dict[str, object]:
    """A job as JSON: its state, stage and figures, and a text in the reader's language."""
    report = services().jobs.report(job)
    running = job.runs
    share = round(100 * report.done / report.total) if running and report.total else None
    return {
        "id": job.job_id,
        "kind": job.kind,
        "state": job.state,
        "running": running,
        "stage": texts.format_stage(report.stage) if running else None,
        "done": report.done if running else None,
        "total": report.total if running else None,
        "percent": share,
        "cancelling": running and job.cancelled_by is not None,
        "text": texts.format_progress(report) if running else texts.format_outcome(job),
    }


def _next_address(job: Job) -> str:
    """The page of the studio from which the form was sent; else the page of the job."""
    return read_next_page(request.form) or url_for("studio.jobs.show", job_id=job.job_id)
