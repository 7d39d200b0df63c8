"""What a web worker takes: memory of its own, and seconds from its start to the first right answer.

    python benchmarks/worker.py [--products 10000] [--searches 100] [--starts 5]

A made-up shop (``synthetic_shop.py``) with a catalogue of as many products, behind the real server with one worker. It
is started some times; the clock runs from the command to the first answer to a photo that is what the shop answers
later on, so it covers importing, opening catalogue, model and index; beside it stands the processor's time, which other
work on the machine lengthens less. Then the shop is searched with other photos, by two clients at a time, and the
worker's memory is read: what is its own, and with its share of what it maps. One run.
"""

import argparse
import json
import os
import tempfile
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from shop_load import post
from sqlalchemy import insert
from stage import prepare_demo, serve_shop
from synthetic_shop import SyntheticShop

from catalog import Catalog
from catalog.storage.tables.products import photos, products, sources
from search.model.bundle import Bundle
from search.settings import bundle_dir

_LOOK_SECONDS = 0.02
_GIVE_UP_SECONDS = 60.0
_NOW = "2026-01-01T00:00:00+00:00"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument(
        "--demo", type=Path, default=Path("var") / "bench-demo-7", help="data directory of the boutique"
    )
    arguments = parser.parse_args()
    demo = prepare_demo(arguments.demo.absolute())
    shoppers = [path.read_bytes() for path in sorted((demo / "shopper").iterdir())[: arguments.searches + 1]]
    with tempfile.TemporaryDirectory(prefix="vitrina-worker-") as made:
        home = Path(made)
        stock(home, arguments.products)
        starts = [start_and_search(home, shoppers) for _ in range(arguments.starts)]
    seconds, processor, memory = (np.array(values) for values in zip(*starts, strict=True))
    own, with_share = np.median(memory, axis=0)
    print(
        f"{arguments.products:,} products: {np.median(seconds):.1f} s from the start to the first right answer, "
        f"{np.median(processor):.1f} s of a processor (medians of {len(starts)}); "
        f"after {len(shoppers) - 1} searches the worker has {own:.0f} MB of its own, "
        f"{with_share:.0f} with its share of what it maps"
    )


def stock(home: Path, count: int) -> None:
    """A catalogue of so many products, and their index."""
    shop = SyntheticShop.draw(count, Bundle.open(bundle_dir()))
    columns = shop.content.products
    names = [name for name in columns if name in products.c and name != "group_id"]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*(columns[name] for name in names), strict=True)]
    fixed = {"source_id": 1, "added_at": _NOW, "published": True, "attributes": {}, "details": {}}
    shown = [
        {"product_id": row["product_id"], "position": 0, "path": f"/nowhere/{row['product_id']}.jpg"}
        | {"sha256": sha256, "size_bytes": 1, "mtime_ns": 1, "width": 800, "height": 1000}
        for row, sha256 in zip(rows, shop.content.photo_sha256, strict=True)
    ]
    with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog, catalog.database.writing() as connection:
        source = {"source_id": 1, "location": "/nowhere", "imported_at": _NOW, "rejected_rows": 0, "rejected_photos": 0}
        connection.execute(insert(sources), [source])
        connection.execute(insert(products), [row | fixed for row in rows])
        connection.execute(insert(photos), shown)
        connection.exec_driver_sql("DELETE FROM catalog_changes")  # the index has them all
    (home / "index").mkdir()
    shop.write(home / "index")


def start_and_search(home: Path, shoppers: list[bytes]) -> tuple[float, float, tuple[float, float]]:
    """Seconds until the first right answer, those of a processor, and the worker's memory after all searches."""
    started = time.monotonic()
    with serve_shop(home, VITRINA_DATABASE_URL="") as shop:
        while (first := ask(shop, shoppers[0])) is None and time.monotonic() - started < _GIVE_UP_SECONDS:
            time.sleep(_LOOK_SECONDS)
        seconds = time.monotonic() - started
        server = children(os.getpid())[0]
        worker = children(server)[0]
        processor = processor_seconds(server) + processor_seconds(worker)
        with ThreadPoolExecutor(2) as clients:
            answers = list(clients.map(lambda photo: ask(shop, photo), shoppers[1:]))
        if first is None or None in answers or ask(shop, shoppers[0]) != first:
            raise SystemExit("The first answer was another one than later on, or there was none.")
        return seconds, processor, read_memory(worker)


def ask(shop: str, photo: bytes) -> list[object] | None:
    """What a search answers, without its times; None while the shop isn't ready."""
    try:
        answer = json.loads(post(f"{shop}/api/v1/search", photo)[0])
    except (urllib.error.URLError, ConnectionError):
        return None
    return [answer["similar"], answer["goes_with"], answer["prediction"]] if answer["similar"] else None


def children(process: int) -> list[int]:
    """Of a process, from Linux."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]


def processor_seconds(process: int) -> float:
    """That a process has taken, itself and its system calls."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_memory(process: int) -> tuple[float, float]:
    """Megabytes that a process shares with nothing, and those with its share of what it maps."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1e3 for line in lines[1:]}
    return sizes["Anonymous"], sizes["Pss"]


if __name__ == "__main__":
    main()
