"""A server that does what its paths say, on this machine, which is allowed for these tests."""

import gzip
import io
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from PIL import Image

from catalog.downloads.settings import DownloadSettings


def photo_bytes(shade: int = 0) -> bytes:
    """A photo; another shade makes other bytes."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((40, 60)).point(lambda level: (level + shade) % 256).convert("RGB").save(
        file, "JPEG"
    )
    return file.getvalue()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "OddServer"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        with self.server.lock:
            self.server.asked[path] += 1
            self.server.headers[path] = dict(self.headers)
            self.server.active += 1
            self.server.most_active = max(self.server.most_active, self.server.active)
        try:
            getattr(self, f"send_{path.split('/')[1].partition('.')[0].replace('-', '_')}", self.send_photo)()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with self.server.lock:
                self.server.active -= 1

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        headers = {"Content-Type": "image/jpeg", **{name.replace("_", "-"): text for name, text in headers.items()}}
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def send_photo(self) -> None:
        self.answer(photo_bytes(sum(self.path.encode()) % 200))

    def send_versioned(self) -> None:
        """A photo with an ETag, and another version after ``server.version`` has changed."""
        etag = f'"v{self.server.version}"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.answer(photo_bytes(self.server.version), ETag=etag)

    def send_dated(self) -> None:
        date = "Wed, 21 Oct 2026 07:28:00 GMT"
        if self.headers.get("If-Modified-Since") == date:
            self.send_response(304)
            self.end_headers()
        else:
            self.answer(photo_bytes(3), Last_Modified=date)

    def send_slow(self) -> None:
        """A byte now and then, for ever."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.server.over.is_set():
            self.wfile.write(b"\xff")
            self.wfile.flush()
            time.sleep(0.05)

    def send_slowheaders(self) -> None:
        while not self.server.over.is_set():
            self.wfile.write(b"X: y\r\n" if self.server.begun else b"HTTP/1.1 200 OK\r\n")
            self.server.begun = True
            self.wfile.flush()
            time.sleep(0.05)

    def send_broken(self) -> None:
        """Half of a photo."""
        body = photo_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def send_flaky(self) -> None:
        """Breaks off the first time."""
        self.send_broken() if self.server.asked["/flaky"] == 1 else self.send_photo()

    def send_html(self) -> None:
        self.answer(b"<!DOCTYPE html><p>Sign in", Content_Type="text/html")

    def send_text(self) -> None:
        self.answer(b"product,price", Content_Type="image/jpeg")

    def send_404(self) -> None:
        self.answer(b"", 404)

    def send_500(self) -> None:
        self.answer(b"", 500)

    def send_429(self) -> None:
        """Twice too many requests."""
        self.answer(b"", 429, Retry_After="7") if self.server.asked["/429"] < 3 else self.send_photo()

    def send_429long(self) -> None:
        self.answer(b"", 429, Retry_After="9000")

    def send_endless(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        while not self.server.over.is_set():
            self.wfile.write(b"\xff\xd8\xff" + bytes(2**20))
        self.close_connection = True

    def send_bomb(self) -> None:
        """64 MiB of zeros in 64 KiB."""
        self.answer(gzip.compress(b"\xff\xd8\xff" + bytes(64 * 2**20)), Content_Encoding="gzip")

    def send_parts(self) -> None:
        """Packed part by part, as servers do that pack what they stream."""
        parts = [gzip.compress(photo_bytes()[:500]), gzip.compress(photo_bytes()[500:])]
        self.answer(b"".join(parts) + bytes(100), Content_Encoding="gzip")

    def send_redirect(self) -> None:
        """To the address behind ``?to=``."""
        self.answer(b"", 302, Location=unquote(self.path.partition("?to=")[2]))

    def send_accents(self) -> None:
        """To an address with a letter that is no ASCII, in UTF-8 as it is."""
        self.answer(b"", 302, Location="/camión.jpg".encode().decode("latin-1"))

    def send_stubborn(self) -> None:
        """Asks to wait for most of a minute each time."""
        self.answer(b"", 503, Retry_After="50")

    def send_loop(self) -> None:
        self.answer(b"", 302, Location="/loop")

    def send_secret(self) -> None:
        if self.headers.get("Authorization") == "Basic bmFtZTpwYXNz" and self.headers.get("X-Token") == "t":
            self.send_photo()
        else:
            self.answer(b"", 401)

    def send_feed(self) -> None:
        self.answer(self.server.feed, Content_Type="text/csv", ETag=f'"{hash(self.server.feed)}"')


class OddServer(ThreadingHTTPServer):
    """What it was asked, and what its answers depend on."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.active = self.most_active = self.version = 0
        self.begun = False
        self.feed = b""

    def handle_error(self, *_: object) -> None:
        """Clients that go away are what these tests are about."""

    def address(self, path: str) -> str:
        """The web address of a path."""
        return f"http://127.0.0.1:{self.server_port}{path}"


@pytest.fixture
def server() -> Iterator[OddServer]:
    """Serves until the test ends."""
    with OddServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> DownloadSettings:
    """Those that allow this machine, also for commands."""
    monkeypatch.setenv("VITRINA_DOWNLOAD_PRIVATE", "127.0.0.1")
    return DownloadSettings.read()
