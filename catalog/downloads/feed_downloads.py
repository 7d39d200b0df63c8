"""Downloads a feed that is named by its address, if it has changed since the last import."""

import gzip
import hashlib
import json
import os
import re
import zlib
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NoReturn

from tqdm import tqdm

from catalog.downloads.fetching import Fetched, Fetcher, Version, read_address
from catalog.downloads.hosts import Hosts
from catalog.downloads.settings import DownloadSettings
from catalog.errors import DownloadError
from search.files import written_aside

MAX_BYTES = 2 * 2**30  # of a feed, unpacked
MAX_SECONDS = 900.0
_GZIP = b"\x1f\x8b"
_PIECE = 2**20


def download_feed(
    address: str,
    directory: Path,
    settings: DownloadSettings,
    *,
    hosts: Hosts | None = None,
    hide_progress: bool | None = None,
) -> Path:
    """The file of a feed, as its address has it now; a file packed by gzip is unpacked.

    Args:
        address: of http or https.
        directory: where downloaded feeds lie; each address has one file, which the next download replaces.
        settings: of downloads.
        hosts: who decides about further tries.
        hide_progress: whether to hide the progress bar; None hides it where there is no terminal.

    Raises:
        DownloadError: it can't be downloaded; the file of an earlier download stays.
    """
    url = read_address(address)
    path = directory / feed_file_name(address)
    facts = path.with_name(f"{path.name}.json")
    fetcher = Fetcher(settings)
    known = _read_version(facts) if path.is_file() else None
    try:
        with tqdm(desc="Downloading", unit="B", unit_scale=True, disable=hide_progress) as bar:
            (hosts or Hosts()).attempt(str(url.host), lambda: _replace(fetcher, address, path, facts, known, bar))
    except OSError as error:
        raise DownloadError(f"{address} can't be kept: {error.strerror or error}.") from error
    except DownloadError as error:
        raise DownloadError(f"{address} can't be downloaded. {error}") from error
    finally:
        fetcher.close()
    return path


def forget_feed(address: str, directory: Path) -> None:
    """Delete the file of a feed that doesn't belong to the catalogue any more."""
    name = feed_file_name(address)
    for one in (name, f"{name}.json"):
        (directory / one).unlink(missing_ok=True)


def feed_file_name(address: str) -> str:
    """The name of the file in which a feed is kept: readable, and another one for each address."""
    url = read_address(address)
    name = PurePosixPath(url.path or "").name.removesuffix(".gz")
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", f"{url.host}-{name}").strip("-.")[-80:]
    return f"{hashlib.sha256(address.encode()).hexdigest()[:12]}-{readable}"


def _replace(
    fetcher: Fetcher, address: str, path: Path, facts: Path, known: Version | None, bar: "tqdm[NoReturn]"
) -> Fetched:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("wb") as file:

            def write(piece: bytes) -> None:
                file.write(piece)
                bar.update(len(piece))

            fetched = fetcher.fetch(
                address, write, max_bytes=MAX_BYTES, max_seconds=MAX_SECONDS, known=known, zipped=True
            )
        if fetched.unchanged:
            return fetched
        if is_packed(partial):
            _unpack(partial)
        facts.unlink(missing_ok=True)  # of the earlier file: if nothing more comes of this, no server is asked by them
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    with written_aside(facts) as partial:
        partial.write_text(json.dumps(asdict(fetched.version)), encoding="utf-8")
    return fetched


def is_packed(path: Path) -> bool:
    """Whether a file is packed by gzip."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _unpack(path: Path) -> None:
    """Replace a file by what it unpacks to, which is bounded as a feed is."""
    unpacked = path.with_suffix(".unpacked.part")
    try:
        with gzip.open(path) as source, unpacked.open("wb") as target:
            _copy_bounded(source, target)
        unpacked.replace(path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DownloadError(f"The packed feed is damaged: {error}.") from error
    finally:
        unpacked.unlink(missing_ok=True)


def _copy_bounded(source: "gzip.GzipFile", target: BinaryIO) -> None:
    total = 0
    while piece := source.read(_PIECE):
        total += len(piece)
        if total > MAX_BYTES:
            raise DownloadError(f"The feed unpacks to over {MAX_BYTES / 2**30:g} GiB, which is more than is read.")
        target.write(piece)


def _read_version(facts: Path) -> Version | None:
    with suppress(OSError, ValueError, TypeError):
        return Version(**json.loads(facts.read_text(encoding="utf-8")))
    return None
