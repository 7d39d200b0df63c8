"""The studio's jobs. A job that the table calls running does run only if the lock of the jobs is held."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from catalog.accounts.audit import note_change
from catalog.errors import DatabaseError, JobEndedError, JobRunningError, UnknownJobError
from catalog.jobs.job_report import JobReport, last_sign_of_life, make_storable, read_report, read_tail, write_report
from catalog.jobs.processes import stop_group, this_place
from catalog.storage.database import Database
from catalog.storage.tables.jobs import jobs
from search.files import exclusive, is_locked
from search.settings import home_dir

KINDS = ("build", "check-labels", "appraise", "check-source", "import")
RUNNING, DONE, FAILED, CANCELLED, STOPPED, DIED = "running", "done", "failed", "cancelled", "stopped", "died"
FILES_KEPT = 50  # number of jobs whose logs are kept
LOG_LINES = 12
_PATIENCE_SECONDS = 1.0  # others hold a shared lock for an instant when they look whether a job runs


@dataclass(frozen=True)
class Job:
    """One job with its true state."""

    job_id: int
    kind: str  # one of KINDS
    started_by: str
    started_at: str  # ISO 8601, UTC
    ended_at: str | None  # of a job that died: when it last wrote its report or log
    state: str  # RUNNING, DONE, ...; STOPPED: by SIGTERM; DIED: its process ended without a report
    pid: int | None
    place: str | None
    cancelled_by: str | None
    facts: Mapping[str, Any]
    error: str | None

    @property
    def runs(self) -> bool:
        """Whether the job is running."""
        return self.state == RUNNING


Launch = Callable[[Job, int], int | None]


class JobStore:
    """Starts, watches and stops jobs. Each process that serves the data directory has an object of its own."""

    def __init__(self, database: Database, directory: Path | None = None) -> None:
        self._database = database
        self._directory = directory or home_dir() / "jobs"
        self._lock_path = self._directory / "running.lock"

    def start(self, kind: str, *, by: str, launch: Launch) -> Job:
        """Start a job.

        Args:
            kind: one of ``KINDS``.
            by: the account's name.
            launch: starts the process. It gets the job and the descriptor of the held lock, which the process must
                inherit, and returns the number of the process, or None where that is not
                known. If it raises OSError, the job counts as failed.

        Raises:
            JobRunningError: another job is running; nothing was started.
            DatabaseError: the table can't be written; nothing was started.
        """
        with self._only_job() as descriptor:
            job = self._add(kind, by)
            self._forget_files(job.job_id)
            try:
                pid = launch(job, descriptor)
            except OSError as error:
                self.end(job.job_id, FAILED, error=f"Its process can't be started: {error}.")
            else:
                if pid is not None:
                    self._note_process(job.job_id, pid)
        return self.job(job.job_id)

    def _note_process(self, job_id: int, pid: int) -> None:
        """Write down a process that was just started, so that it can be stopped before it has come to ``begin``."""
        with suppress(DatabaseError), self._database.writing(alone=False) as connection:
            unknown = (jobs.c.job_id == job_id) & jobs.c.pid.is_(None)
            connection.execute(update(jobs).where(unknown).values(pid=pid, place=this_place()))

    @contextmanager
    def _only_job(self) -> Iterator[int]:
        """Hold the lock of all jobs of the data directory; the lock is taken before the job's process exists."""
        with ExitStack() as stack:
            try:
                descriptor = stack.enter_context(exclusive(self._lock_path, patience_seconds=_PATIENCE_SECONDS))
            except BlockingIOError:
                raise JobRunningError(
                    "A job is running already, and one runs at a time. Wait for it to end, or cancel it."
                ) from None
            yield descriptor

    def begin(self, job_id: int) -> Job:
        """Take on a job, in the process that does it, and return the job.

        Raises:
            UnknownJobError: there is no such job.
            JobEndedError: the job has ended or is cancelled, or another process does it.
        """
        claimed = {"pid": os.getpid(), "place": this_place()}
        free = (
            (jobs.c.job_id == job_id)
            & jobs.c.ended_at.is_(None)
            & jobs.c.cancelled_by.is_(None)
            & (jobs.c.pid.is_(None) | ((jobs.c.pid == os.getpid()) & (jobs.c.place == this_place())))
        )
        mine = False
        with self._database.writing(alone=False) as connection:
            if is_locked(self._lock_path):  # this process has inherited the lock
                mine = connection.execute(update(jobs).where(free).values(**claimed)).rowcount == 1
            row = connection.execute(select(jobs).where(jobs.c.job_id == job_id)).one_or_none()
        if row is None:
            raise UnknownJobError(f"There is no job {job_id}. The studio starts jobs; this command only does them.")
        if not mine:
            raise JobEndedError(f"Job {job_id} has ended, or another process does it. Start a new one in the studio.")
        return Job(**row._mapping)

    def note_progress(self, job_id: int, report: JobReport) -> None:
        """Report the progress, in the process that does the job; errors such as a full disk are ignored."""
        with suppress(OSError):
            write_report(self.report_path(job_id), report)

    def end(
        self, job_id: int, state: str, *, facts: Mapping[str, object] | None = None, error: str | None = None
    ) -> None:
        """Report the end, in the process that does the job. A locked database gets the report later."""
        report = JobReport(state=state, facts=make_storable(facts or {}), error=make_storable(error))
        self.note_progress(job_id, report)
        with suppress(DatabaseError), self._database.writing(alone=False) as connection:
            _end(connection, job_id, report, _now())

    def cancel(self, job_id: int, *, by: str) -> Job:
        """Ask a job to stop, or kill it if it was asked before; a job that has ended stays as it is.

        Raises:
            UnknownJobError: there is no such job.
            DatabaseError: the table can't be written; nothing was stopped.
        """
        job = self.job(job_id)
        if not job.runs:
            return job
        with self._database.writing(alone=False) as connection:
            asked = update(jobs).where(
                jobs.c.job_id == job_id, jobs.c.ended_at.is_(None), jobs.c.cancelled_by.is_(None)
            )
            if connection.execute(asked.values(cancelled_by=by)).rowcount:
                note_change(connection, by=by, action="job cancelled", subject=str(job_id), before={"kind": job.kind})
        if job.pid is not None and job.place == this_place() and is_locked(self._lock_path):
            stop_group(job.pid, job_id, at_once=job.cancelled_by is not None)
        return self.job(job_id)

    def is_cancelled(self, job_id: int) -> bool:
        """Whether somebody asked the job to stop, perhaps on another machine than that of the job's process."""
        with self._database.reading() as connection:
            return connection.execute(select(jobs.c.cancelled_by).where(jobs.c.job_id == job_id)).scalar() is not None

    def job(self, job_id: int) -> Job:
        """The job of this id; raises UnknownJobError if there is none."""
        found = self._find(select(jobs).where(jobs.c.job_id == job_id))
        if not found:
            raise UnknownJobError(f"There is no job {job_id}.")
        return found[0]

    def latest(self, kind: str) -> Job | None:
        """The job of this kind that was started last; None if there was none."""
        found = self._find(select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.job_id.desc()).limit(1))
        return found[0] if found else None

    def running(self) -> Job | None:
        """The job that is running; None if there is none."""
        found = self._find(select(jobs).where(jobs.c.ended_at.is_(None)))
        return next((job for job in found if job.runs), None)

    def history(self, limit: int, offset: int = 0) -> list[Job]:
        """A page of all jobs, the latest first."""
        return self._find(select(jobs).order_by(jobs.c.job_id.desc()).limit(limit).offset(offset))

    def report(self, job: Job) -> JobReport:
        """The latest report of the job's process."""
        return read_report(self.report_path(job.job_id))

    def log_tail(self, job: Job, lines: int = LOG_LINES) -> list[str]:
        """The last lines of the job's log."""
        return read_tail(self.log_path(job.job_id), lines)

    def log_path(self, job_id: int) -> Path:
        """The path of the job's log, which holds what its process prints."""
        return self._directory / f"{job_id}.log"

    def report_path(self, job_id: int) -> Path:
        """The path of the job's report."""
        return self._directory / f"{job_id}.json"

    def _find(self, query: Select[Any]) -> list[Job]:
        with self._database.reading() as connection:
            found = [Job(**row._mapping) for row in connection.execute(query)]
        if any(job.runs for job in found) and not is_locked(self._lock_path):
            return [self._settle(job) for job in found]
        return found

    def _settle(self, job: Job) -> Job:
        """The job with its true state when nobody holds the lock: as its last report says, or dead without one."""
        if not job.runs:
            return job
        row: Row[Any] | None = None
        with suppress(DatabaseError), self._database.writing(alone=False) as connection:
            self._settle_in(connection, job.job_id)
            row = connection.execute(select(jobs).where(jobs.c.job_id == job.job_id)).one()
        if row is not None:
            return Job(**row._mapping)
        report, ended_at = self._last_word(job.job_id)  # the database is locked, so the table stays behind
        state = _true_state(report, job.cancelled_by)
        return Job(**{**vars(job), "state": state, "ended_at": ended_at, "facts": report.facts, "error": report.error})

    def _settle_in(self, connection: Connection, job_id: int) -> None:
        report, ended_at = self._last_word(job_id)
        _end(connection, job_id, report, ended_at)

    def _last_word(self, job_id: int) -> tuple[JobReport, str]:
        paths = self.report_path(job_id), self.log_path(job_id)
        return read_report(paths[0]), last_sign_of_life(*paths)

    def _add(self, kind: str, by: str) -> Job:
        values = {"kind": kind, "started_by": by, "started_at": _now(), "state": RUNNING, "facts": {}}
        with self._database.writing() as connection:
            for job_id in connection.scalars(select(jobs.c.job_id).where(jobs.c.ended_at.is_(None))).all():
                self._settle_in(connection, job_id)  # this process holds the lock, so none of these jobs runs
            key = connection.execute(insert(jobs).values(**values)).inserted_primary_key
            assert key is not None  # noqa: S101 - for the type checker
            note_change(connection, by=by, action="job started", subject=str(key[0]), after={"kind": kind})
            row = connection.execute(select(jobs).where(jobs.c.job_id == key[0])).one()
        return Job(**row._mapping)

    def _forget_files(self, job_id: int) -> None:
        for path in self._directory.glob("*.*"):
            if path.stem.isdigit() and int(path.stem) <= job_id - FILES_KEPT:
                path.unlink(missing_ok=True)


def _end(connection: Connection, job_id: int, report: JobReport, ended_at: str) -> None:
    """Store how a job ended, unless that is stored already."""
    still_open = (jobs.c.job_id == job_id) & jobs.c.ended_at.is_(None)
    cancelled_by = connection.execute(select(jobs.c.cancelled_by).where(still_open)).scalar()
    values = {"ended_at": ended_at, "state": _true_state(report, cancelled_by)}
    connection.execute(update(jobs).where(still_open).values(**values, facts=dict(report.facts), error=report.error))


def _true_state(report: JobReport, cancelled_by: str | None) -> str:
    """How a job ended; one that stopped or died after somebody had asked it to stop counts as cancelled."""
    state = report.state or DIED
    return CANCELLED if cancelled_by is not None and state in (STOPPED, DIED) else state


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
