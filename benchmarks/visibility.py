"""How long after its acknowledgement a change is found by another process, in a catalogue of any size.

    python benchmarks/visibility.py [--products 1000000] [--changes 200] [--before 1000] [--folder FOLDER]

The index is a made-up shop's without photos (``synthetic_shop.py``; ``--folder`` keeps it as ``scaling.py`` does), and
``--before`` products have changed since its build. One process creates products with a photo and removes them through
the API, one after the other. Another one, which serves searches meanwhile, looks every few milliseconds whether it
finds what was acknowledged. The catalogue's database holds the changed products alone. The exit status is 1 if the 99th
percentile is above a second.
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from brute_force_catalogue import draw_photo
from sqlalchemy import insert
from synthetic_shop import SyntheticShop, draw_queries

from catalog import Catalog
from catalog.accounts.api_keys import WRITE, ApiKeyStore
from catalog.changes.change_feed import CatalogChanges
from catalog.storage.tables.changes import changes
from search.live import LiveEngine
from search.model.bundle import Bundle
from search.query import Query
from search.settings import bundle_dir
from search.updates import UpdatedIndex
from webapp import create_app
from webapp.services.access import services_of
from webapp.services.request_pace import MOST_PER_MINUTE, RequestPace

LIMIT_SECONDS = 1.0  # at the 99th percentile
_LOOK_SECONDS = 0.005
_GIVE_UP_SECONDS = 30.0
_BETWEEN_SEARCHES_SECONDS = 0.2


def main() -> None:
    """Print the percentiles."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--before", type=int, default=1000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seconds", type=float, default=500.0)
    arguments = parser.parse_args()
    until = time.monotonic() + arguments.seconds
    with tempfile.TemporaryDirectory(prefix="vitrina-visibility-") as made:
        index_dir = (arguments.folder or Path(made)) / str(arguments.products)
        if not (index_dir / "current").exists():
            SyntheticShop.draw(arguments.products, Bundle.open(bundle_dir())).write(index_dir)
        home = Path(made) / "home"
        home.mkdir()
        Catalog.open(f"sqlite:///{home / 'catalog.db'}").close()  # before there is an index, or it would count as lost
        (home / "index").symlink_to(index_dir.absolute())
        saved, found = measure(home, arguments.changes, arguments.before, until)
    slowest = np.argsort(found)[-5:][::-1].tolist()
    p50, p99 = np.percentile(found, [50, 99])
    ack50, ack99 = np.percentile(saved, [50, 99])
    print(
        f"{arguments.products:,} products, {arguments.before} of them changed before; {len(found)} creations and "
        f"removals: found by another process {p50:.2f} s after the acknowledgement (p50), {p99:.2f} s (p99), "
        f"{max(found):.2f} s at most; acknowledged after {ack50:.2f} s (p50), {ack99:.2f} s (p99); "
        f"the slowest were numbers {', '.join(str(one + 1) for one in slowest)}"
    )
    sys.exit(bool(p99 > LIMIT_SECONDS))


def measure(home: Path, count: int, before: int, until: float) -> tuple[list[float], list[float]]:
    """Seconds until each change was acknowledged, and from then on until the other process found it."""
    url = f"sqlite:///{home / 'catalog.db'}"
    with Catalog.open(url) as catalog:
        with catalog.database.writing() as connection:  # products that have gone since the build
            connection.execute(insert(changes), [{"product_id": f"p{number:08d}"} for number in range(before)])
        app = create_app(catalog=catalog, home=home)
        services_of(app).request_pace = RequestPace(MOST_PER_MINUTE)
        key, _ = ApiKeyStore(catalog.database).make("visibility", [WRITE], by="benchmark", per_minute=MOST_PER_MINUTE)
        client, headers = app.test_client(), {"Authorization": f"Bearer {key}"}
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        watcher = multiprocessing.get_context("spawn").Process(target=watch, args=(home, url, theirs))
        watcher.start()
        services_of(app).storefront.index.current()
        ours.recv()  # it is ready
        saved, found = [], []
        for number in range(count):
            if time.monotonic() > until:
                break
            product_id, creates = f"new-{number // 2}", number % 2 == 0
            began = time.monotonic()
            if creates:
                body = _form({"category": "Bags", "price": 10}, draw_photo(random.Random(1000 + number)))  # noqa: S311
                answer = client.put(f"/api/v1/products/{product_id}", headers=headers, **body)
            else:
                answer = client.delete(f"/api/v1/products/{product_id}", headers=headers)
            acknowledged = time.monotonic()
            if answer.status_code not in (200, 201):
                raise SystemExit(f"A change was refused: {answer.text}")
            ours.send((product_id, creates))
            found.append(max(0.0, ours.recv() - acknowledged))
            saved.append(acknowledged - began)
        ours.send(None)
        watcher.join()
        writer = services_of(app).events
        if writer is not None:
            writer.close()
    return saved, found


def watch(home: Path, url: str, asked: Connection) -> None:
    """In another process: search now and then, and say when each product is found or gone (``time.monotonic``)."""
    with Catalog.open(url) as catalog:
        index = UpdatedIndex(LiveEngine(home / "index", bundle_dir()), CatalogChanges(catalog.database))
        ended = threading.Event()
        queries = draw_queries(home / "index", index.current().bundle, 20)

        def search() -> None:
            number = 0
            while not ended.wait(_BETWEEN_SEARCHES_SECONDS):
                engine, number = index.current(), number + 1
                query = engine.adopt(Query(queries[number % len(queries)], "", np.empty(0), ()))
                if query is not None:
                    engine.rank(query)

        shopper = threading.Thread(target=search)
        shopper.start()
        asked.send("ready")
        for product_id, there in iter(asked.recv, None):
            deadline = time.monotonic() + _GIVE_UP_SECONDS
            while index.current().holds(product_id) is not there and time.monotonic() < deadline:
                time.sleep(_LOOK_SECONDS)
            asked.send(time.monotonic())
        ended.set()
        shopper.join()


def _form(fields: dict[str, object], photo: bytes) -> dict[str, object]:
    """A multipart body, as the test client takes it."""
    head = b'--edge\r\nContent-Disposition: form-data; name="product"\r\n\r\n' + json.dumps(fields).encode()
    head += b'\r\n--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n'
    return {"data": head + photo + b"\r\n--edge--\r\n", "content_type": "multipart/form-data; boundary=edge"}


if __name__ == "__main__":
    main()
