"""A few of the accidents that the benchmarks let happen by the dozen: nothing acknowledged is lost, and all heals."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.accidents.small_disk import find_lacking

ROOT = Path(__file__).parents[1]


def strike(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A script of the benchmarks, with this tree's code."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, str(ROOT / "benchmarks" / script), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_nothing_is_lost_when_whatever_works_on_a_shop_is_killed() -> None:
    """An import, a build, a job, the server and a backup, each once; benchmarks/kills.py kills fifty times."""
    done = strike("kills.py", "--kills", "5", "--seed", "3")
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.startswith("5 accidents")


@pytest.mark.slow
@pytest.mark.skipif(find_lacking() is not None, reason=str(find_lacking()))
def test_nothing_is_lost_when_the_disk_is_full() -> None:
    """The same five on a small disk; benchmarks/full_disk.py fills it twenty times."""
    done = strike("full_disk.py", "--times", "5", "--seed", "3")
    if "can't be mounted" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.startswith("5 accidents")
