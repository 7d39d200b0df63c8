"""``python -m indexer verify``: reads everything that Vitrina keeps, and says what is damaged and what mends it.

It changes nothing, but for a catalogue of an earlier version, which is brought up to date as by every command.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from catalog import Catalog, DatabaseError
from catalog.storage.database import Database
from catalog.storage.sqlite_file import has_traces
from indexer.corpus.cache_recovery import JOINED, is_sound
from search.errors import IndexUnavailableError, NoIndexError, OtherModelError, StoreUnavailableError
from search.files import find_half_written
from search.index.manifest import MANIFEST, current_snapshot, live_name, read_manifest, verify_snapshot
from search.index.snapshot import Snapshot
from search.model.bundle import Bundle
from search.sealed_images import is_sealed, is_whole

MENDED_BY_BUILD = "`make index` (python -m indexer build) mends it."
_SHOWN = 5  # damaged files that are named


@dataclass
class Check:
    """What was found in one part of the data directory."""

    part: str
    looked_at: str  # how much there was to look at
    problems: list[str] = field(default_factory=list)  # sentences; none where all is well
    notes: list[str] = field(default_factory=list)  # sentences about what is no damage

    def describe(self) -> list[str]:
        """Lines for people."""
        verdict = "damaged" if self.problems else "ok"
        more = len(self.problems) - _SHOWN
        lines = [f"{self.part:<11}{verdict:<9}{self.looked_at}", *(f"  {text}" for text in self.problems[:_SHOWN])]
        return lines + ([f"  and {more:,} more"] if more > 0 else []) + [f"  {text}" for text in self.notes]


def verify_home(home: Path, index_dir: Path, bundle: Bundle, database_url: str) -> list[Check]:
    """Check the index with its kept snapshots, the embedding cache, the scaled photos, and the database."""
    return [
        check_index(index_dir, bundle),
        check_embeddings(home / "cache" / "embeddings", bundle),
        check_thumbnails(home / "cache" / "thumbnails"),
        check_database(database_url),
        check_leftovers(home),
    ]


def check_index(index_dir: Path, bundle: Bundle) -> Check:
    """Open the live snapshot, and compare the checksums of all that are kept."""
    live = live_name(index_dir)
    kept = [path.parent for path in sorted(index_dir.glob(f"*/{MANIFEST}")) if path.parent.suffix != ".partial"]
    check = Check("index", f"{len(kept)} snapshots, live: {live or 'none'}")
    try:
        Snapshot.open(current_snapshot(index_dir), bundle, verify=True)
    except NoIndexError as error:
        check.notes.append(str(error))
    except (OtherModelError, StoreUnavailableError) as error:  # which say what to do
        check.problems.append(str(error))
    except IndexUnavailableError as error:
        check.problems.append(f"{error} {MENDED_BY_BUILD}" if "make index" not in str(error) else str(error))
    for path in kept:
        if path.name != live:
            try:
                verify_snapshot(path, read_manifest(path))
            except IndexUnavailableError as error:
                if path.exists():  # else a build has just removed it
                    check.problems.append(f"{error} It isn't live; delete {path}.".replace(" Run `make index` (", " ("))
    return check


def check_embeddings(directory: Path, bundle: Bundle) -> Check:
    """Read every entry of the cache of the model in use."""
    path = directory / f"{bundle.hash}.sqlite"
    if not path.is_file():
        return Check("embeddings", "none kept for this model")
    entries = damaged = 0
    check = Check("embeddings", "")
    try:
        with closing(_open_read_only(path)) as cache:
            problem = cache.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem != "ok":
                check.problems.append(f"{path} is damaged ({problem}). {MENDED_BY_BUILD}")
            has_sums = cache.execute("SELECT 1 FROM sqlite_master WHERE name = 'checksums'").fetchone()
            source, crc32 = (JOINED, "crc32") if has_sums else ("embeddings", "NULL")
            for vector, seen, crc in cache.execute(f"SELECT vector, seen, {crc32} FROM {source}"):  # noqa: S608
                entries += 1
                damaged += not is_sound(vector, seen, crc, bundle.dim)
    except sqlite3.Error as error:
        check.problems.append(f"{path} can't be read: {error}. {MENDED_BY_BUILD}")
    if damaged:
        check.problems.append(f"{damaged:,} entries are damaged. {MENDED_BY_BUILD}")
    check.looked_at = f"{entries:,} entries"
    return check


def check_thumbnails(directory: Path) -> Check:
    """Compare every scaled photo with its seal; decode those of earlier versions, which have none."""
    files = [path for path in sorted(directory.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    check = Check("thumbnails", f"{len(files):,} scaled photos")
    for path in files:
        if not _is_whole_image(path):
            check.problems.append(f"{path} is damaged. The shop makes it anew when somebody asks for it.")
    return check


def check_database(url: str) -> Check:
    """Have the database look at itself; read the catalogue's tables."""
    check = Check("database", "")
    try:
        if not Database.exists(url) and not has_traces(Path(make_url(url).database or "")):  # opening it would make one
            check.looked_at = "none"
            check.notes.append("There is no database yet. python -m catalog import SOURCE makes one.")
            return check
        with Catalog.open(url) as catalog:
            counts = catalog.counts()
        check.looked_at = f"{counts.products:,} products, {counts.photos:,} photos"
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            check.notes.append("PostgreSQL was only read; its own means, such as pg_amcheck, check its files.")
            return check
        with closing(_open_read_only(Path(parsed.database))) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            loose = connection.execute("PRAGMA foreign_key_check").fetchall()
        check.problems += [f"{text}. Bring a backup back: python -m catalog restore FILE." for text in found[:_SHOWN]]
        if found == ["ok"]:
            check.problems.clear()
        if loose:
            check.problems.append(f"{len(loose):,} rows belong to rows that aren't there.")
    except (DatabaseError, sqlite3.Error) as error:
        check.problems.append(str(error))
    return check


def check_leftovers(home: Path) -> Check:
    """Look for files that killed processes have left half-written."""
    found = find_half_written(home)
    check = Check("leftovers", f"{len(found):,} half-written files")
    if found:
        check.notes.append("They harm nothing; the next `make index` removes them.")
    return check


def describe(checks: Iterable[Check]) -> list[str]:
    """Lines for people."""
    return [line for check in checks for line in check.describe()]


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _is_whole_image(path: Path) -> bool:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # the shop has just made room for others
        return True
    except OSError:
        return False
    return is_sealed(content) or is_whole(content)
