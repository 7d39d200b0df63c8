"""Stores the searches by photo as events; without anything that tells who searched."""

from dataclasses import asdict
from datetime import UTC, datetime

from flask import request
from PIL import Image

from catalog.events.event_store import SearchEvent, draw_id
from webapp.http.tracking import asks_not_to_be_tracked
from webapp.http.translations import current_language
from webapp.services.access import services
from webapp.services.rankings import PhotoAnswer

MAX_TEXT = 80  # characters that are stored of a filter, as visitors can write anything into an address


def record_search(answer: PhotoAnswer, *, keeps_photo: bool = True) -> str | None:
    """Store the search that this request is about to answer.

    Args:
        answer: what the visitor will see.
        keeps_photo: whether the photo is kept with the event, if the shop keeps photos.

    Returns:
        The search event's id, which clicks will name; None if nothing is stored: the shop has it turned off,
        the visitor asked not to be tracked, or this is no visit by a person.
    """
    writer = services().events
    if writer is None or not takes_events() or not _is_visit():
        return None
    # With parameters in its address, the same photo was answered before; one that is sent was not.
    refined = request.method != "POST" and bool(set(request.args) - {"lang"})
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
    image: Image.Image | None = answer.image if services().keeps_photos and keeps_photo and not refined else None
    return event.search_id if writer.put(event, image) else None


def takes_events() -> bool:
    """Whether something that the visitor does is stored: the shop stores events, and the visitor doesn't object."""
    return services().events is not None and not asks_not_to_be_tracked()


def _is_visit() -> bool:
    """Whether a person sees the answer: not to a HEAD request, nor to a page that a browser fetches in advance."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method != "HEAD" and "prefetch" not in purpose


def _describe_filters(answer: PhotoAnswer) -> dict[str, object]:
    """The filters and other parameters of a search, with long texts cut; of a box only that there was one."""
    asked = answer.request
    described = {
        name: _cut(value) for name, value in asdict(asked.filters).items() if value is not None and value != ()
    }
    if asked.colour_weight is not None:
        described["colour_weight"] = asked.colour_weight
    if answer.box is not None:
        described["box"] = True
    if asked.category is not None:
        described["as"] = asked.category
    return described


def _cut(value: object) -> object:
    """A value whose texts, alone or in lists, are no longer than ``MAX_TEXT``."""
    if isinstance(value, tuple):
        return [_cut(one) for one in value]
    return value[:MAX_TEXT] if isinstance(value, str) else value
