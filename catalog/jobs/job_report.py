"""The report of a job's process on its progress and its end: a small file beside the job's log.

It isn't stored in the jobs' table, because an import may hold the database's write lock for minutes.
"""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from search.files import written_aside

_TAIL_BYTES = 16 * 2**10


@dataclass(frozen=True)
class JobReport:
    """The latest report of a job's process."""

    stage: str | None = None  # name of the stage that the job is in
    done: int = 0  # finished steps of the stage
    total: int | None = None  # steps of the stage; None where their number isn't known
    state: str | None = None  # how the job ended; None while it runs
    facts: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None


def make_storable(value: Any) -> Any:
    """A text, a fact or several of them, as any file and any database takes them.

    Names of files may hold bytes that are no characters; PostgreSQL takes no null character, and its JSON only numbers.
    """
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode().replace("\0", "\\x00")
    if isinstance(value, Mapping):
        return {make_storable(name): make_storable(one) for name, one in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return [make_storable(one) for one in value] if isinstance(value, list | tuple) else value


def write_report(path: Path, report: JobReport) -> None:
    """Replace the report; readers see the old one or the new one. Raises OSError if the file can't be written."""
    with written_aside(path) as partial:
        partial.write_text(json.dumps(make_storable(asdict(report)), ensure_ascii=False), encoding="utf-8")


def read_report(path: Path) -> JobReport:
    """The report; an empty one where there is no file, or the file can't be read."""
    try:
        return JobReport(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return JobReport()


def read_tail(path: Path, lines: int) -> list[str]:
    """The last lines of a log, without blank ones; an empty list where there is no log."""
    try:
        with path.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - _TAIL_BYTES))
            text = log.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-lines:]


def last_sign_of_life(*paths: Path) -> str:
    """When one of these files was last written, ISO 8601, UTC; the present time where none exists."""
    times = [path.stat().st_mtime for path in paths if path.exists()]
    moment = datetime.fromtimestamp(max(times), UTC) if times else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")
