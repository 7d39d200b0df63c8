"""What was said of a source when it was last imported, so that the next import needs nobody to say it again.

sources/NAME.json   in the data directory; NAME is that of the source's lists of rejects
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from catalog.importing.rejects_file import name_list
from catalog.products import is_web_source
from catalog.source_options import ToldOfSource
from search.files import written_aside


class KeptOptions:
    """The options of the sources of a data directory.

    Args:
        home: the data directory.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "sources"

    def choose(self, source: str, told: ToldOfSource) -> ToldOfSource:
        """What is said now, or, if nothing is, what was said when the source was last imported."""
        return told if told.says_anything else self.read(source)

    def read(self, source: str) -> ToldOfSource:
        """What was said of a source; nothing if it never was, or can't be read any more."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            found = json.loads(self._path(source).read_text(encoding="utf-8"))
            return ToldOfSource(**{**found, "pairs": tuple(found["pairs"])})
        return ToldOfSource()

    def keep(self, source: str, told: ToldOfSource) -> None:
        """Keep what was said of a source that has just been imported; raises OSError if that can't be written."""
        if not told.says_anything:
            self.forget(source)
            return
        with written_aside(self._path(source)) as partial:
            partial.write_text(json.dumps(asdict(told), ensure_ascii=False), encoding="utf-8", errors="replace")

    def forget(self, source: str) -> None:
        """Forget what was said of a source."""
        self._path(source).unlink(missing_ok=True)

    def _path(self, source: str) -> Path:
        location = source.strip() if is_web_source(source) else os.path.abspath(source)  # noqa: PTH100 (as feeds do)
        return self._folder / f"{name_list(location)}.json"
