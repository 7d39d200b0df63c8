"""What a job's process says of itself while it runs and when it ends: a small file beside its log.

A file, not the table: an import may hold the database's write lock for minutes, and progress can't wait for it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from search.files import written_aside

_TAIL_BYTES = 16 * 2**10


@dataclass(frozen=True)
class JobReport:
    """A job's last word."""

    stage: str | None = None  # what it is at
    done: int = 0
    total: int | None = None  # None where it can't be told
    state: str | None = None  # how it ended; None while it runs
    facts: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None


def write_report(path: Path, report: JobReport) -> None:
    """Replace the report, so that readers see the old one or the new one; raises OSError where that fails."""
    with written_aside(path) as partial:
        partial.write_text(json.dumps(asdict(report), ensure_ascii=False), encoding="utf-8")


def read_report(path: Path) -> JobReport:
    """The report; an empty one where there is none, or none that can be read."""
    try:
        return JobReport(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return JobReport()


def read_tail(path: Path, lines: int) -> list[str]:
    """The last lines of a log; none where there is no log."""
    try:
        with path.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - _TAIL_BYTES))
            text = log.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-lines:]


def last_sign_of_life(*paths: Path) -> str:
    """When a job's files were last written, ISO 8601, UTC; now where there are none."""
    times = [path.stat().st_mtime for path in paths if path.exists()]
    moment = datetime.fromtimestamp(max(times), UTC) if times else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")
