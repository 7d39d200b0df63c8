"""One download: redirects are followed and checked each, and the body is bounded in bytes and in time."""

import base64
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import urllib3
from urllib3.util import Url, parse_url

from catalog.downloads.connections import SILENCE_SECONDS, Connections, Deadline
from catalog.downloads.public_network import Resolver
from catalog.downloads.settings import DownloadSettings
from catalog.errors import DownloadError

MAX_REDIRECTS = 5
_AGENT = "Vitrina (product import)"
_PIECE = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})  # from 520 on: of Cloudflare
_PORTS = {"http": 80, "https": 443}
_TEXTS = {
    401: "it asks for a name and a password; VITRINA_DOWNLOAD_SECRETS takes them",
    403: "it doesn't let us have it",
    404: "there is nothing at this address",
    407: "it asks for a proxy's password",
    410: "what was at this address is gone",
    429: "it gets too many requests",
}


@dataclass(frozen=True)
class Version:
    """By what a server knows the copy that we have; empty texts where it said nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """The end of a download."""

    version: Version
    content_type: str
    unchanged: bool = False  # whether the server says that our copy is the present one


class Fetcher:
    """Downloads one address at a time per thread; threads may share one object.

    Args:
        settings: which networks are allowed, and the secrets of hosts.
    """

    def __init__(self, settings: DownloadSettings) -> None:
        self._settings = settings
        self._connections = Connections(Resolver(settings.private), settings.per_host)

    def fetch(
        self,
        address: str,
        write: Callable[[bytes], object],
        *,
        max_bytes: int,
        max_seconds: float,
        known: Version | None = None,
        zipped: bool = False,
    ) -> Fetched:
        """Download what an address names.

        Args:
            address: of http or https.
            write: takes the body piece by piece.
            max_bytes: of the body, also of what a packed one unpacks to.
            max_seconds: from the first connection to the last byte.
            known: the version that we have; nothing is written if it is the present one.
            zipped: whether the server may pack the body for the way.

        Raises:
            DownloadError: it can't be downloaded; part of it may have been written.
        """
        with Deadline(max_seconds) as deadline:
            try:
                fetched = self._follow(address, write, max_bytes, known, zipped)
            except DownloadError as error:
                if deadline.expired:
                    raise _too_slow(max_seconds) from error
                raise
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                if deadline.expired:
                    raise _too_slow(max_seconds) from error
                raise DownloadError(f"The download failed: {_explain(error)}.", again=True) from error
            if deadline.expired:  # a connection that is cut within the headers looks like an answer without a body
                raise _too_slow(max_seconds)
            return fetched

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _follow(
        self, address: str, write: Callable[[bytes], object], max_bytes: int, known: Version | None, zipped: bool
    ) -> Fetched:
        for _ in range(MAX_REDIRECTS + 1):
            url = read_address(address)
            response = self._connections.get(url, self._headers(url, known, zipped))
            try:
                if response.status not in _REDIRECTS:
                    return _take(response, write, max_bytes, known)
                target = response.headers.get("Location")
                if not target:
                    raise DownloadError("The server leads elsewhere and doesn't say where.")
                address = urljoin(url.url, _read_location(target))
            finally:
                # A body that was read to its end leaves the connection open for the next download.
                if response.length_remaining == 0:
                    response.release_conn()
                response.close()
        raise DownloadError(f"The server leads from one address to the next, over {MAX_REDIRECTS} times.")

    def _headers(self, url: Url, known: Version | None, zipped: bool) -> dict[str, str]:
        headers = {"User-Agent": _AGENT, "Accept": "*/*", "Accept-Encoding": "gzip" if zipped else "identity"}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        secrets = self._settings.secrets_for(str(url.scheme), str(url.host), int(url.port or 0))
        if secrets.user or secrets.password:
            token = base64.b64encode(f"{secrets.user}:{secrets.password}".encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        return {**headers, **secrets.headers}


def _read_location(target: str) -> str:
    """Where an answer leads: servers write UTF-8 as it is, and the HTTP client reads each byte for a character."""
    try:
        return target.encode("latin-1").decode()
    except UnicodeError:
        return target


def read_address(written: str) -> Url:
    """A web address in its parts, with its port, and with odd characters escaped.

    Raises:
        DownloadError: it is none, is of another scheme, or holds a password.
    """
    written = written.strip()
    if written.startswith("//"):
        written = f"https:{written}"
    try:
        url = parse_url(written)
    except (urllib3.exceptions.HTTPError, ValueError, UnicodeError) as error:
        raise DownloadError(f"{written[:200]!r} is no web address.") from error
    if url.scheme not in _PORTS or not url.host:
        raise DownloadError(f"{written[:200]!r} is no web address of http or https, and nothing else is downloaded.")
    if url.auth is not None:
        raise DownloadError(
            "The address holds a name and a password, which others would see. Take them out of it, and write them into "
            "the file of VITRINA_DOWNLOAD_SECRETS."
        )
    return url._replace(port=url.port or _PORTS[url.scheme], fragment=None)


def _take(
    response: urllib3.BaseHTTPResponse, write: Callable[[bytes], object], max_bytes: int, known: Version | None
) -> Fetched:
    version = Version(response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if response.status == 304 and known is not None:
        return Fetched(known, kind, unchanged=True)
    if response.status != 200:
        raise _refusal(response)
    if int(response.length_remaining or 0) > max_bytes:
        raise _too_large(max_bytes)
    total = 0
    for piece in _unpacked(response, max_bytes):
        total += len(piece)
        if total > max_bytes:
            raise _too_large(max_bytes)
        write(piece)
    return Fetched(version, kind)


def _unpacked(response: urllib3.BaseHTTPResponse, max_bytes: int) -> Iterator[bytes]:
    """The body in pieces; a packed one is never unpacked to more than a piece over what may come."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        while piece := response.read1(_PIECE):
            yield piece
        return
    if encoding not in ("gzip", "x-gzip"):
        raise DownloadError(f"The server packs it as {encoding[:40]!r}, which wasn't asked for.")
    unpacker, left = zlib.decompressobj(16 + zlib.MAX_WBITS), max_bytes + 1
    try:
        while piece := response.read1(_PIECE):
            while piece and left > 0:
                if unpacker.eof:  # several packed parts in a row are one body, perhaps with zeros behind them
                    piece = piece.lstrip(b"\0")
                    if not piece:
                        break
                    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
                out = unpacker.decompress(piece, min(_PIECE, left))
                left -= len(out)
                if out:
                    yield out
                piece = unpacker.unconsumed_tail or unpacker.unused_data
            if left <= 0:
                raise _too_large(max_bytes)
    except zlib.error as error:
        raise DownloadError(f"What the server sends can't be unpacked: {error}.") from error
    if not unpacker.eof:
        raise DownloadError("The download broke off before its end.", again=True)


def _refusal(response: urllib3.BaseHTTPResponse) -> DownloadError:
    status = response.status
    text = _TEXTS.get(status) or ("it has a problem of its own" if status >= 500 else "it was not expected")
    wait = _read_retry_after(response.headers.get("Retry-After", ""))
    return DownloadError(f"The server answered {status}: {text}.", again=status in _LATER, wait_seconds=wait)


def _read_retry_after(written: str) -> float | None:
    written = written.strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    try:
        moment = parsedate_to_datetime(written)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _too_large(max_bytes: int) -> DownloadError:
    return DownloadError(f"It has over {max_bytes / 2**20:,.0f} MiB, which is more than is downloaded.")


def _too_slow(max_seconds: float) -> DownloadError:
    return DownloadError(f"The download took over {max_seconds:g} seconds.", again=True)


def _explain(error: Exception) -> str:
    """What went wrong, without the names of objects that urllib3 puts into its messages."""
    errors = urllib3.exceptions
    if isinstance(error, errors.ConnectTimeoutError):
        return "the server can't be reached"
    if isinstance(error, errors.ReadTimeoutError | TimeoutError):
        return f"the server sent nothing for {SILENCE_SECONDS:g} seconds"
    if isinstance(error, errors.NewConnectionError):
        return "the server takes no connection"
    if isinstance(error, errors.SSLError):
        return f"the server's certificate can't be trusted ({str(error)[:200]})"
    if isinstance(error, errors.ProtocolError):
        return "the connection broke off"
    return f"{type(error).__name__} {str(error)[:200]}".strip()
