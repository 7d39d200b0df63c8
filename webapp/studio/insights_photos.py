"""Shoppers' photos that were kept with their searches, for the pages of insights."""

from flask import Response, send_file, url_for

from webapp.errors import MissingPageError
from webapp.services.access import services


def event_photo(search_id: str) -> Response:
    """A shopper's photo that was kept with its search event; raises MissingPageError if it isn't kept, or no longer."""
    try:
        path = services().event_photos.path(search_id)
    except ValueError:
        raise MissingPageError("That is no search.") from None
    if not path.is_file():
        raise MissingPageError("This search's photo isn't kept.")
    response = send_file(path, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def event_photo_address(search_id: str) -> str | None:
    """The address of a search's photo; None if the photo isn't kept."""
    try:
        kept = services().event_photos.path(search_id).is_file()
    except ValueError:
        return None
    return url_for("studio.insights.event_photo", search_id=search_id) if kept else None
