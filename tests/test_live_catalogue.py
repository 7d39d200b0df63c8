"""A catalogue that changes while it is searched and built, and a server that is killed: short runs of a benchmark."""

from pathlib import Path

import pytest

from benchmarks.changing_shop import ChangingShop
from benchmarks.killed_shop import KilledShop, kill_again_and_again


@pytest.mark.slow
def test_random_changes_are_found_at_once_while_shoppers_search_and_builds_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each acknowledged state is the one that a comparison with everything finds; builds fold changes in meanwhile."""
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    monkeypatch.delenv("VITRINA_VECTOR_STORE", raising=False)
    shop = ChangingShop(tmp_path / "home", seed=20)
    shop.stock()
    before = shop.outcome.changes
    with shop.searched(threads=1), shop.built():
        while (shop.outcome.changes - before < 60 or shop.outcome.builds < 2) and not shop.differs:
            shop.change()
    shop.change()
    shop.close()
    assert shop.outcome.differences == []
    assert shop.outcome.searches > 0


@pytest.mark.slow
def test_a_server_that_is_killed_right_after_an_acknowledgement_has_lost_nothing(
    tmp_path: Path, demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Creates, patches and deletes are in the catalogue and in searches after the next start."""
    monkeypatch.delenv("VITRINA_VECTOR_STORE", raising=False)
    lost, _ = kill_again_and_again(KilledShop(demo_home, tmp_path / "home"), 3, seed=4)
    assert lost == []
