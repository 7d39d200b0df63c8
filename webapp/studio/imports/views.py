"""Bring in products: send or name a source, see its check, map its columns, import it. All but looking takes an admin.

Whoever names a path reads any file of the server that the shop's user may read; so merchandisers can't.
"""

from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import ADMIN
from catalog.checking.finding_texts import language_of, word_finding
from catalog.errors import JobRunningError
from catalog.feeds.columns import UNDERSTOOD
from catalog.importing.import_requests import ImportRequest, ImportRequests
from catalog.importing.kept_options import KeptOptions
from catalog.jobs.store import Job
from catalog.products import is_web_source
from catalog.source_options import ToldOfSource
from search.files import written_aside
from webapp.errors import MissingPageError
from webapp.http.form_limits import takes_file
from webapp.services.access import services
from webapp.studio.imports.texts import FORMATS, LEVELS
from webapp.studio.permissions import current_account, needs

MAX_FILE_BYTES = 256 * 2**20  # larger ones are put on the server, and named
LISTED = 12  # sources
CHECK, IMPORT = "check-source", "import"

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.get("/")
def start() -> str:
    """The form, and the sources with their last import."""
    return render_template("studio/imports/start.html", sources=services().catalog.sources()[:LISTED], formats=FORMATS)


@bp.post("/check")
@needs(ADMIN)
@takes_file(MAX_FILE_BYTES)
def check() -> BaseResponse:
    """Keep the sent file, or take the named source, and start its check."""
    sent, named = request.files.get("file"), request.form.get("source", "").strip()
    if sent is not None and sent.filename:
        named = str(_keep(sent))
    if not named or "\0" in named or not (is_web_source(named) or named.startswith("/")):
        flash(gettext("Choose a file, or name a source by its web address or its whole path on the server."), "refusal")
        return redirect(url_for("studio.imports.start"), 303)
    told = KeptOptions(services().paths.home).choose(named, _read_told())
    return _begin(CHECK, ImportRequest(named, told))


@bp.get("/<int(max=2147483647):job_id>")
def result(job_id: int) -> str:
    """What a check found, with lists to map columns by, and the button that imports."""
    job, asked = _find(job_id)
    found = ImportRequests(services().paths.home).read_check(job_id)
    mapping = dict(pair.split("=", 1) for pair in asked.told.pairs)
    return render_template(
        "studio/imports/result.html",
        job=job,
        asked=asked,
        check=found,
        levels=LEVELS,
        word=_word,
        mapping={**found.get("mapping", {}), **mapping},
        fields=UNDERSTOOD,
    )


@bp.post("/<int(max=2147483647):job_id>/check")
@needs(ADMIN)
def check_again(job_id: int) -> BaseResponse:
    """Check the source of an earlier check with other columns."""
    _, asked = _find(job_id)
    return _begin(CHECK, ImportRequest(asked.source, _with_columns(asked.told)))


@bp.post("/<int(max=2147483647):job_id>/import")
@needs(ADMIN)
def bring_in(job_id: int) -> BaseResponse:
    """Import the source of a check, with the columns that the page showed."""
    _, asked = _find(job_id)
    request_ = ImportRequest(asked.source, _with_columns(asked.told), prune=bool(request.form.get("prune")))
    return _begin(IMPORT, request_)


def _word(finding: dict[str, Any]) -> tuple[str, str]:
    """The sentence of a finding and what to do, in the reader's language; as it was noted, if by another version."""
    try:
        return word_finding(finding["kind"], finding["values"], language_of(get_locale().language))
    except KeyError:
        return finding["text"], finding["advice"]


def _begin(kind: str, asked: ImportRequest) -> BaseResponse:
    """Start a job, and lead to its page; what it is to do is written before its process begins."""
    if problem := asked.told.find_problem():
        flash(problem, "refusal")
        return redirect(url_for("studio.imports.start"), 303)
    requests, launch_job = ImportRequests(services().paths.home), services().launch_job

    def launch(job: Job, descriptor: int) -> None:
        requests.write(job.job_id, asked)
        launch_job(job, descriptor)

    job = services().jobs.start(kind, by=current_account().name, launch=launch)
    page = "studio.imports.result" if kind == CHECK else "studio.jobs.show"
    return redirect(url_for(page, job_id=job.job_id), 303)


def _find(job_id: int) -> tuple[Job, ImportRequest]:
    job = services().jobs.job(job_id)
    if job.kind != CHECK:
        raise MissingPageError("This job is no check of a source.")
    return job, ImportRequests(services().paths.home).read(job_id)


def _keep(sent: FileStorage) -> Path:
    """Keep a file that was sent, under its name; raises JobRunningError while a job may be reading one of that name."""
    if services().jobs.running() is not None:
        raise JobRunningError("A job is running already, and one runs at a time. Wait for it to end, or cancel it.")
    path = ImportRequests(services().paths.home).upload_path(sent.filename or "")
    with written_aside(path) as partial:
        sent.save(partial)
    return path


def _read_told() -> ToldOfSource:
    form = request.form
    values = {name: form.get(name, "").strip() or None for name in ("format_name", "images", "currency", "shop_url")}
    return ToldOfSource(**values)  # type: ignore[arg-type]


def _with_columns(told: ToldOfSource) -> ToldOfSource:
    """The same with the columns that were chosen on the page; a field whose column has its name needs none."""
    chosen = {name: request.form.get(f"column-{name}", "") for name in UNDERSTOOD}
    pairs = tuple(f"{name}={column}" for name, column in chosen.items() if column and column != name)
    return ToldOfSource(**{**vars(told), "pairs": pairs})
