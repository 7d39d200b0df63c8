"""What is logged of a request: an id to find it by, who asked for what, and nothing that opens a door.

The address of a shopper's answer holds the token of the shopper's photo, and queries hold whatever people type. So a
log names the path alone, without tokens, and never the page that a visitor came from.
"""

import json
import logging
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

from webapp.http.client_address import client_address

TEXT, JSON = FORMATS = ("text", "json")
REQUEST_ID_HEADER = "X-Request-ID"
ENVIRON_ID, ENVIRON_CLIENT = "vitrina.request_id", "vitrina.client"

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,80}")
# Behind "search", and behind "photos" unless it is the fingerprint of one of the catalogue's; wherever that stands,
# since a mistyped address names the same token.
_TOKEN = re.compile(r"(^|/)(search|photos(?!/[0-9a-f]{64}(?:/|$)))/[^/]+")
_FIELDS = "fields"  # of a log record: what stands beside its message


def init_app(app: Flask) -> None:
    """Give each request an id, which its answer carries; a proxy may have given it one already."""

    @app.before_request
    def identify() -> None:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        g.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        request.environ |= {ENVIRON_ID: g.request_id, ENVIRON_CLIENT: client_address(request)}

    @app.after_request
    def name(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = request_id()
        return response


def request_id() -> str:
    """The id of the current request; a new one if the request failed before it had one."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    found: str = g.request_id
    return found


def loggable_path(path: str) -> str:
    """A path as it may be written down: without the token of a shopper's photo, and in one line."""
    return _TOKEN.sub(r"\1\2/…", path).encode("unicode_escape").decode("ascii").replace("\\u2026", "…")


def describe_request(environ: Mapping[str, object], status: str, sent_bytes: int, seconds: float) -> dict[str, object]:
    """The fields of an access log's line, from a WSGI environment and what became of the request."""
    return {
        "request_id": environ.get(ENVIRON_ID),
        "client": environ.get(ENVIRON_CLIENT) or environ.get("REMOTE_ADDR"),
        "method": environ.get("REQUEST_METHOD"),
        "path": loggable_path(str(environ.get("PATH_INFO", ""))),
        "status": int(status) if status.isdigit() else status,
        "bytes": sent_bytes,
        "milliseconds": round(seconds * 1000, 1),
    }


def format_request(fields: Mapping[str, object]) -> str:
    """The same as a line for people."""
    return "{client} {method} {path} {status}, {bytes} bytes, {milliseconds} ms, request {request_id}".format_map(
        fields
    )


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and whatever else is known of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context() and "request_id" in g:
            line |= {"request_id": g.request_id, "method": request.method, "path": loggable_path(request.path)}
        line |= getattr(record, _FIELDS, {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """A line for people, with the request's id where there is a request."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; a traceback follows in further lines."""
        text = super().format(record)
        if has_request_context() and "request_id" in g:
            first, separator, rest = text.partition("\n")
            return f"{first} [request {g.request_id}]{separator}{rest}"
        return text


def make_formatter(log_format: str) -> logging.Formatter:
    """The formatter of one of ``FORMATS``."""
    return JsonFormatter() if log_format == JSON else TextFormatter()


def set_up_logging(log_format: str) -> None:
    """Write everything from warnings on to standard error, in one of ``FORMATS``."""
    handler = logging.StreamHandler()
    handler.setFormatter(make_formatter(log_format))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def fields(values: Mapping[str, object]) -> dict[str, object]:
    """The ``extra`` of a logging call that puts values beside the message."""
    return {_FIELDS: dict(values)}
