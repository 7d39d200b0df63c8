"""Turns errors into HTTP answers by one table: JSON for programs, a friendly page for people, never a traceback."""

import errno
import logging
import os
from dataclasses import dataclass, replace

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

import catalog.errors
import search.errors
import webapp.errors
from search.photo import MAX_BYTES
from webapp.http.error_messages import explain_error
from webapp.http.form_limits import FormTooLargeError
from webapp.http.problems import PROBLEM_PATHS, describe_problem
from webapp.http.public_messages import without_paths
from webapp.http.request_log import loggable_path

# The most specific class of an error that is listed here decides. The codes are part of the API.
ANSWERS: dict[type[Exception], tuple[int, str]] = {
    webapp.errors.BadParameterError: (400, "bad_parameter"),
    webapp.errors.AddressTooLongError: (414, "address_too_long"),
    webapp.errors.MissingPhotoError: (400, "missing_photo"),
    webapp.errors.TooManySearchesError: (429, "too_many_searches"),
    webapp.errors.TooManyRequestsError: (429, "too_many_requests"),
    webapp.errors.IdempotencyMismatchError: (422, "idempotency_mismatch"),
    webapp.errors.IdempotencyBusyError: (409, "idempotency_busy"),
    webapp.errors.IdempotencyError: (400, "bad_parameter"),
    webapp.errors.ShopBusyError: (503, "busy"),
    webapp.errors.MissingPageError: (404, "not_found"),
    webapp.errors.UnknownCategoryError: (404, "unknown_category"),
    webapp.errors.PhotoExpiredError: (410, "photo_expired"),
    webapp.errors.StudioOffError: (404, "studio_off"),
    webapp.errors.SignedOutError: (401, "signed_out"),
    webapp.errors.ForbiddenError: (403, "forbidden"),
    webapp.errors.ScopeError: (403, "scope"),
    webapp.errors.ApiKeyError: (401, "api_key"),
    CSRFError: (400, "form_expired"),
    search.errors.QueryError: (400, "bad_parameter"),
    search.errors.NotAPhotoError: (415, "not_a_photo"),
    search.errors.PhotoTooLargeError: (413, "photo_too_large"),
    search.errors.PhotoTooSmallError: (422, "photo_too_small"),
    search.errors.DamagedPhotoError: (422, "damaged_photo"),
    search.errors.PhotoError: (422, "unusable_photo"),
    search.errors.DecodingBusyError: (503, "busy"),
    search.errors.UnknownProductError: (404, "unknown_product"),
    search.errors.UnknownSnapshotError: (404, "not_found"),
    search.errors.IndexMovedError: (409, "edit_conflict"),
    search.errors.IndexBusyError: (409, "job_running"),
    search.errors.NoEvaluationError: (404, "no_appraisal"),
    search.errors.DamagedEvaluationError: (503, "damaged_appraisal"),
    search.errors.NoIndexError: (503, "no_index"),
    search.errors.OtherModelError: (503, "other_model"),
    search.errors.DamagedSnapshotError: (503, "damaged_index"),
    search.errors.IndexUnavailableError: (503, "index_unavailable"),
    search.errors.BundleError: (503, "model_unavailable"),
    catalog.errors.UnknownProductError: (404, "unknown_product"),
    catalog.errors.ProductEditError: (422, "unusable_product"),
    catalog.errors.UnknownAttributeError: (404, "not_found"),
    catalog.errors.UnknownSourceError: (404, "not_found"),
    catalog.errors.AccountError: (422, "unusable_account"),
    catalog.errors.LabelError: (422, "unusable_label"),
    catalog.errors.UnknownRuleError: (404, "not_found"),
    catalog.errors.RuleError: (422, "unusable_rule"),
    catalog.errors.EditConflictError: (409, "edit_conflict"),
    catalog.errors.JobRunningError: (409, "job_running"),
    catalog.errors.UnknownJobError: (404, "not_found"),
    catalog.errors.LostCatalogError: (503, "catalogue_lost"),
    catalog.errors.UnstorableValueError: (400, "bad_parameter"),
    catalog.errors.DatabaseError: (503, "catalogue_unavailable"),
    RequestEntityTooLarge: (413, "photo_too_large"),
    FormTooLargeError: (413, "form_too_large"),
}
# What the system says where something can't be written: no room, no permission, too many open files.
NO_STORAGE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG, errno.EIO, errno.EMFILE}
)
STORAGE = (503, "storage_unavailable")
STORAGE_MESSAGE = "The shop can't write to its disk: {reason}. Nothing was changed. Make room, or mend its permissions."
INTERNAL = (500, "internal_error")
INTERNAL_MESSAGE = "Something went wrong on the server. The shop's log has the details."
RETRY_SECONDS = 30  # about as long as building the first index of a small shop takes
BUSY_SECONDS = 3  # about as long as a few searches take
BUSY_CODES = frozenset({"too_many_searches", "busy"})

PROBES = frozenset({"/health", "/live", "/ready", "/metrics"})  # programs ask these

MAX_DRAINED_BYTES = 256 * 2**20
_DRAIN_STEP = 2**20

# After these errors a shopper wants to try another photo, so the page contains the form.
PHOTO_CODES = frozenset(
    {
        "missing_photo",
        "not_a_photo",
        "photo_too_large",
        "photo_too_small",
        "damaged_photo",
        "unusable_photo",
        "photo_expired",
        "too_many_searches",
        "busy",
    }
)

_log = logging.getLogger("webapp")


@dataclass(frozen=True)
class ErrorResponse:
    """How an error is answered."""

    status: int
    code: str
    message: str


def describe_error(error: Exception) -> ErrorResponse:
    """The HTTP status, the code and the message for an error; of an unforeseen error nothing but that it happened."""
    for ancestor in type(error).__mro__:
        if ancestor in ANSWERS:
            status, code = ANSWERS[ancestor]
            if ancestor is RequestEntityTooLarge and is_studio():  # where exports are sent, and no photos to search by
                code = ANSWERS[FormTooLargeError][1]
            return ErrorResponse(status, code, _message(error))
    if isinstance(error, OSError) and error.errno in NO_STORAGE:
        return ErrorResponse(*STORAGE, STORAGE_MESSAGE.format(reason=os.strerror(error.errno)))
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        return ErrorResponse(error.code, error.name.lower().replace(" ", "_"), error.description or error.name)
    return ErrorResponse(*INTERNAL, INTERNAL_MESSAGE)


def describe_codes() -> list[tuple[str, int, str]]:
    """Every code that the API answers with, its status, and what it means; sorted."""
    meanings: dict[str, tuple[int, str]] = {}
    for error, (status, code) in ANSWERS.items():
        meanings.setdefault(code, (status, (error.__doc__ or "").strip().splitlines()[0]))
    meanings["photo_too_large"] = (413, "A photo with more bytes or pixels than would be safe to decode.")
    meanings |= {"not_found": (404, "Nothing lives at this address."), STORAGE[1]: (STORAGE[0], "The disk is full.")}
    meanings |= {INTERNAL[1]: (INTERNAL[0], INTERNAL_MESSAGE)}
    return [(code, *meanings[code]) for code in sorted(meanings)]


def init_app(app: Flask) -> None:
    """Answer every error of this app through the table."""
    app.register_error_handler(Exception, _answer)


def respond_in_json(described: ErrorResponse, **more: object) -> Response:
    """The API's error object, with further fields beside it."""
    response = jsonify(more | {"error": {"code": described.code, "message": without_paths(described.message)}})
    return _with_status(response, described)


def _answer(error: Exception) -> BaseResponse:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return BaseResponse.force_type(error.get_response(), request.environ)  # a redirect is no failure
    described = describe_error(error)
    if described.status == 500:
        _log.error("%s %s failed", request.method, loggable_path(request.path), exc_info=error)
    elif described.code == STORAGE[1]:
        _log.error("%s %s failed: %s", request.method, loggable_path(request.path), error)
    if isinstance(error, RequestEntityTooLarge):
        _drain()
    g.error_code = described.code  # for the metrics
    if request.path.startswith(PROBLEM_PATHS):
        response = _with_status(describe_problem(described.status, described.code, described.message), described)
    elif request.path.startswith("/api/") or request.path in PROBES:
        response = respond_in_json(described)
    else:
        response = _with_status(make_response(_page_or_plain(described)), described)
    if isinstance(error, HTTPException) and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(allowed)
    if isinstance(error, webapp.errors.TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_seconds)
    return response


def _page_or_plain(described: ErrorResponse) -> str:
    """The page of an error; a plain one if the page itself can't be made, such as without the database."""
    try:
        return _page(described)
    except Exception as error:  # the last resort: whatever is raised here would reach the visitor as a traceback
        _log.error("The page of an error failed", exc_info=error)
        title, advice = (escape(str(text)) for text in explain_error(described.code, described.status))
        return f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{advice}</p>"


def _page(described: ErrorResponse) -> str:
    title, advice = explain_error(described.code, described.status)
    if is_studio() and g.get("account") is not None:  # visitors who aren't signed in see nothing of the studio's layout
        return render_template("studio/error.html", error=described, title=title, advice=advice)
    asks_for_photo = described.code in PHOTO_CODES
    public = replace(described, message=without_paths(described.message))
    return render_template("shop/error.html", error=public, title=title, advice=advice, asks_for_photo=asks_for_photo)


def is_studio() -> bool:
    """Whether the address of this request belongs to the studio."""
    return request.path == "/studio" or request.path.startswith("/studio/")


def _with_status(response: Response, described: ErrorResponse) -> Response:
    response.status_code = described.status
    response.headers["Cache-Control"] = "no-store"
    if described.code in BUSY_CODES:
        response.headers["Retry-After"] = str(BUSY_SECONDS)
    elif described.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _message(error: Exception) -> str:
    if isinstance(error, RequestEntityTooLarge) and not isinstance(error, FormTooLargeError):
        most = (request.max_content_length or 0) // 2**20 or MAX_BYTES // 2**20
        return f"The upload is too large: up to {most} MiB are taken here. Send a smaller file, or less at a time."
    return str(error.description) if isinstance(error, FormTooLargeError) else str(error)


def _drain() -> None:
    """Read the rest of the upload: if the connection were closed now, it would be reset, and the answer lost."""
    stream = request.environ.get("wsgi.input")
    left = min(request.content_length or 0, MAX_DRAINED_BYTES)
    while stream is not None and left > 0:
        chunk = stream.read(min(_DRAIN_STEP, left))
        if not chunk:
            return
        left -= len(chunk)
