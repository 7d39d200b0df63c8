import json
import logging
import sys
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webapp.boutique import ScriptedEngine
from webapp.http.request_log import (
    JSON,
    TEXT,
    describe_request,
    fields,
    format_request,
    loggable_path,
    make_formatter,
)

TOKEN = "k3" * 16


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        (f"/search/{TOKEN}", "/search/…"),
        (f"/search/{TOKEN}/photo.jpg", "/search/…/photo.jpg"),
        (f"//search/{TOKEN}/", "//search/…/"),
        (f"/nowhere/search/{TOKEN}", "/nowhere/search/…"),
        (f"/api/v1/photos/{TOKEN}/search", "/api/v1/photos/…/search"),
        (f"/api/photos/{TOKEN}/search", "/api/photos/…/search"),
        (f"/photos/{TOKEN}", "/photos/…"),
        (f"/photos/{'a1' * 32}/640.webp", f"/photos/{'a1' * 32}/640.webp"),
        ("/search", "/search"),
        ("/products/a b", "/products/a b"),
        ("/x\n2026 INFO forged", "/x\\n2026 INFO forged"),
    ],
)
def test_a_path_is_logged_without_what_opens_a_photo(path: str, logged: str) -> None:
    """Also where the address is mistyped; and nobody writes a line of their own into the log."""
    assert loggable_path(path) == logged


def test_a_line_about_a_request_holds_no_query_and_no_referrer() -> None:
    """Both hold addresses of answers, or what people typed."""
    environ = {
        "PATH_INFO": f"/search/{TOKEN}",
        "QUERY_STRING": f"back={TOKEN}",
        "HTTP_REFERER": f"https://shop.example/search/{TOKEN}",
        "HTTP_COOKIE": TOKEN,
        "REQUEST_METHOD": "GET",
        "REMOTE_ADDR": "127.0.0.1",
        "vitrina.client": "203.0.113.9",
        "vitrina.request_id": "abc",
    }
    described = describe_request(environ, "200", 12, 0.01234)
    assert described == {
        "request_id": "abc",
        "client": "203.0.113.9",
        "method": "GET",
        "path": "/search/…",
        "status": 200,
        "bytes": 12,
        "milliseconds": 12.3,
    }
    assert format_request(described) == "203.0.113.9 GET /search/… 200, 12 bytes, 12.3 ms, request abc"


def record_of(message: str, **more: object) -> logging.LogRecord:
    record = logging.LogRecord("webapp", logging.WARNING, __file__, 1, message, (), None)
    for name, value in more.items():
        setattr(record, name, value)
    return record


def test_json_is_one_object_a_line() -> None:
    """With what stands beside the message, and a traceback in it."""
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = record_of("what\nhappened", exc_info=sys.exc_info(), **fields({"status": 500}))
    line = make_formatter(JSON).format(record)
    assert "\n" not in line
    logged = json.loads(line)
    assert (logged["level"], logged["logger"], logged["message"]) == ("warning", "webapp", "what\nhappened")
    assert logged["status"] == 500
    assert "ValueError" in logged["exception"]
    assert logged["time"].endswith("+00:00")


def test_what_happens_during_a_request_is_logged_with_its_id(app: Flask) -> None:
    """In both formats, so that the lines of one request are found."""
    with app.test_request_context(f"/search/{TOKEN}", headers={"X-Request-ID": "proxy-0001"}):
        app.preprocess_request()
        logged = json.loads(make_formatter(JSON).format(record_of("slow")))
        assert (logged["request_id"], logged["path"]) == ("proxy-0001", "/search/…")
        assert make_formatter(TEXT).format(record_of("slow")).endswith("slow [request proxy-0001]")


@pytest.mark.parametrize("given", ["", "short", "a" * 200, "with space here", "<script>alert</script>"])
def test_every_answer_names_its_request(client: FlaskClient, given: str) -> None:
    """By an id of ours where the proxy gave none, or one that isn't an id."""
    answers = [client.get(address, headers={"X-Request-ID": given}) for address in ("/", "/nowhere", "/live")]
    ids = [answer.headers["X-Request-ID"] for answer in answers]
    assert len(set(ids)) == 3
    assert all(len(one) == 16 for one in ids)
    assert client.get("/", headers={"X-Request-ID": "proxy-0001"}).headers["X-Request-ID"] == "proxy-0001"


def test_an_error_is_logged_without_the_photo_s_token(
    client: FlaskClient,
    engine: ScriptedEngine,
    ask: Callable[..., TestResponse],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The path of the request that failed is in the log, and its token isn't."""
    address = ask(follow=False).headers["Location"]
    token = address.split("?")[0].rsplit("/", 1)[1]
    monkeypatch.setattr(engine, "current", lambda: 1 / 0)
    assert client.get(address).status_code == 500
    assert "/search/… failed" in caplog.text
    assert token not in caplog.messages[-1]
