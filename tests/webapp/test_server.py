import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from search.photo import MAX_BYTES
from tests.webapp.boutique import encode_form
from webapp.__main__ import main
from webapp.errors import ServerStartError
from webapp.server import address_of, bind_socket

START_SECONDS = 60  # importing FAISS on a busy machine takes a while

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")


def _start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "webapp", *arguments],
        env={**os.environ, "VITRINA_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _get(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=START_SECONDS) as response:  # noqa: S310 - our own server
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.fixture(scope="module")
def server(imported_home: Path) -> Iterator[str]:
    """The address of a real server on a free port, without an index."""
    process = _start(imported_home, "--port", "0", "--workers", "1")
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        address = re.search(r"http://\S+", line)
        assert address, line + process.stderr.read()
        yield address.group()
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert "Traceback" not in out + err
    assert "browsed, but not searched" in err


def test_a_real_server_answers(server: str) -> None:
    """Pages at once, and health with the reason why there is no search yet."""
    status, page = _get(server)
    assert status == 200
    assert b"Vitrina" in page
    status, health = _get(f"{server}/health")
    assert status == 503
    assert json.loads(health)["status"] == "unavailable"


def test_odd_ids_get_through_a_real_server(server: str) -> None:
    """Its own unquoting of addresses agrees with ours."""
    status, product = _get(f"{server}/api/products/MEN_Coats/A%C3%B1os%2050,%20%C3%A1%20b%3F.jpg")
    assert status == 200
    assert json.loads(product)["product_id"] == "MEN_Coats/Años 50, á b?.jpg"


def test_an_upload_over_the_limit_still_gets_its_answer(server: str) -> None:
    """A server that hangs up early resets the connection, and a browser shows that instead of the advice."""
    body, content_type = encode_form(b"\0" * (MAX_BYTES + 2**20), "large.jpg", {})
    connection = http.client.HTTPConnection(server.removeprefix("http://"), timeout=START_SECONDS)
    try:
        connection.request("POST", "/api/search", body, {"Content-Type": content_type})
        response = connection.getresponse()
        assert response.status == 413
        assert json.loads(response.read())["error"]["code"] == "photo_too_large"
    finally:
        connection.close()


def _connect(server: str, first: bytes = b"") -> socket.socket:
    host, port = server.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=START_SECONDS)
    connection.sendall(first)
    return connection


SLOW_STARTS = {
    "silent": b"",
    "headers": b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: ",
    "body": b"POST /api/search HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 1000000\r\n\r\n--x\r\n",
}


@pytest.mark.parametrize("kind", sorted(SLOW_STARTS))
def test_slow_visitors_keep_nobody_waiting(server: str, kind: str) -> None:
    """Many more than there are threads: they get none until their requests are complete."""
    slow = [_connect(server, SLOW_STARTS[kind]) for _ in range(60)]
    try:
        started = time.monotonic()
        assert _get(f"{server}/robots.txt")[0] == 200
        assert time.monotonic() - started < 5
    finally:
        for connection in slow:
            connection.close()


def test_a_request_that_comes_byte_by_byte_is_answered(server: str) -> None:
    """And the next one on the same connection, which came together with its last byte."""
    request = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"
    with _connect(server) as connection:
        for at in range(len(request)):
            connection.sendall(request[at : at + 1] if at < len(request) - 1 else request[at:] + request)
        answers = b""
        while answers.count(b"User-agent") < 2:
            received = connection.recv(65536)
            assert received, answers
            answers += received
    assert answers.count(b"HTTP/1.1 200 OK") == 2


def test_headers_without_an_end_are_answered(server: str) -> None:
    with _connect(server, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("characters", [4_200, 40_000])
def test_a_long_address_is_refused_in_the_shops_own_words(server: str, characters: int) -> None:
    """The server's own answer was a bare line, for people and for programs."""
    status, page = _get(f"{server}/?colour={'x' * characters}")
    assert (status, b"This address is too long" in page, b"</html>" in page) == (414, True, True)
    status, told = _get(f"{server}/api/v1/products?category={'%C3%B1' * (characters // 6)}")
    assert (status, json.loads(told)["code"]) == (414, "address_too_long")
    status, told = _get(f"{server}/api/categories?lang={'x' * characters}")
    assert (status, json.loads(told)["error"]["code"]) == (414, "address_too_long")
    assert _get(f"{server}/?colour={'x' * 4_000}")[0] != 414


def test_a_sender_who_asks_whether_to_go_on_is_told_so(server: str) -> None:
    body, content_type = encode_form(b"no photo", "a.jpg", {})
    head = (
        f"POST /api/search HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with _connect(server, head.encode()) as connection:
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(100).startswith(b"HTTP/1.1 503 ")  # the final answer: this shop has no index


def test_an_endless_body_in_chunks_is_refused(server: str) -> None:
    """As soon as it is longer than any form, though it never ends."""
    head = b"POST /studio/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    with _connect(server, head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n") as connection:
        connection.sendall(b"20000\r\n" + b"a" * 0x20000 + b"\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 4")


def test_a_taken_port_is_a_single_clear_line(tmp_path: Path) -> None:
    """What is the matter, and what to type instead; no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = time.monotonic()
        process = _start(tmp_path, "--port", str(port))
        out, err = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 1
    assert out == ""
    other = f"--port {port + 1} (make: PORT={port + 1})"
    advice = f"something else is listening there already. Choose another port, for example {other}."
    assert err.strip().splitlines() == [f"Error: Can't serve on 127.0.0.1:{port}: {advice}"]
    assert time.monotonic() - started < START_SECONDS


def test_a_database_that_cannot_be_opened_is_a_single_clear_line(tmp_path: Path) -> None:
    """Before any worker starts, and without trying again for ever."""
    (tmp_path / "catalog.db").write_text("not a database at all, " * 100)
    process = _start(tmp_path, "--port", "0")
    out, err = process.communicate(timeout=START_SECONDS)
    assert (process.returncode, out) == (1, "")
    assert "catalog.db" in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "name",
    [
        "VITRINA_API_PER_MINUTE",
        "VITRINA_CORS_ORIGINS",
        "VITRINA_EVENT_DAYS",
        "VITRINA_KEEP_PHOTOS",
        "VITRINA_METRICS_FROM",
        "VITRINA_PUBLIC_URL",
        "VITRINA_RESERVE_URL",
        "VITRINA_SNAPSHOTS_KEPT",
        "VITRINA_TRUSTED_PROXIES",
    ],
)
@pytest.mark.parametrize("value", ["javascript:nonsense", "https://[nonsense"])
def test_a_setting_that_makes_no_sense_is_a_single_clear_line(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything listens; else each worker would die of it, with its traceback."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path))
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("webapp.__main__.serve", lambda *_, **__: pytest.fail("it serves"))
    done = CliRunner().invoke(main, [])
    assert isinstance(done.exception, SystemExit)
    message = str(done.exception.code)
    assert message.startswith("Error: ")
    assert name in message


@pytest.mark.parametrize(
    ("host", "advice"), [("192.0.2.1", "no such address"), ("no.such.host.invalid", "use --host 127.0.0.1")]
)
def test_an_address_that_is_not_ours_is_refused(host: str, advice: str) -> None:
    """TEST-NET-1 belongs to nobody, and .invalid names nothing."""
    with pytest.raises(ServerStartError, match=advice):
        bind_socket(host, 0)


def test_a_forbidden_port_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system where low ports are the administrator's; tests may run as the administrator."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ServerStartError, match="below 1024"):
        bind_socket("127.0.0.1", 80)


def test_the_printed_address_can_be_opened() -> None:
    """Even when the server listens on every address."""
    with bind_socket("0.0.0.0", 0) as bound:  # noqa: S104
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address_of(bound))
