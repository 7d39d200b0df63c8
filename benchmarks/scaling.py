"""How cost grows with the catalogue, through the whole engine: 1,000 to a million products, in one run.

    python benchmarks/scaling.py [--products 1000 10000 100000 1000000] [--folder FOLDER] [--write]

A search is all that an answer takes once its photo is embedded: prediction, look-alikes and what goes with them. Each
way to ask has photos of its own, so that none finds what another one left behind. Each size is a made-up shop of
clustered vectors without photos (``synthetic_shop.py``), whose index is written as a build writes it, and is measured
in a process of its own. Times are of one thread's processor, so other work on the machine counts little; the ratios to
the 10,000 products (or the smallest size) are what to look at. Recall is the share of the true 24 nearest that the
store finds, with filters that let so many photos through at random. With ``--folder``, indexes are kept there for the
next run. ``--write`` puts the table into docs/scaling.md and the figures into measured_scaling.json, which ``plan.py``
reads.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

QUERIES = 40
COMPARED_WITH = 10_000  # products
DOCUMENT = Path(__file__).parents[1] / "docs" / "scaling.md"
MEASURED = Path(__file__).with_name("measured_scaling.json")
BEGIN, END = "<!-- written by benchmarks/scaling.py -->", "<!-- end of what benchmarks/scaling.py writes -->"
SHARES = (1.0, 0.5, 0.05, 0.005, 0.0005)  # of the photos that a filter lets through
RECALL_QUERIES, RECALL_K = 40, 24
BUILD_FACTS = "build.json"

Costs = dict[str, float]


def main() -> None:
    """Print a table: a row for each cost, a column for each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(STEPS[arguments.step](arguments.products[0], arguments.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="vitrina-scaling-") as made:
        folder = arguments.folder or Path(made)
        costs = {count: run_steps(count, folder / str(count)) for count in sorted(arguments.products)}
    table = format_table(costs)
    print(table)
    if arguments.write:
        MEASURED.write_text(json.dumps({str(count): found for count, found in costs.items()}, indent=1) + "\n")
        write_between(DOCUMENT, BEGIN, END, table)


def run_steps(products: int, index_dir: Path) -> Costs:
    """Build a size's index with all cores, if it isn't there, and measure it with one, in processes of their own."""
    facts = index_dir / BUILD_FACTS
    if not facts.exists():
        index_dir.mkdir(parents=True, exist_ok=True)
        facts.write_text(json.dumps(run_step("build", products, index_dir, {})))
    built: Costs = json.loads(facts.read_text())
    measured: Costs = {}
    for step in ("measure", "memory"):
        measured |= run_step(step, products, index_dir, {"OMP_NUM_THREADS": "1"})
    return built | measured


def run_step(step: str, products: int, index_dir: Path, more: dict[str, str]) -> Any:
    """What a step of this script prints."""
    command = [sys.executable, __file__, "--step", step, "--products", str(products), "--folder", str(index_dir)]
    return json.loads(subprocess.run(command, env=os.environ | more, check=True, stdout=subprocess.PIPE).stdout)


def build(products: int, index_dir: Path) -> Costs:
    """Seconds that an index takes whose photos are embedded, without what a build learns of the shop."""
    from synthetic_shop import SyntheticShop

    from search.model.bundle import Bundle
    from search.settings import bundle_dir

    shop = SyntheticShop.draw(products, Bundle.open(bundle_dir()))
    started = time.perf_counter()
    shop.write(index_dir)
    return {"build, seconds on all cores": time.perf_counter() - started}


def measure(products: int, index_dir: Path) -> Costs:
    """What one size costs: milliseconds, bytes a product on disk, a worker's memory, and recall."""
    from synthetic_shop import draw_queries, open_shop

    from search.model.bundle import Bundle
    from search.settings import bundle_dir

    bundle = Bundle.open(bundle_dir())
    engine = open_shop(index_dir, bundle)
    ways = ways_to_ask(engine)
    embedded = iter(draw_queries(index_dir, bundle, 2 * QUERIES * len(ways)))
    costs: Costs = {}
    import numpy as np

    for name, ask in ways.items():
        taken = [processor_time(ask, next(embedded)) for _ in range(2 * QUERIES)][QUERIES:]  # the first ones warm up
        for level in (0.5, 0.99):
            costs[f"{name}, p{100 * level:.0f} ms"] = float(np.quantile(taken, level))
    size = sum(file.stat().st_size for file in index_dir.rglob("*") if file.is_file())
    costs["bytes a product on disk"] = size / products
    return costs | measure_recall(index_dir, bundle)


def measure_memory(products: int, index_dir: Path) -> Costs:
    """Megabytes of its own that a process has after some searches, and how many of them come with the index."""
    from synthetic_shop import open_shop

    from search.model.bundle import Bundle
    from search.settings import bundle_dir

    bundle = Bundle.open(bundle_dir())
    before = own_memory()
    engine = open_shop(index_dir, bundle)
    for position in range(0, products, max(1, products // QUERIES)):
        engine.similar(f"p{position:08d}")
        engine.goes_with(f"p{position:08d}")
    engine.facets()
    return {"memory of a process, MB of its own": own_memory(), "of these the catalogue's, MB": own_memory() - before}


def ways_to_ask(engine: Any) -> dict[str, Callable[[Any], object]]:
    """What is measured, by its name."""
    import numpy as np

    from search.query import Filters, Query, SearchRequest

    narrow = SearchRequest(filters=Filters(brands=("Brand 7",), colours=("Blue",)))

    def adopt(photo: Any) -> Any:
        return engine.adopt(Query(photo, "", np.empty(0), ()))

    return {
        "search": lambda photo: engine.rank(adopt(photo)),
        "page 5": lambda photo: engine.rank(adopt(photo), SearchRequest(page=5)),
        "narrow filter": lambda photo: engine.rank(adopt(photo), narrow),
        "facets, asked again": lambda _: engine.facets(narrow),
    }


def measure_recall(index_dir: Path, bundle: Any) -> Costs:
    """Of the index's store under the shop's own weights, against comparing all vectors that it holds."""
    import numpy as np
    from synthetic_shop import draw_queries

    from search.index.snapshot import Snapshot
    from search.index.vector_store import ProductFilter

    snapshot = Snapshot.open(index_dir / "one", bundle)
    store, rng = snapshot.store, np.random.default_rng(2)
    drawn = draw_queries(index_dir, bundle, RECALL_QUERIES, seed=3)
    queries = snapshot.balance.weigh(np.stack([query.vector for query in drawn]))
    scores = np.concatenate(
        [
            queries @ store.vectors(np.arange(start, min(start + 20_000, store.count))).T
            for start in range(0, store.count, 20_000)
        ],
        axis=1,
    )
    costs = {}
    for share in SHARES:
        allowed = rng.random(store.count) < share
        k = min(RECALL_K, int(allowed.sum()))
        if not k:
            continue
        only = None if share == 1 else ProductFilter(allowed, np.arange(store.count))
        found = []
        for query, own in zip(queries, scores, strict=True):
            least = np.partition(np.where(allowed, own, -np.inf), -k)[-k]
            rows, _ = store.search(query, k, only)
            found.append(np.mean(own[rows] >= least - 1e-5))
        costs[f"recall@24, {100 * share:g} % may answer"] = float(np.mean(found))
    return costs


def own_memory() -> float:
    """Megabytes that this process shares with no file: what each further worker takes."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1e3


def processor_time(ask: Callable[[Any], object], photo: Any) -> float:
    """Milliseconds of this thread's processor."""
    started = time.thread_time()
    ask(photo)
    return (time.thread_time() - started) * 1e3


def format_table(costs: dict[int, Costs]) -> str:
    """Costs, their ratios to one size, and the exponents of the powers that fit them best."""
    import numpy as np

    sizes = list(costs)
    base = COMPARED_WITH if COMPARED_WITH in costs else sizes[0]
    lines = [f"| | {' | '.join(f'{size:,}' for size in sizes)} | exponent |", "|---" * (len(sizes) + 2) + "|"]
    for name in costs[sizes[-1]]:
        values = [costs[size].get(name) for size in sizes]
        if name.startswith("recall"):
            lines.append(f"| {name} | {' | '.join('' if one is None else f'{one:.3f}' for one in values)} | |")
            continue
        known = np.array([one for one in values if one is not None])
        cells = [f"{value:,.2f} ({value / costs[base][name]:.2f} x)" for value in known.tolist()]
        exponent = f"{np.polyfit(np.log(sizes), np.log(np.maximum(known, 1e-6)), 1)[0]:.2f}" if len(sizes) > 1 else ""
        lines.append(f"| {name} | {' | '.join(cells)} | {exponent} |")
    return "\n".join(lines)


def write_between(document: Path, begin: str, end: str, text: str) -> None:
    """Replace what stands between two markers of a document."""
    before, _, rest = document.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


STEPS: dict[str, Callable[[int, Path], Costs]] = {"build": build, "measure": measure, "memory": measure_memory}

if __name__ == "__main__":
    main()
