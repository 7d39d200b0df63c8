"""A real server that is killed right after it has acknowledged a change, again and again: nothing may be lost.

Two processes serve a copy of a data directory. Each round sends a create, a patch or a delete, kills the whole server
with SIGKILL on its acknowledgement, starts it again, and asks both the catalogue and the index: what was acknowledged
must be there. It prints nothing.
"""

import json
import math
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from catalog import Catalog
from catalog.accounts.api_keys import ApiKeyStore

TIMEOUT_SECONDS = 60.0


class KilledShop:
    """A server on a copy of a data directory, which can be killed.

    Args:
        original: the data directory, with products and an index.
        home: where the copy is put.
    """

    def __init__(self, original: Path, home: Path) -> None:
        shutil.copytree(original, home, ignore=shutil.ignore_patterns("thumbnails", "demo", "*.lock"))
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self._port = found.getsockname()[1]
        self._environment = os.environ | {"VITRINA_HOME": str(home), "VITRINA_DATABASE_URL": ""}
        with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog:
            self._key, _ = ApiKeyStore(catalog.database).make("benchmark", ["read", "write"], by="benchmark")
            self.products = list(catalog.iter_products())
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds until it answers searches."""
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
        raise RuntimeError("The server doesn't start.")

    def kill(self) -> None:
        """End all its processes at once, as a loss of power to them would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def send(self, method: str, path: str, fields: Any = None, photo: bytes | None = None) -> tuple[int, Any]:
        """Status and JSON of the answer."""
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


def kill_again_and_again(
    shop: KilledShop, kills: int, seed: int = 0, *, until: float = math.inf
) -> tuple[list[str], list[float]]:
    """The changes that were lost, and how long each start took."""
    rng = random.Random(seed)  # noqa: S311
    expected: dict[str, int | None] = {}
    lost: list[str] = []
    starts = [shop.start()]
    try:
        for number in range(kills):
            if time.monotonic() > until:
                break
            product_id, price = change(shop, rng, number, expected)
            shop.kill()
            expected[product_id] = price
            starts.append(shop.start())
            lost += [f"{one} after kill {number + 1}" for one, cents in expected.items() if not holds(shop, one, cents)]
    finally:
        shop.kill()
    return lost, starts


def change(
    shop: KilledShop, rng: random.Random, number: int, expected: dict[str, int | None]
) -> tuple[str, int | None]:
    """Send one change, and return which product has which price (in cents) now; None: it is gone."""
    living = [product_id for product_id, cents in expected.items() if cents is not None]
    kind = rng.choice(("create", "patch", "delete")) if living else "create"
    price = rng.randrange(100, 90_000)
    if kind == "create":
        like = rng.choice(shop.products)
        fields = {"category": like.category, "title": f"New {number}", "price": price / 100}
        sent = shop.send("PUT", f"/api/v1/products/new-{number}", fields, like.photos[0].path.read_bytes())
        product_id = f"new-{number}"
    else:
        product_id = rng.choice(living)
        method, fields = ("PATCH", {"price": price / 100}) if kind == "patch" else ("DELETE", {})
        sent = shop.send(method, f"/api/v1/products/{product_id}", fields)
    if sent[0] not in (200, 201):
        raise RuntimeError(f"The change wasn't taken: {sent}")
    return product_id, None if kind == "delete" else price


def holds(shop: KilledShop, product_id: str, cents: int | None) -> bool:
    """Whether the catalogue and the index both know the product as it was acknowledged."""
    status, product = shop.send("GET", f"/api/products/{product_id}")
    similar, _ = shop.send("GET", f"/api/products/{product_id}/similar?limit=1")
    if cents is None:
        return status == similar == 404
    return status == similar == 200 and round(product["price"] * 100) == cents
