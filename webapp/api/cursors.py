"""Pages of long lists: a cursor names the last entry that was read, and the Link header leads to the next page."""

import base64
import binascii

from flask import Response
from werkzeug.datastructures import MultiDict

from webapp.errors import BadParameterError
from webapp.http.page_address import change_address

_LONGEST = 4000  # characters of a cursor; a product id has up to 500, each of up to four bytes


def write_cursor(text: str) -> str:
    """A cursor for the entry of this name."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(values: MultiDict[str, str]) -> str:
    """The name of the entry that the cursor stands for, "" without one; raises BadParameterError."""
    sent = values.get("cursor", "").strip()
    try:
        if len(sent) > _LONGEST or not sent.isascii():
            raise ValueError
        name = base64.b64decode(sent + "=" * (-len(sent) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        raise BadParameterError("cursor must be one that an answer gave as next_cursor, unchanged.") from None
    if "\x00" in name:
        raise BadParameterError("cursor must be one that an answer gave as next_cursor, unchanged.")
    return name


def link_next(response: Response, cursor: str | None) -> Response:
    """Name the next page in the Link header, if there is one (RFC 8288)."""
    if cursor is not None:
        response.headers["Link"] = f'<{change_address(cursor=cursor)}>; rel="next"'
    return response
