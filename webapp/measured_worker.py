"""The worker that serves, which measures how long requests wait for a thread; imported only to serve."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from webapp.receiving_worker import ReceivingWorker


class MeasuredThreads(ThreadPoolExecutor):
    """Threads that say how long each call has waited for one of them."""

    observe_wait: Callable[[float], None] | None = None  # is called with seconds

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Queue a call, as ``ThreadPoolExecutor`` does."""
        queued = time.monotonic()

        def run() -> Any:
            if self.observe_wait is not None:
                self.observe_wait(time.monotonic() - queued)
            return fn(*args, **kwargs)

        return super().submit(run)


class MeasuredWorker(ReceivingWorker):
    """The worker that serves, with measured threads."""

    def get_thread_pool(self) -> MeasuredThreads:
        """The threads that answer requests."""
        return MeasuredThreads(max_workers=self.cfg.threads)
