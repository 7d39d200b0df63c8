"""Jobs as the studio starts them: what they say while they work, and after whatever ended them."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.errors import JobEndedError
from catalog.importing import import_source
from catalog.jobs.store import KINDS, Job, JobStore
from indexer import jobs
from indexer.building.build import BuildPaths, build_index
from indexer.errors import IndexerError
from indexer.jobs import run_job
from indexer.progress import watched_by
from search.index.snapshot import current_snapshot
from search.model.bundle import Bundle
from tests.indexer.conftest import draw_photo

PATIENCE_SECONDS = 120
NEW_PHOTOS = 300  # enough to be interrupted among them


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
def start(store: JobStore, processes: list[subprocess.Popen]) -> Callable[[str], Job]:
    """Starts a job's process as the web server does."""

    def launch(job: Job, descriptor: int) -> None:
        command = [sys.executable, "-m", "indexer", "run-job", str(job.job_id)]
        with store.log_path(job.job_id).open("wb") as log:
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True}
            processes.append(subprocess.Popen(command, pass_fds=[descriptor], **options))  # type: ignore[call-overload]

    return lambda kind: store.start(kind, by="ana", launch=launch)


def do_here(store: JobStore, catalog: Catalog, home: Path, kind: str = "build") -> Job:
    """A job done by this process, which holds the lock meanwhile."""
    return store.start(kind, by="ana", launch=lambda job, descriptor: run_job(job.job_id, catalog, home) and None)


def add_photos(catalog: Catalog, shop: Path, count: int) -> None:
    with shop.open("a", encoding="utf-8") as table:
        for number in range(count):
            draw_photo(shop.parent / f"photos/new-{number}.jpg", "disc", "blue", size=60, seed=100 + number)
            table.write(f"new-{number},Discs,New {number},photos/new-{number}.jpg,,blue,1\n")
    import_source(catalog, shop, progress=False)


def count_embeddings(home: Path) -> int:
    (kept,) = (home / "cache/embeddings").glob("*.sqlite")
    with closing(sqlite3.connect(kept)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM embeddings").fetchone()
    return count


def wait_for(condition: Callable[[], object], process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process.poll() is None, "the job ended too soon"
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def test_the_studio_and_the_indexer_know_the_same_kinds() -> None:
    assert tuple(jobs.KINDS) == KINDS


def test_a_build_says_what_it_is_at(catalog: Catalog, bundle: Bundle, home: Path) -> None:
    """Every stage in its order, with the figures of the bar that a terminal would show."""
    heard: list[tuple[str, int, int | None]] = []
    with watched_by(lambda *words: heard.append(words)):
        build_index(catalog, bundle, BuildPaths.below(home, home / "index"))
    stages = list(dict.fromkeys(stage for stage, _, _ in heard))
    assert stages == ["look", "embed", "gather", "categories", "balance", "grades", "neighbours", "write"]
    assert ("look", 8, 8) in heard
    assert ("embed", 16, 16) in heard


def test_job_builds_the_index(store: JobStore, catalog: Catalog, home: Path) -> None:
    """And says what came of it; the second one finds nothing to do."""
    built = do_here(store, catalog, home)
    assert built.state == "done"
    facts = {"published": True, "embedded": 16, "products": 8, "photos": 16, "rejects": 0}
    assert built.facts == {"snapshot": current_snapshot(home / "index").name, **facts}
    assert do_here(store, catalog, home).facts["published"] is False


def test_what_goes_wrong_is_told(
    store: JobStore, catalog: Catalog, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Our own errors in their words; others by their name, with the traceback in the log alone."""

    def refuse(*_: object) -> dict[str, object]:
        raise IndexerError("The shelf is empty. Fill it.")

    def break_down(*_: object) -> dict[str, object]:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setitem(jobs.KINDS, "appraise", jobs.JobKind(refuse))
    job = do_here(store, catalog, home, "appraise")
    assert (job.state, job.error) == ("failed", "The shelf is empty. Fill it.")
    monkeypatch.setitem(jobs.KINDS, "appraise", jobs.JobKind(break_down))
    job = do_here(store, catalog, home, "appraise")
    assert (job.state, job.error) == ("failed", "ZeroDivisionError: by nothing")
    assert "Traceback" in capsys.readouterr().err


def test_work_that_this_version_lacks_is_refused(store: JobStore, catalog: Catalog, home: Path) -> None:
    """A job of a newer studio: no traceback, but what is missing."""
    with pytest.raises(IndexerError, match=r"it has no indexer\.nowhere\.do"):
        jobs._elsewhere("indexer.nowhere", "do")(catalog, None, home)  # type: ignore[arg-type]


def test_a_job_is_done_once(store: JobStore, catalog: Catalog, home: Path) -> None:
    """Whoever runs the command by hand afterwards is told so."""
    job = do_here(store, catalog, home)
    with pytest.raises(JobEndedError):
        run_job(job.job_id, catalog, home)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("end", "state"), [("cancel", "cancelled"), ("terminate", "stopped"), ("kill", "died"), ("wish", "cancelled")]
)
def test_a_build_ended_midway_tells_how_and_the_next_one_goes_on(
    store: JobStore,
    catalog: Catalog,
    home: Path,
    shop: Path,
    start: Callable[[str], Job],
    processes: list[subprocess.Popen],
    monkeypatch: pytest.MonkeyPatch,
    embed_instantly: Callable[[Path], None],
    end: str,
    state: str,
) -> None:
    """Cancelled here or from another machine, told to go by the system, or killed: the live index stays."""
    do_here(store, catalog, home)
    live, before = current_snapshot(home / "index"), count_embeddings(home)
    add_photos(catalog, shop, NEW_PHOTOS)
    job = start("build")
    wait_for(lambda: store.report(job).stage == "embed" and store.report(job).done > 16, processes[0])
    assert store.report(job).total == NEW_PHOTOS
    if end == "kill":  # which leaves no time for saving: what was embedded since the last saving is lost
        wait_for(lambda: count_embeddings(home) > before, processes[0])
    os.killpg(processes[0].pid, signal.SIGSTOP)  # however fast the machine is, it doesn't get further meanwhile
    if end == "cancel":
        store.cancel(job.job_id, by="ben")
    elif end == "wish":
        monkeypatch.setattr("catalog.jobs.store.this_place", lambda: "another machine")
        store.cancel(job.job_id, by="ben")
        time.sleep(jobs._LOOK_EVERY_SECONDS)  # so that it looks as soon as it goes on
    else:
        os.killpg(processes[0].pid, signal.SIGTERM if end == "terminate" else signal.SIGKILL)
    os.killpg(processes[0].pid, signal.SIGCONT)
    processes[0].wait(PATIENCE_SECONDS)
    assert store.job(job.job_id).state == state
    assert current_snapshot(home / "index") == live
    embed_instantly(shop.parent / "photos/new-0.jpg")
    again = do_here(store, catalog, home)
    assert again.state == "done"
    assert 0 < again.facts["embedded"] < NEW_PHOTOS
