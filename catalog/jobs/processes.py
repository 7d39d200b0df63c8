"""Where a process number means something, and whether it still is the job's."""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path


def this_place() -> str:
    """The machine, and on Linux the namespace of its processes: two containers number theirs apart."""
    namespace = ""
    with suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").readlink())
    return f"{socket.gethostname()} {namespace}".strip()


def stop_group(pid: int, job_id: int, *, at_once: bool) -> None:
    """Have a job's processes end: by asking (SIGTERM), or ``at_once`` (SIGKILL). Nothing happens to other processes.

    Args:
        pid: of the job's process; it leads a group of the same number, which the system gives to nobody else as long
            as one of the group lives.
        job_id: what its command line must name, where that can be read.
        at_once: don't ask.
    """
    if _is_another(pid, job_id):
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL if at_once else signal.SIGTERM)


def _is_another(pid: int, job_id: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False  # its leader is gone, or this system doesn't tell
    return bool(words[0]) and not (b"run-job" in words and str(job_id).encode() in words)
