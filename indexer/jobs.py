"""``python -m indexer run-job ID``: what the studio starts, in a process that needs neither studio nor web server."""

import importlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from catalog import Catalog, CatalogError
from catalog.jobs.job_report import JobReport
from catalog.jobs.store import CANCELLED, DONE, FAILED, STOPPED, Job, JobStore
from indexer.building.build import BuildPaths, build_index
from indexer.errors import IndexerError, tell_missing_packages
from indexer.progress import watched_by
from indexer.source_jobs import check_requested, import_requested
from search.errors import SearchError
from search.model.bundle import Bundle
from search.settings import bundle_dir, index_dir

NICENESS = 5  # the shop goes first where both want the processor
_LOOK_EVERY_SECONDS = 2.0  # for the wish to stop, which may come from another machine
_EXIT_CODES = {DONE: 0, FAILED: 1, CANCELLED: 130, STOPPED: 143}

Work = Callable[[Catalog, Bundle, Path], Mapping[str, object]]


@dataclass(frozen=True)
class JobKind:
    """Something that a job can do: with the catalogue, the model and the data directory; its facts come back."""

    work: Work


RequestedWork = Callable[[Catalog, Path, int], Mapping[str, object]]


@dataclass(frozen=True)
class RequestedJobKind:
    """Something that a job does as somebody has asked in its request: with the catalogue, and without a model."""

    work: RequestedWork


class _StoppedError(BaseException):
    """The process was told to stop; not an Exception, so that nothing on the way takes it for a failure."""


def _build(catalog: Catalog, bundle: Bundle, home: Path) -> Mapping[str, object]:
    report = build_index(catalog, bundle, BuildPaths.below(home, index_dir()))
    snapshot = report.snapshot
    counts = {"products": snapshot.products, "photos": snapshot.photos, "rejects": len(report.rejects)}
    return {"snapshot": snapshot.id, "published": report.published, "embedded": report.embedded, **counts}


def _elsewhere(module: str, name: str) -> Work:
    """Work that another module does, imported when it is wanted."""

    def work(catalog: Catalog, bundle: Bundle, home: Path) -> Mapping[str, object]:
        try:
            with tell_missing_packages():
                function = getattr(importlib.import_module(module), name)
        except (ModuleNotFoundError, AttributeError) as error:
            raise IndexerError(f"This version of Vitrina can't do that: it has no {module}.{name}.") from error
        return _plain_facts(function(catalog, bundle, home, progress=True))

    return work


KINDS: dict[str, JobKind | RequestedJobKind] = {
    "build": JobKind(_build),
    "check-labels": JobKind(_elsewhere("indexer.labels.catalog_check", "check_catalog")),
    # The kind's stored name, from before the command was called evaluate-catalog.
    "appraise": JobKind(_elsewhere("indexer.evaluation.catalog_evaluation", "evaluate_catalog")),
    "check-source": RequestedJobKind(check_requested),
    "import": RequestedJobKind(import_requested),
}


def run_job(job_id: int, catalog: Catalog, home: Path) -> int:
    """Do a job that the studio wrote down; returns the exit code.

    However it ends, the job's row or its report says how; only SIGKILL, a full disk and the machine's own end leave no
    word.

    Raises:
        UnknownJobError: there is none. JobEndedError: it isn't this process's to do.
    """
    store = JobStore(catalog.database, home / "jobs")
    with _stoppable():
        job = store.begin(job_id)
        state, facts, error = _attempt(job, store, catalog, home)
    store.end(job_id, state, facts=facts, error=error)
    return _EXIT_CODES[state]


def _attempt(job: Job, store: JobStore, catalog: Catalog, home: Path) -> tuple[str, Mapping[str, object], str | None]:
    """How it ended: state, facts, reason."""

    def note(stage: str, done: int, total: int | None) -> None:
        store.note_progress(job.job_id, JobReport(stage, done, total))

    try:
        with _looking_for_wish(store, job.job_id), watched_by(note):
            kind = KINDS[job.kind]
            if isinstance(kind, RequestedJobKind):
                return DONE, kind.work(catalog, home, job.job_id), None
            return DONE, kind.work(catalog, Bundle.open(bundle_dir()), home), None
    except (_StoppedError, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)  # noqa: T201 - the log
        return STOPPED, {}, None  # or cancelled: the store knows whether somebody wanted it
    except (IndexerError, CatalogError, SearchError) as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return FAILED, {}, str(error)
    except OSError as error:  # a full disk, a folder that may not be written
        reason = f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}."
        print(f"Error: {reason}", file=sys.stderr)  # noqa: T201
        return FAILED, {}, reason
    except Exception as error:
        traceback.print_exc()
        return FAILED, {}, f"{type(error).__name__}: {error}"


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the signals that ask a process to end into an exception, once; a second one ends it at once."""

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise _StoppedError

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _looking_for_wish(store: JobStore, job_id: int) -> Iterator[None]:
    """Stop this process when the table says that somebody wants it, for those who can't send it a signal."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY_SECONDS):
            with suppress(CatalogError):
                if store.is_cancelled(job_id):
                    os.kill(os.getpid(), signal.SIGTERM)
                    return

    looker = threading.Thread(target=look, name="wish-to-stop", daemon=True)
    looker.start()
    try:
        yield
    finally:
        over.set()
        looker.join()


def _plain_facts(result: object) -> dict[str, object]:
    """What can be written down of what a function returned: single values by name."""
    fields = result if isinstance(result, Mapping) else getattr(result, "__dict__", {})
    return {name: value for name, value in fields.items() if isinstance(value, str | int | float | bool)}
