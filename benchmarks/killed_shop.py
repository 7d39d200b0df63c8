"""A real server that is killed right after it has acknowledged a change, again and again: nothing may be lost.

Two processes serve a copy of a data directory. Each round sends a create, a patch or a delete, kills the whole server
with SIGKILL on its acknowledgement, starts it again, and asks both the catalogue and the index: what was acknowledged
must be there. It prints nothing.
"""

import math
import random
import shutil
import socket
import time
from pathlib import Path

from accidents.killable_server import KillableServer


class KilledShop(KillableServer):
    """A server on a copy of a data directory.

    Args:
        original: the data directory, with products and an index.
        home: where the copy is put.
    """

    def __init__(self, original: Path, home: Path) -> None:
        shutil.copytree(original, home, ignore=shutil.ignore_patterns("thumbnails", "demo", "*.lock"))
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        super().__init__(home, port)


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
            lost += [f"{one} after kill {number + 1}" for one, cents in expected.items() if not shop.holds(one, cents)]
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
