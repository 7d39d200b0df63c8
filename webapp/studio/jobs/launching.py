"""Starts the process of a job in such a way that it outlives the web server."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from catalog.jobs.store import Job, JobStore, Launch

_ROOT = Path(__file__).parents[3]  # where ``python -m indexer`` is found, installed or not


def launcher(store: JobStore, home: Path) -> Launch:
    """The function that starts the process of a job on a data directory.

    The process leads a session and a process group of its own, so neither Ctrl+C in a terminal nor the end of the
    server reaches it. It has no standard input, and prints into the log of the job.
    """

    def launch(job: Job, descriptor: int) -> int:
        paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "VITRINA_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONUNBUFFERED": "1",
        }
        with store.log_path(job.job_id).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - a fixed command, without anything that a person typed
                [sys.executable, "-m", "indexer", "run-job", str(job.job_id)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[descriptor],
                start_new_session=True,
            )
        # The server has to wait for the process, or its entry would stay in the process table after its end.
        with suppress(RuntimeError):  # no thread is to be had: the entry stays until the server ends
            threading.Thread(target=process.wait, name=f"job-{job.job_id}", daemon=True).start()
        return process.pid

    return launch
