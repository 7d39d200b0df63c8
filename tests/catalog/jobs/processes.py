"""Processes that jobs run in, told what to do by their command line."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from catalog.jobs.store import Job, JobStore

# A job's process, without the indexer: it begins, says how far it is, and waits to be told how to end by a file.
PROCESS = """
import sys, time, signal
from pathlib import Path
from catalog import Catalog
from catalog.jobs.job_report import JobReport
from catalog.jobs.store import JobStore

job_id, folder, deaf = int(sys.argv[2]), Path(sys.argv[3]), "deaf" in sys.argv
if deaf:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with Catalog.open(lock_timeout_seconds=0.2 if "hasty" in sys.argv else 5.0) as catalog:
    store = JobStore(catalog.database)
    store.begin(job_id)
    print("looking around", flush=True)
    store.note_progress(job_id, JobReport("looking", 3, 10))
    (folder / "begun").touch()
    while not (folder / "end").exists():
        time.sleep(0.02)
    if (folder / "end").read_text() == "crash":
        raise SystemExit("the disk fell off")
    store.end(job_id, "done", facts={"products": 7})
"""
PATIENCE_SECONDS = 30
Launcher = Callable[[Job, int], int]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def make_launch(store: JobStore, processes: list[subprocess.Popen], folder: Path, *words: str) -> Launcher:
    def start(job: Job, descriptor: int) -> int:
        command = [sys.executable, "-c", PROCESS, "run-job", str(job.job_id), str(folder), *words]
        with store.log_path(job.job_id).open("wb") as log:
            processes.append(
                subprocess.Popen(
                    command, pass_fds=[descriptor], start_new_session=True, stdout=log, stderr=subprocess.STDOUT
                )
            )
        return processes[-1].pid

    return start
