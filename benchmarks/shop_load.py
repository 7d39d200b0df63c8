"""Many shoppers at once: 200 searches by 8 clients through the real server, by API and by page.

    python benchmarks/shop_load.py [--searches 200] [--clients 8] [--workers 2] [--home DIR]

Then how near that comes to decoding and embedding alone, and what refining an answer costs, with the photo's query
remembered and without: ratios within one run.

Draws and indexes the demo boutique in a data directory of its own, serves it, and sends real photos: those of the
development photos that were taken at home where they are, else the boutique's shopper photos. Every answer must be
one; a search by page follows the redirect to its answer. One run. The clients share the machine with the server, so
the times are those of a busy shop; the shares say where a search spends them.
"""

import argparse
import csv
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import numpy as np
from embedding_ceiling import measure_ceiling
from stage import prepare_demo, serve_shop

from indexer.training.development_photos import data_dir
from webapp.services.paths import AppPaths

TIMEOUT_SECONDS = 60
STAGES = ("decode", "embed", "search")
REFINED = 12  # photos whose answers are refined
REFINEMENTS = ("?colour_weight=0.8", "?in_stock=true", "?max_price=200")


@dataclass(frozen=True)
class Outcome:
    """One search: how long the client waited, and what the server says that its stages took (empty for a page)."""

    seconds: float
    took_ms: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Print a table of times for the API and the pages, and one of the API's stages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2, help="the server's processes")
    parser.add_argument("--home", type=Path, default=Path("var") / "bench-demo-7", help="data directory to use")
    arguments = parser.parse_args()
    home = arguments.home.absolute()
    demo = prepare_demo(home)
    what, photos = gather_photos(demo, arguments.searches)
    with serve_shop(home, workers=arguments.workers, VITRINA_SAMPLES=str(demo), VITRINA_DATABASE_URL="") as shop:
        for number in range(2 * arguments.workers):  # every process opens the index before the clock starts
            search_by_api(shop, photos[number % len(photos)])
        rows, outcomes = [], []
        for name, search in (("POST /api/search", search_by_api), ("POST /search, its page", search_by_page)):
            seconds, found = run_clients(search, shop, photos, arguments.clients)
            rows.append((name, seconds, found))
            outcomes.append(found)
        refined = time_refining(shop, home, photos[:REFINED])
    ceiling = measure_ceiling(photos, arguments.workers)
    bytes_each = np.median([len(photo) for photo in photos]) / 1000
    print(
        f"\n{arguments.searches} searches by {arguments.clients} clients, {arguments.workers} server processes; "
        f"{what}, median {bytes_each:.0f} KB; one run, no errors\n"
    )
    print_times(rows)
    reached = len(photos) / rows[0][1]
    print(
        f"\nSearches by the API reach {reached / ceiling:.2f} of the {ceiling:.1f} photos a second that as many "
        "processes decode and embed alone, without clients beside them"
    )
    print_stages(outcomes[0])
    remembered, anew = refined
    print(
        f"\nA refined page: {remembered:.0f} ms; {anew:.0f} ms if its photo is embedded anew, {anew / remembered:.1f} "
        f"times as long (medians of {REFINED} photos with {len(REFINEMENTS)} refinements each, one client)"
    )


def gather_photos(demo: Path, count: int) -> tuple[str, list[bytes]]:
    """What the photos are, and ``count`` of them, from the start again where there are fewer."""
    home_photos = data_dir() / "clothing" / "images.csv"
    table, column, what = (
        (home_photos, "image", "photos taken at home")
        if home_photos.is_file()
        else (demo / "shopper.csv", "photo", "the demo boutique's shopper photos")
    )
    with table.open(newline="", encoding="utf-8") as file:
        names = [row[column] for row in csv.DictReader(file)]
    step = max(1, len(names) // count)
    chosen = [(table.parent / name).read_bytes() for name in names[::step][:count]]
    return what, [chosen[number % len(chosen)] for number in range(count)]


def run_clients(
    search: Callable[[str, bytes], Outcome], shop: str, photos: list[bytes], clients: int
) -> tuple[float, list[Outcome]]:
    """Seconds that all searches took together, and what became of each; ends the program at the first error."""
    gate = threading.Barrier(clients + 1)

    def work(share: list[bytes]) -> list[Outcome]:
        gate.wait()
        return [search(shop, photo) for photo in share]

    with ThreadPoolExecutor(clients) as pool:
        shares = [pool.submit(work, photos[client::clients]) for client in range(clients)]
        gate.wait()
        started = time.perf_counter()
        try:
            outcomes = [outcome for share in shares for outcome in share.result()]
        except (OSError, HTTPException, ValueError) as error:  # an HTTP error status is an OSError too
            raise SystemExit(f"A search failed: {error}") from error
        return time.perf_counter() - started, outcomes


def search_by_api(shop: str, photo: bytes) -> Outcome:
    """As a program asks."""
    started = time.perf_counter()
    answer = json.loads(post(f"{shop}/api/search", photo)[0])
    if not answer["similar"]:
        raise ValueError("an answer without products")
    return Outcome(time.perf_counter() - started, answer["took_ms"])


def search_by_page(shop: str, photo: bytes) -> Outcome:
    """As a browser asks, redirect included."""
    started = time.perf_counter()
    page, _ = post(f"{shop}/search", photo)
    if b'href="/products/' not in page:
        raise ValueError("a page without products")
    return Outcome(time.perf_counter() - started)


def time_refining(shop: str, home: Path, photos: list[bytes]) -> tuple[float, float]:
    """Median milliseconds of a refined results page: as it is, and with what was embedded of the photo taken away."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    kept = AppPaths.below(home).query_photos
    for photo in photos:
        address = post(f"{shop}/search", photo, accept="application/json")[1]["Location"]
        for refinement in REFINEMENTS:
            for remembered in (False, True):  # the first one embeds the photo, which the second one remembers
                if not remembered:
                    for query in kept.glob("*.query"):
                        query.unlink()
                started = time.perf_counter()
                with urllib.request.urlopen(shop + address + refinement, timeout=TIMEOUT_SECONDS) as page:  # noqa: S310
                    page.read()
                seconds[remembered].append(time.perf_counter() - started)
    return float(np.median(seconds[True])) * 1000, float(np.median(seconds[False])) * 1000


def post(address: str, photo: bytes, accept: str = "*/*") -> tuple[bytes, Mapping[str, str]]:
    """The body and the headers of the answer; raises an OSError for any status that isn't one of success."""
    head = '--frontier\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n\r\n'
    body = head.encode() + photo + b"\r\n--frontier--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=frontier", "Accept": accept}
    request = urllib.request.Request(address, body, headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
        return response.read(), response.headers


def print_times(rows: list[tuple[str, float, list[Outcome]]]) -> None:
    """Markdown: what a client waits, and how many are answered in a second."""
    print("| searches by | p50 ms | p95 ms | slowest ms | answered per second |")
    print("|---|---|---|---|---|")
    for name, seconds, outcomes in rows:
        waited = np.array([outcome.seconds for outcome in outcomes]) * 1000
        p50, p95 = np.percentile(waited, [50, 95])
        print(f"| {name} | {p50:.0f} | {p95:.0f} | {waited.max():.0f} | {len(outcomes) / seconds:.1f} |")


def print_stages(outcomes: list[Outcome]) -> None:
    """Markdown: where the API's searches spend their time, as medians and as shares of what the clients waited."""
    waited = sum(outcome.seconds for outcome in outcomes) * 1000
    stages = {stage: [outcome.took_ms[stage] for outcome in outcomes] for stage in STAGES}
    stages["products and answer"] = [
        outcome.took_ms["total"] - sum(outcome.took_ms[stage] for stage in STAGES) for outcome in outcomes
    ]
    stages["transfer, form, JSON and waiting for a turn"] = [
        outcome.seconds * 1000 - outcome.took_ms["total"] for outcome in outcomes
    ]
    print("\n| stage | p50 ms | share |\n|---|---|---|")
    for stage, took in stages.items():
        print(f"| {stage} | {np.median(took):.1f} | {sum(took) / waited:.0%} |")


if __name__ == "__main__":
    main()
