"""Stores what shoppers do, but not who they are: searches by photo, clicks, and what they say of answers."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from flask import Blueprint, Response, make_response, render_template, request
from PIL import Image
from werkzeug.exceptions import RequestEntityTooLarge

from catalog.events.event_store import SearchEvent, draw_id
from webapp.errors import BadParameterError
from webapp.http.client_address import client_network
from webapp.http.error_responses import ErrorResponse, describe_error, respond_in_json
from webapp.http.form_limits import takes_form
from webapp.http.languages import current_language
from webapp.services.access import services
from webapp.services.event_reading import is_sold, read_event
from webapp.services.rankings import PhotoAnswer

MAX_BYTES = 4096  # of an event; a long product id takes up to three times its length when it is percent-encoded
MAX_TEXT = 80  # characters that are stored of a filter, as visitors can write anything into an address

bp = Blueprint("events", __name__)


def record_search(answer: PhotoAnswer) -> str | None:
    """Store the search that this request is about to answer.

    Args:
        answer: what the page will show.

    Returns:
        The search event's id, for the page's ``search_event``; None if nothing is stored: the shop has it turned off,
        the visitor asked not to be tracked, or this is no visit by a person.
    """
    writer = services().events
    if writer is None or not takes_events() or not _is_visit():
        return None
    refined = bool(set(request.args) - {"lang"})  # with parameters, the same photo was answered before
    best = answer.prediction[0] if answer.prediction else None
    event = SearchEvent(
        search_id=draw_id(),
        searched_at=datetime.now(UTC),
        snapshot_id=answer.snapshot.id,
        category=best.category if best else None,
        probability=best.probability if best else None,
        recognised=answer.in_distribution,
        results=answer.total,
        companions=len(answer.goes_with),
        language=current_language(),
        filters=_describe_filters(answer),
        page=answer.request.page,
        refined=refined,
    )
    image: Image.Image | None = answer.image if services().keeps_photos and not refined else None
    return event.search_id if writer.put(event, image) else None


def takes_events() -> bool:
    """Whether something that the visitor does is stored: the shop stores events, and the visitor doesn't object."""
    return services().events is not None and not _asks_not_to_be_tracked()


@bp.post("/events")
@takes_form(MAX_BYTES)
def store_event() -> Response:
    """Store what a visitor did; the browser sends a click while it is leaving the page, and a form as a navigation."""
    if not _is_ours():
        return respond_in_json(
            ErrorResponse(403, "foreign_origin", "Events are taken from this shop's own pages only.")
        )
    writer = services().events
    if writer is not None and not _asks_not_to_be_tracked():
        event = read_event(_fields())
        if services().click_pace.take(client_network(request)) and is_sold(event):
            writer.put(event)
    response = _say_thanks() if "text/html" in request.headers.get("Accept", "") else Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return response


def _say_thanks() -> Response:
    """The page after a form that no script has sent, with a link to where it stood."""
    came_from = urlsplit(request.headers.get("Referer", ""))
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
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _is_visit() -> bool:
    """Whether a person sees the answer: not to a HEAD request, nor to a page that a browser fetches in advance."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method != "HEAD" and "prefetch" not in purpose


def _asks_not_to_be_tracked() -> bool:
    """Whether the browser sends Do Not Track, or its successor, Global Privacy Control."""
    return request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1"


def _describe_filters(answer: PhotoAnswer) -> dict[str, object]:
    """The filters and other parameters of a search, with long texts cut; of a box only that there was one."""
    asked = answer.request
    described = {
        name: value[:MAX_TEXT] if isinstance(value, str) else value
        for name, value in asdict(asked.filters).items()
        if value is not None and value != ()
    }
    if asked.colour_weight is not None:
        described["colour_weight"] = asked.colour_weight
    if answer.box is not None:
        described["box"] = True
    if asked.category is not None:
        described["as"] = asked.category
    return described
