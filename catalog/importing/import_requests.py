"""What a person asks of a job that reads a source, and what a check found; small files in the data directory.

imports/7.request.json   what job 7 is to do
imports/7.check.json     what it found
uploads/NAME             a source that came through the browser; the same name replaces it, and stays the same source
"""

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from catalog.errors import UnknownJobError
from catalog.source_options import ToldOfSource
from search.files import written_aside

_KEPT = 50  # requests, as many as there are logs of jobs
_NAME_CHARACTERS, _NAME_BYTES = 100, 180  # of an upload; file systems take 255 bytes, a file written aside some more


@dataclass(frozen=True)
class ImportRequest:
    """A source, what is said of it, and whether products that it no longer lists are to go."""

    source: str
    told: ToldOfSource
    prune: bool = False


class ImportRequests:
    """The requests of a data directory.

    Args:
        home: the data directory.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "imports"
        self._uploads = home / "uploads"

    def write(self, job_id: int, request: ImportRequest) -> None:
        """Note what a job is to do; raises OSError if that can't be written."""
        self._write(f"{job_id}.request.json", asdict(request))
        for path in self._folder.glob("*.json"):
            if path.name.partition(".")[0].isdigit() and int(path.name.partition(".")[0]) <= job_id - _KEPT:
                path.unlink(missing_ok=True)

    def read(self, job_id: int) -> ImportRequest:
        """What a job is to do; raises UnknownJobError if nobody has said that, or it is no longer kept."""
        found = self._read(f"{job_id}.request.json")
        try:
            told = ToldOfSource(**{**found["told"], "pairs": tuple(found["told"]["pairs"])})
            return ImportRequest(found["source"], told, found["prune"])
        except (KeyError, TypeError) as error:
            raise UnknownJobError(f"What job {job_id} was to read isn't known any more.") from error

    def write_check(self, job_id: int, check: dict[str, Any]) -> None:
        """Keep what a check found."""
        self._write(f"{job_id}.check.json", check)

    def read_check(self, job_id: int) -> dict[str, Any]:
        """What a check found; empty if it hasn't ended, or isn't kept."""
        return self._read(f"{job_id}.check.json")

    def upload_path(self, name: str) -> Path:
        """Where a file lies that was sent under a name; no name leads out of the folder."""
        readable = re.sub(r"[^\w.-]+", "-", re.split(r"[/\\]", name)[-1]).strip("-.")[-_NAME_CHARACTERS:]
        short = readable.encode("utf-8", "ignore")[-_NAME_BYTES:].decode("utf-8", "ignore").lstrip("-.")
        return self._uploads / (short or "export")

    def _write(self, name: str, content: dict[str, Any]) -> None:
        with written_aside(self._folder / name) as partial:
            partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8", errors="replace")

    def _read(self, name: str) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            found = json.loads((self._folder / name).read_text(encoding="utf-8"))
            return found if isinstance(found, dict) else {}
        return {}
