"""What shoppers see while an engine is killed and comes back: statuses before, during and after, and how long it takes.

    python benchmarks/outages.py milvus|postgresql HOME [--away 10] [--clients 4]

HOME is a data directory with the demo boutique (its folder ``demo``); it is copied. The engine is a real server that
this starts, kills as a crash does, and starts again ``--away`` seconds later, while shoppers search and look at
products. The exit status is 1 if an answer was empty, or if the shop hasn't come back within three minutes.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engines import kill_postgresql, serve_milvus, serve_postgresql, start_postgresql
from shoppers import PRODUCT, RESULTS, SEARCH, Seen, Shoppers
from stage import serve_shop

WARM = 24  # answers before the clock starts
BEFORE_SECONDS, AFTER_SECONDS, PATIENCE_SECONDS = 6.0, 10.0, 180.0


@dataclass(frozen=True)
class Engine:
    """A running server, and how it is killed and started again."""

    environment: dict[str, str]
    kill: Callable[[], None]
    start: Callable[[], None]


def main() -> None:
    """Print a table of what was answered in each phase."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("engine", choices=("milvus", "postgresql"))
    parser.add_argument("home", type=Path)
    parser.add_argument("--away", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=4)
    arguments = parser.parse_args()
    serve = run_milvus if arguments.engine == "milvus" else run_postgresql
    with tempfile.TemporaryDirectory(prefix="vitrina-outages-") as folder, serve() as engine:
        home = Path(folder) / "home"
        shutil.copytree(
            arguments.home, home, ignore=shutil.ignore_patterns("thumbnails", "index", "catalog.db*", "*.lock", "demo")
        )
        demo = arguments.home / "demo"
        for command in (["catalog", "import", str(demo / "products.csv"), "--alone"], ["indexer", "build"]):
            environment = os.environ | engine.environment | {"VITRINA_HOME": str(home)}
            subprocess.run([sys.executable, "-m", *command], env=environment, check=True, capture_output=True)
        photos = [path.read_bytes() for path in sorted((demo / "shopper").glob("*.jpg"))[:40]]
        ids = sorted(line.partition(",")[0] for line in (demo / "products.csv").read_text("utf-8").splitlines()[1:200])
        with serve_shop(home, workers=2, VITRINA_API_PER_MINUTE="1000000", **engine.environment) as address:
            shoppers = Shoppers(address, photos, ids, arguments.clients, pause=0.05)
            with shoppers.asking():
                times = interrupt(engine, shoppers, arguments.away)
    sys.exit(report(arguments.engine, shoppers.seen, times))


def interrupt(engine: Engine, shoppers: Shoppers, away: float) -> list[float]:
    """When the engine was killed, when it was started again, when it said that it is ready, and when all was well."""
    while sum(one.status == 200 for one in shoppers.seen) < WARM:  # every process has opened the index
        time.sleep(0.1)
    shoppers.seen.clear()
    time.sleep(BEFORE_SECONDS)
    times = [time.monotonic()]
    engine.kill()
    time.sleep(away)
    times.append(time.monotonic())
    engine.start()
    times.append(time.monotonic())
    while time.monotonic() - times[2] < PATIENCE_SECONDS:
        time.sleep(0.5)
        latest = [one for one in shoppers.seen if one.at > time.monotonic() - AFTER_SECONDS]
        if time.monotonic() - times[2] > AFTER_SECONDS and all(one.status == 200 for one in latest):
            break
    bad = [one.at + one.seconds for one in shoppers.seen if one.status != 200]
    return [*times, max([times[0], *bad])]


@contextmanager
def run_milvus() -> Iterator[Engine]:
    """A Milvus that keeps the vectors."""
    with serve_milvus() as server:
        names = ("VITRINA_VECTOR_STORE", "VITRINA_MILVUS_TOKEN")
        yield Engine(
            {name: os.environ[name] for name in names} | {"VITRINA_DATABASE_URL": ""}, server.kill, server.start
        )


@contextmanager
def run_postgresql() -> Iterator[Engine]:
    """A PostgreSQL that keeps the catalogue."""
    with serve_postgresql() as url:
        yield Engine({"VITRINA_DATABASE_URL": url}, lambda: kill_postgresql(url), lambda: start_postgresql(url))


def report(engine: str, seen: list[Seen], times: list[float]) -> bool:
    """Print what was seen; whether anything was wrong."""
    killed, started, ready, well = times
    phases = {
        "before": (0.0, killed),
        "engine away": (killed, started),
        "engine starting": (started, ready),
        "engine ready, shop not yet well": (ready, max(ready, well)),
        "afterwards": (max(ready, well), float("inf")),
    }
    print(f"\n{engine} killed, started {started - killed:.0f} s later, ready after {ready - started:.1f} s; ", end="")
    print(f"last failure {max(0.0, well - ready):.1f} s after it was ready; {len(seen)} requests\n")
    print(f"| answered while | {SEARCH} | {RESULTS} | {PRODUCT} | slowest |\n|---|---|---|---|---|")
    for name, (start, end) in phases.items():
        found = [one for one in seen if start <= one.at + one.seconds < end]
        cells = []
        for kind in (SEARCH, RESULTS, PRODUCT):
            counted = Counter(one.status or "no answer" for one in found if one.kind == kind)
            cells.append(", ".join(f"{count} x {status}" for status, count in counted.most_common()) or "-")
        slowest = max((one.seconds for one in found), default=0.0)
        print(f"| {name} | {' | '.join(cells)} | {slowest:.1f} s |")
    empty = [one for one in seen if one.status == 200 and one.kind != PRODUCT and not one.product_ids]
    reasons = Counter((one.status, one.reason[:120]) for one in seen if one.status != 200 and one.kind == SEARCH)
    print(f"\n{len(empty)} empty answers. Reasons: {reasons.most_common(4)}")
    return bool(empty) or not any(one.status == 200 for one in seen if one.at > well)


if __name__ == "__main__":
    main()
