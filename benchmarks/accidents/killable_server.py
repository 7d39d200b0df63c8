"""The real server over a data directory, as a program sees it: it is asked through the API, and can be killed."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from catalog import Catalog
from catalog.accounts.api_keys import ApiKeyStore

TIMEOUT_SECONDS = 60.0


class KillableServer:
    """Two processes that serve a data directory, and a key for them.

    Args:
        home: the data directory, with products and an index.
        port: that is free.
    """

    def __init__(self, home: Path, port: int) -> None:
        self._environment = os.environ | {"VITRINA_HOME": str(home), "VITRINA_DATABASE_URL": ""}
        self._port = port
        with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog:
            self._key, _ = ApiKeyStore(catalog.database).make("benchmark", ["read", "write"], by="benchmark")
            self.products = list(catalog.iter_products())
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds until it answers searches; raises SystemExit if it doesn't."""
        command = [sys.executable, "-m", "webapp", "--port", str(self._port), "--workers", "2"]
        started = time.monotonic()
        self._process = subprocess.Popen(
            command, env=self._environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while time.monotonic() - started < TIMEOUT_SECONDS:
            try:
                if self.send("GET", "/ready")[0] == 200:
                    return time.monotonic() - started
            except OSError:
                time.sleep(0.1)
        self.kill()
        raise SystemExit("The server doesn't start.")

    @property
    def group(self) -> int:
        """The number of the process group of the running server."""
        assert self._process is not None  # noqa: S101 - for the type checker
        return self._process.pid

    def kill(self) -> None:
        """End all its processes at once, as a loss of power to them would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def send(self, method: str, path: str, fields: Any = None, photo: bytes | None = None) -> tuple[int, Any]:
        """Status and JSON of the answer; raises OSError (``http.client``'s errors too) if there is none."""
        headers, body = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}, None
        if fields is not None:
            body = json.dumps(fields).encode()
        if photo is not None:
            head = b'--edge\r\nContent-Disposition: form-data; name="product"\r\n\r\n' + (body or b"{}")
            head += b'\r\n--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
            body, headers["Content-Type"] = head + photo + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def holds(self, product_id: str, cents: int | None) -> bool:
        """Whether the catalogue and the index both know the product at a price; None: whether both don't know it."""
        status, product = self.send("GET", f"/api/products/{product_id}")
        similar, _ = self.send("GET", f"/api/products/{product_id}/similar?limit=1")
        if cents is None:
            return status == similar == 404
        return status == similar == 200 and round(product["price"] * 100) == cents
