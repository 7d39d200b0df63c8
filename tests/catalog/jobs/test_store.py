"""Jobs are real processes here: started, watched, cancelled and killed."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.errors import JobEndedError, JobRunningError, UnknownJobError
from catalog.jobs import store as store_module
from catalog.jobs.job_report import JobReport
from catalog.jobs.store import Job, JobStore
from tests.catalog.jobs.processes import PATIENCE_SECONDS, Launcher, make_launch, wait_for

FACTS: dict[str, object] = {"share": float("nan"), "places": ["caf\udce9", 2]}


def begun(folder: Path) -> Callable[[], bool]:
    return (folder / "begun").exists


def test_job_runs_and_ends(store: JobStore, launch: Launcher, tmp_path: Path) -> None:
    """With who started it, how far it is, and what came of it; the audit log has it too."""
    job = store.start("build", by="ana", launch=launch)
    assert (job.kind, job.started_by, job.state, job.runs) == ("build", "ana", "running", True)
    wait_for(begun(tmp_path))
    assert store.running() == store.latest("build") == store.job(job.job_id)
    assert store.report(job) == JobReport("looking", 3, 10)
    (tmp_path / "end").write_text("well")
    wait_for(lambda: not store.job(job.job_id).runs)
    ended = store.job(job.job_id)
    assert (ended.state, ended.facts, ended.error) == ("done", {"products": 7}, None)
    assert ended.ended_at is not None
    assert store.running() is None
    assert store.log_tail(job) == ["looking around"]


def test_one_at_a_time(
    store: JobStore, catalog: Catalog, launch: Launcher, processes: list[subprocess.Popen], tmp_path: Path
) -> None:
    """Whatever the kind, whichever process asks; afterwards the next one may."""
    first = store.start("build", by="ana", launch=launch)
    with pytest.raises(JobRunningError, match="one runs at a time"):
        JobStore(catalog.database).start("appraise", by="ben", launch=launch)
    assert [job.job_id for job in store.history(10)] == [first.job_id]
    (tmp_path / "end").write_text("well")
    processes[0].wait(PATIENCE_SECONDS)
    assert store.start("appraise", by="ben", launch=launch).kind == "appraise"


@pytest.mark.parametrize("end", ["killed", "crashed"])
def test_a_job_that_ends_without_a_word_is_told_dead(
    store: JobStore, launch: Launcher, processes: list[subprocess.Popen], tmp_path: Path, end: str
) -> None:
    """At the next look, with the log's last lines; and the next job may start."""
    job = store.start("build", by="ana", launch=launch)
    wait_for(begun(tmp_path))
    if end == "killed":
        os.killpg(processes[0].pid, signal.SIGKILL)
    else:
        (tmp_path / "end").write_text("crash")
    processes[0].wait(PATIENCE_SECONDS)
    dead = store.job(job.job_id)
    assert (dead.state, dead.runs) == ("died", False)
    assert dead.ended_at is not None
    assert store.log_tail(dead)[-1] == ("looking around" if end == "killed" else "the disk fell off")
    assert store.start("build", by="ana", launch=launch).runs


def test_a_job_whose_starter_died_before_it_began_is_told_dead(store: JobStore) -> None:
    """The web server was killed between writing the job down and starting its process."""
    job = store.start("build", by="ana", launch=lambda job, descriptor: None)
    assert job.state == "died"


def test_a_process_that_cannot_be_started_is_a_failed_job(store: JobStore) -> None:
    """No memory, no file handles: the job says so, and nothing stays locked."""

    def launch(job: Job, descriptor: int) -> None:
        raise OSError(12, "Cannot allocate memory")

    job = store.start("build", by="ana", launch=launch)
    assert job.state == "failed"
    assert "Cannot allocate memory" in str(job.error)
    assert store.start("build", by="ana", launch=launch).job_id == job.job_id + 1


def test_a_failure_that_names_an_odd_file_is_told(store: JobStore) -> None:
    """A name may hold bytes that are no characters, and no file and no database takes such a text as it is."""

    def launch(job: Job, descriptor: int) -> None:
        raise OSError(13, "caf\udce9.csv and nul\0.csv can't be read")

    job = store.start("import", by="ana", launch=launch)
    assert job.state == "failed"
    assert "caf\\udce9.csv and nul\\x00.csv" in str(job.error)
    assert store.report(job).error == job.error


def test_facts_that_are_no_numbers_are_left_open(store: JobStore) -> None:
    """PostgreSQL's JSON has none such."""
    job_id = store.start("build", by="ana", launch=lambda job, _: store.end(job.job_id, "done", facts=FACTS)).job_id
    assert store.job(job_id).facts == {"share": None, "places": ["caf\\udce9", 2]}


def test_a_running_job_is_never_taken_for_dead_while_it_starts(
    store: JobStore, launch: Launcher, tmp_path: Path
) -> None:
    """From the instant it is written down: its lock is older than its row."""
    job = store.start("build", by="ana", launch=launch)
    states = set()
    while not begun(tmp_path)():
        states.add(store.job(job.job_id).state)
    assert states == {"running"}


def test_cancelled_job_stops(
    store: JobStore, catalog: Catalog, launch: Launcher, processes: list[subprocess.Popen], tmp_path: Path
) -> None:
    """Who cancelled it is kept; cancelling once more changes nothing."""
    job = store.start("build", by="ana", launch=launch)
    wait_for(begun(tmp_path))
    store.cancel(job.job_id, by="ben")
    assert processes[0].wait(PATIENCE_SECONDS) == -signal.SIGTERM
    cancelled = store.cancel(job.job_id, by="carla")
    assert (cancelled.state, cancelled.cancelled_by) == ("cancelled", "ben")
    entries = AuditLog(catalog.database).entries(5)
    assert [(entry.by, entry.action) for entry in entries] == [("ben", "job cancelled"), ("ana", "job started")]


def test_a_deaf_job_is_ended_when_asked_twice(
    store: JobStore, processes: list[subprocess.Popen], tmp_path: Path
) -> None:
    """The first time it is asked; it runs on and says whose wish it ignores; the second time it is ended."""
    job = store.start("build", by="ana", launch=make_launch(store, processes, tmp_path, "deaf"))
    wait_for(begun(tmp_path))
    asked = store.cancel(job.job_id, by="ben")
    assert (asked.runs, asked.cancelled_by) == (True, "ben")
    store.cancel(job.job_id, by="ben")
    assert processes[0].wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert store.job(job.job_id).state == "cancelled"


def test_a_job_cancelled_before_it_began_never_begins(
    store: JobStore, launch: Launcher, processes: list[subprocess.Popen], tmp_path: Path
) -> None:
    """Its process is known from the start, so that it needn't come up before it can be stopped."""
    job = store.start("build", by="ana", launch=launch)
    assert job.pid == processes[0].pid
    store.cancel(job.job_id, by="ana")
    processes[0].wait(PATIENCE_SECONDS)
    assert not begun(tmp_path)()
    assert store.job(job.job_id).state == "cancelled"


def test_another_process_of_the_same_number_is_left_alone(
    store: JobStore,
    launch: Launcher,
    processes: list[subprocess.Popen],
    tmp_path: Path,
) -> None:
    """On Linux the command line is compared before anything is sent."""
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("this system doesn't tell command lines by process number")
    job = store.start("build", by="ana", launch=launch)
    wait_for(begun(tmp_path))
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as innocent:
        wait_for(Path(f"/proc/{innocent.pid}/cmdline").read_bytes)
        store_module.stop_group(innocent.pid, job.job_id, at_once=True)
        store_module.stop_group(processes[0].pid, job.job_id + 1, at_once=True)
        time.sleep(0.1)
        assert innocent.poll() is None
        assert store.job(job.job_id).runs
        innocent.kill()


def test_a_job_elsewhere_is_asked_through_the_table(
    store: JobStore,
    launch: Launcher,
    processes: list[subprocess.Popen],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process number of another machine or container means somebody else here: nothing is sent."""
    job = store.start("build", by="ana", launch=launch)
    wait_for(begun(tmp_path))
    monkeypatch.setattr(store_module, "this_place", lambda: "another machine")
    assert store.cancel(job.job_id, by="ben").runs
    assert store.is_cancelled(job.job_id)
    assert processes[0].poll() is None


def test_only_a_started_job_can_begin(store: JobStore, launch: Launcher, tmp_path: Path) -> None:
    """Not one that never was, has ended, or belongs to another process."""
    with pytest.raises(UnknownJobError):
        store.begin(1)
    dead = store.start("build", by="ana", launch=lambda job, descriptor: None)
    with pytest.raises(JobEndedError):
        store.begin(dead.job_id)
    job = store.start("build", by="ana", launch=launch)
    wait_for(begun(tmp_path))
    with pytest.raises(JobEndedError):
        store.begin(job.job_id)


def test_the_ending_holds_while_an_import_writes(
    store: JobStore, catalog: Catalog, processes: list[subprocess.Popen], tmp_path: Path
) -> None:
    """The database is locked for longer than anybody waits: the job's own report tells how it ended."""
    job = store.start("build", by="ana", launch=make_launch(store, processes, tmp_path, "hasty"))
    wait_for(begun(tmp_path))
    impatient = Catalog.open(lock_timeout_seconds=0.1)
    with catalog.database.writing():
        (tmp_path / "end").write_text("well")
        processes[0].wait(PATIENCE_SECONDS)
        told = JobStore(impatient.database).job(job.job_id)
        assert (told.state, told.facts) == ("done", {"products": 7})
    assert store.job(job.job_id) == JobStore(impatient.database).job(job.job_id)
    impatient.close()


def test_only_the_latest_logs_stay(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs themselves stay in the history."""
    monkeypatch.setattr(store_module, "FILES_KEPT", 2)

    def launch(job: Job, descriptor: int) -> None:
        store.log_path(job.job_id).write_text("a line")
        raise OSError("no process")

    for _ in range(4):
        store.start("build", by="ana", launch=launch)
    assert [store.log_path(number).exists() for number in (1, 2, 3, 4)] == [False, False, True, True]
    assert [job.job_id for job in store.history(3, 1)] == [3, 2, 1]
