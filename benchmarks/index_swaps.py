"""What shoppers see while the live index changes again and again: failures, and answers that mix two indexes.

    python benchmarks/index_swaps.py HOME [--swaps 20] [--clients 8] [--workers 2]

HOME is a data directory with products; it is copied. Two indexes are built of it, one of every other product and one of
the rest, so that each product of an answer tells which index found it. They are made live in turn while the clients
search by the API, by the results page and look at products. The exit status is 1 if a request failed or was mixed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from shoppers import PRODUCT, SEARCH, Seen, Shoppers
from sqlalchemy import delete, update
from stage import serve_shop

from catalog import Catalog
from catalog.storage.tables.changes import changes
from catalog.storage.tables.products import products
from search.index.manifest import live_name, publish_snapshot

MANY = "1000000"
SECONDS_EACH = 2.0  # that an index is live


def main() -> None:
    """Print what was asked, what failed and what was mixed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--swaps", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitrina-swaps-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(arguments.home, home, ignore=shutil.ignore_patterns("thumbnails", "demo", "index", "*.lock"))
        indexes, photos = build_both(home)
        every = sorted(set.union(*indexes.values()))
        with serve_shop(
            home, workers=arguments.workers, VITRINA_DATABASE_URL="", VITRINA_API_PER_MINUTE=MANY
        ) as address:
            shoppers = Shoppers(address, photos, every, arguments.clients)
            with shoppers.asking():
                time.sleep(SECONDS_EACH)
                published = [swap(home / "index", list(indexes)) for _ in range(arguments.swaps)]
    sys.exit(report(shoppers.seen, indexes, published))


def build_both(home: Path) -> tuple[dict[str, set[str]], list[bytes]]:
    """Name of each index -> its products; and photos to search for."""
    indexes = {}
    with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog:
        every = list(catalog.iter_products())
        groups = sorted({one.group_id or one.product_id for one in every})
        half = set(groups[::2])
        for wanted in (True, False):
            own = {one.product_id for one in every if ((one.group_id or one.product_id) in half) is wanted}
            with catalog.database.writing() as connection:
                connection.execute(update(products).values(published=True))
                others = [one.product_id for one in every if one.product_id not in own]
                connection.execute(update(products).where(products.c.product_id.in_(others)).values(published=False))
            environment = os.environ | {"VITRINA_HOME": str(home), "VITRINA_DATABASE_URL": ""}
            subprocess.run([sys.executable, "-m", "indexer", "build"], env=environment, check=True, capture_output=True)
            indexes[live_name(home / "index") or ""] = own
        with catalog.database.writing() as connection:
            connection.execute(update(products).values(published=True))
            connection.execute(delete(changes))  # both indexes stay as they are
    return indexes, [one.photos[0].path.read_bytes() for one in every[:: max(1, len(every) // 40)]]


def swap(index_dir: Path, names: list[str]) -> tuple[float, str]:
    """Make the other index live; when, and which."""
    name = next(one for one in names if one != live_name(index_dir))
    publish_snapshot(index_dir, name)
    at = time.monotonic()
    time.sleep(SECONDS_EACH)
    return at, name


def report(seen: list[Seen], indexes: dict[str, set[str]], published: list[tuple[float, str]]) -> bool:
    """Print the figures; whether anything was wrong. A product's page has products of both indexes beside it only."""
    searched = [one for one in seen if one.kind != PRODUCT]
    failed = [one for one in seen if one.status != 200]
    mixed = [
        one
        for one in searched
        if one.status == 200
        and not any(one.product_ids <= own and one.snapshot in (None, name) for name, own in indexes.items())
    ]
    empty = [one for one in searched if one.status == 200 and not one.product_ids]
    waits = []
    for at, name in published:
        first = [one.at - at for one in seen if one.kind == SEARCH and one.snapshot == name and one.at > at]
        waits += [min(first)] if first else []
    took = np.percentile([one.seconds for one in searched], [50, 99])
    print(
        f"{len(published)} swaps, {len(seen)} requests ({len(searched)} searches): {len(failed)} failed, "
        f"{len(mixed)} mixed, {len(empty)} empty; searches p50 {took[0]:.2f} s, p99 {took[1]:.2f} s; a new index "
        f"answered {np.median(waits):.1f} s after its publication (median of {len(waits)}), {max(waits):.1f} s at most"
    )
    for one in (*failed[:5], *mixed[:5]):
        print(one)
    return bool(failed or mixed or empty)


if __name__ == "__main__":
    main()
