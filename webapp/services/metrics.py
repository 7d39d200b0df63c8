"""Figures about the running shop for Prometheus: what was asked, how long it took, what is going wrong.

prometheus-client is imported when the object is made and not before: with several worker processes it keeps the
figures in files that all of them share, and decides about that when it is imported (``share_between_processes``).
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.registry import CollectorRegistry

_SHARED = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own variable
_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, where it exists: a full disk can't stop the figures
_PREFIX = "vitrina-metrics-"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds

Gauges = Mapping[str, tuple[str, float]]  # name -> what it means, value


class Metrics:
    """Counters and histograms of this process, or of all worker processes together.

    Args:
        gauges: the figures that are looked up when somebody asks for them, each name without the prefix ``vitrina_``.
    """

    def __init__(self, gauges: Callable[[], Gauges]) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._gauges = gauges
        self._registry = CollectorRegistry()

        def count(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"vitrina_{name}", meaning, labels, registry=self._registry)

        def measure(name: str, meaning: str, *labels: str) -> Histogram:
            return Histogram(f"vitrina_{name}", meaning, labels, registry=self._registry, buckets=_BUCKETS)

        self._requests = count("requests", "Requests that were answered.", "area", "method", "status")
        self._request_seconds = measure("request_seconds", "From the thread's start to the answer.", "area")
        self._queue_seconds = measure("queue_wait_seconds", "How long requests waited for a thread.")
        self._decode_wait_seconds = measure("decode_wait_seconds", "How long photos waited to be decoded.")
        self._event_wait_seconds = measure("event_wait_seconds", "How long events waited to be written.")
        self._events = count("events", "Searches and clicks that were to be remembered: written or dropped.", "outcome")
        self._searches = count("searches", "Photo searches, by whether the shop sells such things.", "known")
        self._stage_seconds = measure("search_stage_seconds", "The stages of a photo search.", "stage")
        self._errors = count("errors", "Requests that were refused or failed, by the error's code.", "code")

    def observe_request(self, area: str, method: str, status: int, seconds: float) -> None:
        """Count a request of a part of the app, such as "api"."""
        known = method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
        self._requests.labels(area, known, str(status)).inc()
        self._request_seconds.labels(area).observe(seconds)

    def observe_error(self, code: str) -> None:
        """Count an answer that names an error."""
        self._errors.labels(code).inc()

    def observe_search(self, took_ms: Mapping[str, float], *, known: bool) -> None:
        """Count a photo search: stage -> milliseconds, and whether the shop sells what the photo shows."""
        self._searches.labels("yes" if known else "no").inc()
        for stage, milliseconds in took_ms.items():
            self._stage_seconds.labels(stage).observe(milliseconds / 1000)

    def observe_queue_wait(self, seconds: float) -> None:
        """Note how long a request waited for a thread."""
        self._queue_seconds.observe(seconds)

    def observe_decode_wait(self, seconds: float) -> None:
        """Note how long a photo waited for its turn to be decoded."""
        self._decode_wait_seconds.observe(seconds)

    def observe_event_wait(self, seconds: float) -> None:
        """Note how long the oldest event of a batch waited to be written."""
        self._event_wait_seconds.observe(seconds)

    def observe_events(self, outcome: str, count: int) -> None:
        """Count events that were "written" or "dropped"."""
        self._events.labels(outcome).inc(count)

    def write(self) -> tuple[bytes, str]:
        """All figures in Prometheus's text format, and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

        asked = CollectorRegistry()
        asked.register(_Gauges(self._gauges()))
        return generate_latest(self._counted()) + generate_latest(asked), CONTENT_TYPE_LATEST

    def _counted(self) -> "CollectorRegistry":
        if not os.environ.get(_SHARED):
            return self._registry
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector

        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)
        return everybody


class _Gauges:
    """The figures that are looked up when they are asked for, as prometheus-client collects them."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges_now = gauges

    def collect(self) -> "Iterable[GaugeMetricFamily]":
        """A family for each figure."""
        from prometheus_client.core import GaugeMetricFamily

        for name, (meaning, value) in self._gauges_now.items():
            yield GaugeMetricFamily(f"vitrina_{name}", meaning, value=value)


@contextlib.contextmanager
def share_between_processes() -> Iterator[None]:
    """During the block, processes that are forked count together; call it before any of them makes a ``Metrics``.

    Where no folder can be made for it, each process counts for itself.
    """
    try:
        place = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
        _remove_left_behind(place)
        folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place)
    except OSError:
        yield
        return
    owner = os.getpid()
    os.environ[_SHARED] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # a forked process that ends leaves this block as well
            os.environ.pop(_SHARED, None)
            shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(place: Path) -> None:
    """Remove the folders of this user's servers that were killed."""
    for folder in place.glob(f"{_PREFIX}*-*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):  # another server that starts now has just removed it
            if process.isdecimal() and folder.stat().st_uid == os.getuid() and not _lives(int(process)):
                shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    """Whether there is a process of this number, whoever's it is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's
    return True
