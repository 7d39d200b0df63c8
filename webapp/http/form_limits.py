"""How much a request may carry: an address and a form are small, and only what takes a file may be sent one."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.errors import AddressTooLongError

ADDRESS_CHARACTERS = 4_094  # of path and query; a proxy in front may take fewer, and browsers take more
FORM_BYTES = 64 * 1024  # of a form without a file, or of what comes beside the file
MAX_FIELDS = 500  # of a form; the longest one of the studio has about 100

_ADDRESSES = "MOST_ADDRESS_CHARACTERS"  # in the app's configuration
_FILE_BYTES, _FORM_BYTES = "takes_file_bytes", "takes_form_bytes"  # attributes of views
View = TypeVar("View", bound=Callable[..., Any])


class FormTooLargeError(RequestEntityTooLarge):
    """A form without a file that has too many bytes, or too many fields."""


def takes_file(max_bytes: int) -> Callable[[View], View]:
    """Decorate a view that takes a file of up to ``max_bytes`` in a multipart form."""

    def decorate(view: View) -> View:
        setattr(view, _FILE_BYTES, max_bytes)
        return view

    return decorate


def takes_form(max_bytes: int) -> Callable[[View], View]:
    """Decorate a view whose form, or JSON, is smaller than others': it may have up to ``max_bytes``."""

    def decorate(view: View) -> View:
        setattr(view, _FORM_BYTES, max_bytes)
        return view

    return decorate


def large_uploads(app: Flask, above: int) -> dict[str, int]:
    """Path -> most bytes of a request, of the views that take a larger file than ``above`` bytes."""
    found = {}
    for rule in app.url_map.iter_rules():
        most = int(getattr(app.view_functions[rule.endpoint], _FILE_BYTES, 0))
        if most > above and not rule.arguments:
            found[rule.rule] = most + FORM_BYTES
    return found


def limit_addresses(app: Flask) -> None:
    """Have the app refuse long addresses, in its own words; for a server that hands over addresses of any length."""
    app.config[_ADDRESSES] = ADDRESS_CHARACTERS


def init_app(app: Flask) -> None:
    """Limit what every request may carry, before anything reads it."""
    app.config.update(MAX_CONTENT_LENGTH=FORM_BYTES, MAX_FORM_PARTS=MAX_FIELDS)
    app.before_request(_limit)


def _limit() -> None:
    most = current_app.config.get(_ADDRESSES)
    length = len(request.environ.get("RAW_URI") or request.full_path)  # as it was sent; decoded it is shorter
    if most is not None and length > most:
        raise AddressTooLongError(
            f"The address has {length:,} characters; at most {most:,} are read. Choose fewer filters or fewer words."
        )
    view = current_app.view_functions.get(request.endpoint or "")
    file_bytes = int(getattr(view, _FILE_BYTES, 0)) if request.mimetype == "multipart/form-data" else 0
    if file_bytes:
        request.max_content_length = file_bytes + FORM_BYTES
    else:
        request.max_content_length = int(getattr(view, _FORM_BYTES, FORM_BYTES))
        if (request.content_length or 0) > request.max_content_length:
            raise FormTooLargeError(
                f"A form may have up to {request.max_content_length // 1024} KiB here; this one is larger."
            )
    if request.mimetype == "application/x-www-form-urlencoded":
        # Werkzeug counts the parts of a multipart form, and not the fields of this kind.
        fields = request.get_data(cache=True).count(b"&") + 1
        if fields > MAX_FIELDS:
            raise FormTooLargeError(f"A form may have up to {MAX_FIELDS} fields; this one has {fields}.")
