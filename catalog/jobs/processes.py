"""A job's processes: where their numbers are valid, whether a number is still the job's, and how they are stopped."""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path


def this_place() -> str:
    """The machine's name, and on Linux its process namespace, as each container numbers its own processes."""
    namespace = ""
    with suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").readlink())
    return f"{socket.gethostname()} {namespace}".strip()


def stop_group(pid: int, job_id: int, *, at_once: bool) -> None:
    """Stop a job's processes by SIGTERM, or by SIGKILL if ``at_once``; other processes are left alone.

    Args:
        pid: the number of the job's process. It leads a process group of the same number, which the system gives to
            no other process as long as a process of the group lives.
        job_id: the job; the command line of process ``pid`` must name it, where the system shows command lines.
        at_once: whether to kill the processes without asking them.
    """
    if _is_another(pid, job_id):
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL if at_once else signal.SIGTERM)


def _is_another(pid: int, job_id: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False  # the leader has ended, or this system shows no command lines
    return bool(words[0]) and not (b"run-job" in words and str(job_id).encode() in words)
