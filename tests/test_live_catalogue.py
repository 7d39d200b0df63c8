"""A catalogue that changes while it is searched and built, and a server that is killed: short runs of a benchmark."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.changing_shop import ChangingShop


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
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Creates, patches and deletes are in the catalogue and in searches after the next start."""
    monkeypatch.delenv("VITRINA_VECTOR_STORE", raising=False)
    script = Path(__file__).parent.parent / "benchmarks" / "live_catalogue.py"
    command: list[str | Path] = [sys.executable, script, "kills", demo_home, "--kills", "3", "--seed", "4"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kills" in done.stdout
