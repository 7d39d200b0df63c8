"""How the cost of a search grows with the catalogue: processor time of the engine without the embedding, in one run.

A search is all that an answer takes once its photo is embedded: prediction, look-alikes and what goes with them. Each
way to ask has photos of its own, so that none finds what another one left behind.

    python benchmarks/scaling.py [--products 1000 10000 100000 1000000] [--folder FOLDER]

Each size is a made-up shop of clustered vectors without photos (``synthetic_shop.py``), whose index is written as a
build writes it. Times are of one thread's processor, so that other work on the machine counts little; the ratios to the
10,000 products (or the smallest size) are what to look at. With ``--folder``, indexes are kept there for the next run.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before FAISS is imported: all time is then this thread's

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
from synthetic_shop import SyntheticShop, draw_queries, open_shop

from search.engine import SearchEngine
from search.model.bundle import Bundle
from search.query import Filters, Query, QueryEmbedding, SearchRequest
from search.settings import bundle_dir

QUERIES = 40
COMPARED_WITH = 10_000  # products
NARROW = SearchRequest(filters=Filters(brands=("Brand 7",), colour="Blue"))

Costs = dict[str, float]


def main() -> None:
    """Print a table: a row for each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    bundle = Bundle.open(bundle_dir())
    with tempfile.TemporaryDirectory(prefix="vitrina-scaling-") as made:
        folder = arguments.folder or Path(made)
        costs = {count: measure(count, folder / str(count), bundle) for count in sorted(arguments.products)}
    print(format_table(costs))


def measure(products: int, index_dir: Path, bundle: Bundle) -> Costs:
    """What one size costs: milliseconds at the median, and bytes a product on disk."""
    if not (index_dir / "current").exists():
        SyntheticShop.draw(products, bundle).write(index_dir)
    engine = open_shop(index_dir, bundle)
    embedded = iter(draw_queries(index_dir, bundle, 2 * QUERIES * len(ways_to_ask(engine))))
    costs = {}
    for name, ask in ways_to_ask(engine).items():
        taken = [processor_time(ask, next(embedded)) for _ in range(2 * QUERIES)][QUERIES:]  # the first ones warm up
        costs[f"{name}, p50"], costs[f"{name}, p99"] = (float(np.quantile(taken, level)) for level in (0.5, 0.99))
    size = sum(file.stat().st_size for file in index_dir.rglob("*") if file.is_file())
    return costs | {"bytes a product": size / products}


def ways_to_ask(engine: SearchEngine) -> dict[str, Callable[[QueryEmbedding], object]]:
    """What is measured, by its name."""
    return {
        "search": lambda photo: engine.rank(adopt(engine, photo)),
        "page 5": lambda photo: engine.rank(adopt(engine, photo), SearchRequest(page=5)),
        "narrow filter": lambda photo: engine.rank(adopt(engine, photo), NARROW),
        "facets, asked again": lambda _: engine.facets(NARROW),
    }


def adopt(engine: SearchEngine, photo: QueryEmbedding) -> Query:
    """An embedded photo as a query of the index."""
    return cast(Query, engine.adopt(Query(photo, "", np.empty(0), ())))  # None for other models' photos alone


def processor_time(ask: Callable[[QueryEmbedding], object], photo: QueryEmbedding) -> float:
    """Milliseconds of this thread's processor."""
    started = time.thread_time()
    ask(photo)
    return (time.thread_time() - started) * 1e3


def format_table(costs: dict[int, Costs]) -> str:
    """Costs, their ratios to one size, and the exponents of the powers that fit them best."""
    sizes = list(costs)
    base = COMPARED_WITH if COMPARED_WITH in costs else sizes[0]
    lines = [f"| | {' | '.join(f'{size:,}' for size in sizes)} | exponent |", "|---" * (len(sizes) + 2) + "|"]
    for name in costs[base]:
        values = np.array([costs[size][name] for size in sizes])
        cells = [f"{value:,.2f} ({value / costs[base][name]:.2f} x)" for value in values.tolist()]
        exponent = f"{np.polyfit(np.log(sizes), np.log(values), 1)[0]:.2f}" if len(sizes) > 1 else ""
        lines.append(f"| {name} | {' | '.join(cells)} | {exponent} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
