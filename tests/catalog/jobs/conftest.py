import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.jobs.store import JobStore
from tests.catalog.jobs.processes import Launcher, make_launch


@pytest.fixture
def store(catalog: Catalog) -> JobStore:
    return JobStore(catalog.database)


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen]]:
    started: list[subprocess.Popen] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def launch(store: JobStore, processes: list[subprocess.Popen], tmp_path: Path) -> Launcher:
    """Starts ``PROCESS`` as the web server would."""
    return make_launch(store, processes, tmp_path)
