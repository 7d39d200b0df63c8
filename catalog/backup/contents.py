"""What is in a backup: a tar archive of regular files, whose table of contents comes last and names their checksums.

catalog.db           the catalogue with decisions, accounts and events; not for PostgreSQL, which has ``pg_dump``
studio-secret        signs the studio's sessions; where the data directory keeps one
index/NAME/...       the live snapshot of the index, if there is a sound one
contents.json        when and of what it was made, and the sha256 of each file above
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
CATALOG = "catalog.db"
SECRET = "studio-secret"  # noqa: S105 - a file's name; webapp.studio.secret draws it
INDEX = "index"
CONTENTS = "contents.json"

_NAME = re.compile(rf"{re.escape(CATALOG)}|{SECRET}|{INDEX}/[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True)
class Contents:
    """The table of contents of a backup."""

    made_at: str  # ISO 8601, UTC
    products: int
    photos: int
    accounts: int
    snapshot: str | None  # name of the index's live snapshot
    files: Mapping[str, str] = field(default_factory=dict)  # name -> sha256
    format: int = FORMAT

    def to_json(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Contents":
        """Raises ValueError if that is no table of contents, or one of another version."""
        fields: Any = json.loads(content)
        if not isinstance(fields, dict) or fields.get("format") != FORMAT:
            raise ValueError(f"its format is {fields.get('format') if isinstance(fields, dict) else None!r}")
        try:
            contents = cls(**fields)
        except TypeError as error:
            raise ValueError(str(error)) from error
        if not isinstance(contents.files, dict) or not all(map(is_name, contents.files)):
            raise ValueError("it names files that no backup has")
        snapshot = contents.snapshot
        if snapshot is not None and not any(name.startswith(f"{INDEX}/{snapshot}/") for name in contents.files):
            raise ValueError("it names an index that it hasn't")
        counts = (contents.products, contents.photos, contents.accounts)
        if not isinstance(contents.made_at, str) or not all(type(count) is int for count in counts):
            raise ValueError("a date or a number is none")
        return contents


def is_name(name: str) -> bool:
    """Whether a backup may hold a file of this name: none leads out of the data directory."""
    return _NAME.fullmatch(name) is not None
