"""What the shop's other systems send and fetch: events in, corrected labels out."""

from itertools import islice

from flask import Blueprint, Response, jsonify, request

from catalog.accounts.api_keys import EVENTS, READ
from catalog.labels.corrections import CorrectionStore
from search.query import DEFAULT_LIMIT
from webapp.api.cursors import link_next, read_cursor, write_cursor
from webapp.api.idempotency import idempotent
from webapp.api.json_bodies import read_object
from webapp.api.keys import has_key, needs_scope
from webapp.api.schemas import describe_correction
from webapp.errors import BadParameterError
from webapp.http.client_address import client_network
from webapp.http.cors import comes_from_a_named_origin
from webapp.http.parameters import read_limit
from webapp.http.tracking import asks_not_to_be_tracked
from webapp.services.access import services
from webapp.services.event_reading import is_sold, read_event

MOST_EVENTS = 100

bp = Blueprint("api_exchange", __name__, url_prefix="/api/v1")


@bp.post("/events")
@needs_scope(EVENTS, unless=comes_from_a_named_origin)
@idempotent
def events() -> tuple[Response, int]:
    """Store what shoppers did on other pages of the shop: opened, put into the cart, bought; all events or none.

    Programs send a key. Browsers can't keep one secret, so pages of the origins that the shop names need none.
    """
    sent = read_object().get("events")
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_EVENTS or not all(isinstance(e, dict) for e in sent):
        raise BadParameterError(f"events must be a list of 1 to {MOST_EVENTS} objects.")
    reported = [read_event(one) for one in sent]
    known = [event for event in reported if is_sold(event)]
    writer = services().events
    if writer is None or (not has_key() and asks_not_to_be_tracked()):
        return jsonify(stored=0), 202
    return jsonify(stored=sum(_has_room() and writer.put(event) for event in known)), 202


def _has_room() -> bool:
    """Whether one more event may be stored: of a program always, of people at their pace."""
    return has_key() or services().click_pace.take(client_network(request))


@bp.get("/label-corrections")
@needs_scope(READ)
def label_corrections() -> Response:
    """A page of the decisions on labels, ordered by product id."""
    limit, after = read_limit(request.args, DEFAULT_LIMIT), read_cursor(request.args)
    found = list(islice(CorrectionStore(services().catalog.database).iter_all(after), limit + 1))
    page = found[:limit]
    cursor = write_cursor(page[-1].product_id) if len(found) > limit else None
    return link_next(jsonify(label_corrections=[describe_correction(one) for one in page], next_cursor=cursor), cursor)
