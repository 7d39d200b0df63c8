"""The lock that a running job holds, and that the system frees when its last process dies, however it dies."""

import fcntl
import os
import time
from pathlib import Path

from catalog.errors import JobRunningError

_PATIENCE_SECONDS = 1.0  # for those who only look, and hold a shared lock for an instant
_PAUSE_SECONDS = 0.02


class JobLock:
    """One lock file for all jobs of a data directory, hence one job at a time.

    The lock belongs to an open file (``flock``): a process that inherits the descriptor holds it on. So it is taken
    before the job's process exists and handed down to it, and there is no instant at which a living job is unlocked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self) -> int:
        """The descriptor of the locked file; closing all its copies frees the lock.

        Raises:
            JobRunningError: somebody holds it.
            OSError: the file can't be made.
        """
        descriptor = self._open()
        patient_until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > patient_until:
                    os.close(descriptor)
                    raise JobRunningError(
                        "A job is running already, and one runs at a time. Wait for it to end, or cancel it."
                    ) from None
                time.sleep(_PAUSE_SECONDS)
            except BaseException:
                os.close(descriptor)
                raise
            else:
                return descriptor

    def is_held(self) -> bool:
        """Whether a job's process is alive."""
        if not self.path.exists():
            return False
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who look don't see each other
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
