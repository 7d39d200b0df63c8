"""What a catalogue takes: vectors, machines, hours of embedding and money, from figures that were measured.

    python benchmarks/plan.py --products 100000000 [--photos-per-product 3] [--searches-per-second 200] [--write]

The figures are those of ``scaling.py`` (measured_scaling.json); sizes beyond the largest one measured follow the power
that fits the measured ones best, so they are estimates. Prices are options, and no provider's. ``--write`` puts the
plan into docs/scaling.md.
"""

import argparse
import json
from dataclasses import dataclass
from math import ceil, log

from scaling import DOCUMENT, MEASURED, write_between

BEGIN, END = "<!-- written by benchmarks/plan.py -->", "<!-- end of what benchmarks/plan.py writes -->"
SEARCH, OWN, BUILD = "search, p50 ms", "of these the catalogue's, MB", "build, seconds on all cores"
HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Assumptions:
    """What is to be planned, and what things cost."""

    products: int
    photos_per_product: float
    searches_per_second: float
    copies: int
    products_per_shard: int
    node_cores: int
    node_memory_gb: float
    load: float
    photo_ms: float
    query_ms: float
    embedding_cores: int
    node_price: float
    core_hour_price: float


@dataclass(frozen=True)
class Plan:
    """What comes of it."""

    photos: float
    shards: int
    vectors_gb: float  # on disk, of one copy
    shard_memory_gb: float  # a machine that serves one shard, vectors included
    search_ms: float  # processor time of a search in one shard
    nodes: int
    embedding_core_hours: float
    build_hours: float  # of one shard, without embedding
    monthly: float
    once: float


def main() -> None:
    """Print the plan as a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, required=True)
    parser.add_argument("--photos-per-product", type=float, default=1.0)
    parser.add_argument("--searches-per-second", type=float, default=100.0, help="at the busiest time")
    parser.add_argument("--copies", type=int, default=2, help="of each shard, so that one may fail")
    parser.add_argument("--products-per-shard", type=int, default=1_000_000)
    parser.add_argument("--node-cores", type=int, default=16)
    parser.add_argument("--node-memory-gb", type=float, default=64.0)
    parser.add_argument("--load", type=float, default=0.6, help="share of the processors that may be busy")
    parser.add_argument(
        "--photo-ms", type=float, default=55.0, help="of one core, to decode and embed a catalogue's photo"
    )
    parser.add_argument(
        "--query-ms", type=float, default=225.0, help="of one core, to decode and embed a shopper's photo"
    )
    parser.add_argument("--embedding-cores", type=int, default=256)
    parser.add_argument("--node-price", type=float, default=400.0, help="of a node a month")
    parser.add_argument("--core-hour-price", type=float, default=0.04, help="of a core for embedding")
    parser.add_argument("--write", action="store_true")
    options = vars(parser.parse_args())
    write = options.pop("write")
    assumed = Assumptions(**options)
    measured = {int(size): costs for size, costs in json.loads(MEASURED.read_text(encoding="utf-8")).items()}
    text = describe(assumed, make_plan(assumed, measured), max(measured))
    print(text)
    if write:
        write_between(DOCUMENT, BEGIN, END, text)


def make_plan(assumed: Assumptions, measured: dict[int, dict[str, float]]) -> Plan:
    """The plan, from the costs of ``scaling.py`` by number of products.

    Each shard holds a part of the products, and each search asks all shards.
    """
    photos = assumed.products * assumed.photos_per_product
    shards = ceil(assumed.products / assumed.products_per_shard)
    in_shard = ceil(assumed.products / shards)
    photos_in_shard = in_shard * assumed.photos_per_product
    largest = max(measured)
    bytes_a_photo = measured[largest]["bytes a product on disk"]
    search_ms = extrapolate(measured, SEARCH, photos_in_shard)
    own_gb = extrapolate(measured, OWN, in_shard) / 1e3
    vectors_gb = photos * bytes_a_photo / 1e9
    workers = min(assumed.node_cores, max(1, ceil(assumed.searches_per_second * search_ms / 1e3 / assumed.load)))
    memory = vectors_gb / shards + workers * own_gb
    busy = assumed.searches_per_second * (shards * search_ms + assumed.query_ms) / 1e3
    by_processors = ceil(busy / (assumed.load * assumed.node_cores))
    by_memory = ceil(shards * memory / assumed.node_memory_gb)
    nodes = assumed.copies * max(by_processors, by_memory)
    core_hours = photos * assumed.photo_ms / 3.6e6
    return Plan(
        photos=photos,
        shards=shards,
        vectors_gb=vectors_gb,
        shard_memory_gb=memory,
        search_ms=search_ms,
        nodes=nodes,
        embedding_core_hours=core_hours,
        build_hours=extrapolate(measured, BUILD, photos_in_shard) / 3600,
        monthly=nodes * assumed.node_price,
        once=core_hours * assumed.core_hour_price,
    )


def extrapolate(measured: dict[int, dict[str, float]], name: str, size: float) -> float:
    """A cost at a size: on the line between the nearest two measured ones, in logarithms; beyond, on the last one's."""
    sizes = sorted(measured)
    after = next((place for place, known in enumerate(sizes) if known >= size), len(sizes) - 1)
    low, high = sizes[max(after, 1) - 1], sizes[max(after, 1)]
    power = log(measured[high][name] / measured[low][name]) / log(high / low)
    return measured[low][name] * (size / low) ** power


def describe(assumed: Assumptions, plan: Plan, largest: int) -> str:
    """A table in Markdown."""
    node = f"nodes of {assumed.node_cores} cores, {assumed.node_memory_gb:g} GB"
    rows = {
        f"photos of {assumed.products:,} products, {assumed.photos_per_product:g} each": f"{plan.photos:,.0f}",
        f"shards of {assumed.products_per_shard:,} products": f"{plan.shards:,}",
        "an index of all photos on disk": f"{plan.vectors_gb:,.0f} GB",
        f"a shard's memory, with a process for each core that {assumed.searches_per_second:g} searches/s keep busy": (
            f"{plan.shard_memory_gb:,.1f} GB"
        ),
        "processor time of a search in one shard": f"{plan.search_ms:,.0f} ms",
        f"{assumed.copies} copies, {node}": f"{plan.nodes:,}",
        f"embedding everything once, {assumed.photo_ms:g} ms a photo": (
            f"{plan.embedding_core_hours:,.0f} core hours, "
            f"{plan.embedding_core_hours / assumed.embedding_cores:,.1f} hours on {assumed.embedding_cores} cores"
        ),
        "writing a shard's index on 2 cores": f"{plan.build_hours:,.1f} hours",
        f"a month at {assumed.node_price:g} a node": f"{plan.monthly:,.0f}",
        f"embedding at {assumed.core_hour_price:g} a core hour, once": f"{plan.once:,.0f}",
    }
    lines = ["| what | how much |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
    if assumed.products / plan.shards > largest:
        lines += ["", f"A shard is larger than what was measured ({largest:,} products): its costs are extrapolated."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
