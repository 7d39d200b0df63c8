"""Takes the events that pages of the shop send: products opened from lists, and what shoppers say of answers."""

import json
from collections.abc import Mapping
from urllib.parse import urlunsplit

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.errors import BadParameterError
from webapp.http.address_parts import split_address
from webapp.http.client_address import client_network
from webapp.http.error_responses import ErrorResponse, describe_error, respond_in_json
from webapp.http.form_limits import takes_form
from webapp.http.tracking import asks_not_to_be_tracked
from webapp.services.access import services
from webapp.services.event_reading import is_sold, read_event

MAX_BYTES = 4096  # of an event; a long product id takes up to three times its length when it is percent-encoded

bp = Blueprint("events", __name__)


@bp.post("/events")
@takes_form(MAX_BYTES)
def store_event() -> Response:
    """Store what a visitor did; the browser sends a click while it is leaving the page, and a form as a navigation."""
    if not _is_ours():
        return respond_in_json(
            ErrorResponse(403, "foreign_origin", "Events are taken from this shop's own pages only.")
        )
    writer = services().events
    if writer is not None and not asks_not_to_be_tracked():
        event = read_event(_fields())
        if services().click_pace.take(client_network(request)) and is_sold(event):
            writer.put(event)
    response = _say_thanks() if "text/html" in request.headers.get("Accept", "") else Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return response


def _say_thanks() -> Response:
    """The page after a form that no script has sent, with a link to where it stood."""
    came_from = split_address(request.headers.get("Referer", ""))
    here = came_from.netloc == request.host and came_from.path.startswith("/") and not came_from.path.startswith("//")
    back = urlunsplit(("", "", came_from.path, came_from.query, "")) if here else None
    return make_response(render_template("shop/thanks.html", back=back))


@bp.errorhandler(BadParameterError)
def _refuse_event(error: BadParameterError) -> Response:
    return respond_in_json(describe_error(error))


@bp.errorhandler(RequestEntityTooLarge)
def _refuse_length(_: RequestEntityTooLarge) -> Response:
    return respond_in_json(ErrorResponse(413, "event_too_large", f"An event has at most {MAX_BYTES} bytes."))


def _fields() -> Mapping[str, object]:
    """The fields of the event, sent as a form or as JSON. Browsers may send JSON as plain text."""
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return request.form
    try:
        fields = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise BadParameterError("An event comes as a form or as a JSON object.") from None
    if not isinstance(fields, dict):
        raise BadParameterError("An event is a JSON object with kind and the fields of that kind.")
    return fields


def _is_ours() -> bool:
    """Whether a page of this shop sent the request. Browsers say so in one of two headers that no page can set."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # Only the host is compared: behind a proxy that ends TLS the scheme differs.
    return split_address(request.headers.get("Origin", "")).netloc == request.host
