"""The plan for a large catalogue: it follows from what was measured, and grows with what is asked."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from plan import BUILD, OWN, SEARCH, Assumptions, describe, extrapolate, make_plan

DISK = "bytes a product on disk"
MEASURED = {
    1_000: {SEARCH: 5.0, OWN: 100.0, BUILD: 1.0, DISK: 2000.0},
    10_000: {SEARCH: 10.0, OWN: 200.0, BUILD: 10.0, DISK: 1000.0},
}
ASSUMED = Assumptions(
    products=20_000,
    photos_per_product=1.0,
    searches_per_second=10.0,
    copies=2,
    products_per_shard=10_000,
    node_cores=4,
    node_memory_gb=16.0,
    load=0.5,
    photo_ms=36.0,
    query_ms=80.0,
    embedding_cores=2,
    node_price=100.0,
    core_hour_price=0.5,
)


@pytest.mark.parametrize(("size", "wanted"), [(1_000, 5), (10_000, 10), (3_162.28, 7.07107), (100_000, 20), (100, 2.5)])
def test_costs_lie_on_the_measured_power(size: float, wanted: float) -> None:
    """Between the sizes and beyond them."""
    assert extrapolate(MEASURED, SEARCH, size) == pytest.approx(wanted, rel=1e-4)


def test_a_plan_follows_from_its_assumptions() -> None:
    """Two shards, each as large as what was measured: 10 x (2 x 10 + 80) ms a second on 4 half busy cores."""
    plan = make_plan(ASSUMED, MEASURED)
    assert (plan.shards, plan.search_ms, plan.photos) == (2, pytest.approx(10), 20_000)
    assert plan.vectors_gb == pytest.approx(0.02)
    assert plan.nodes == 2 * 1
    assert plan.embedding_core_hours == pytest.approx(0.2)
    assert (plan.monthly, plan.once) == (200, pytest.approx(0.1))
    assert make_plan(replace(ASSUMED, searches_per_second=20.0, copies=3), MEASURED).nodes == 3 * 1
    assert make_plan(replace(ASSUMED, searches_per_second=21.0), MEASURED).nodes == 2 * 2


def test_what_was_not_measured_is_said() -> None:
    """A shard larger than the largest shop that was measured."""
    larger = replace(ASSUMED, products_per_shard=20_000)
    assert "extrapolated" in describe(larger, make_plan(larger, MEASURED), 10_000)
    assert "extrapolated" not in describe(ASSUMED, make_plan(ASSUMED, MEASURED), 10_000)
