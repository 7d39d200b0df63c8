"""Starting a job's process so that it outlives the web server that starts it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from catalog.jobs.store import Job, JobStore, Launch

_ROOT = Path(__file__).parents[3]  # where ``python -m indexer`` is found, installed or not


def launcher(store: JobStore, home: Path) -> Launch:
    """What starts the process of a job over a data directory.

    It leads a session and process group of its own, so that neither a terminal's Ctrl-C nor the end of the server
    reaches it, has no standard input, and prints into its own log.
    """

    def launch(job: Job, descriptor: int) -> None:
        paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "VITRINA_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONUNBUFFERED": "1",
        }
        with store.log_path(job.job_id).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command, with nothing in it that anybody typed
                [sys.executable, "-m", "indexer", "run-job", str(job.job_id)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[descriptor],
                start_new_session=True,
            )
        # Somebody has to take note of its end, or the system keeps its number for as long as this server lives.
        threading.Thread(target=process.wait, name=f"job-{job.job_id}", daemon=True).start()

    return launch
