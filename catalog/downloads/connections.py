"""Connections to addresses that were checked, and a limit of time for all that happens on them.

urllib3 connects to the address that ``public_network`` has allowed, and uses the host's name for the certificate and
the ``Host`` header only, so a name that is resolved a second time leads nowhere else. The environment's proxies aren't
used.
"""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from catalog.downloads.public_network import Resolver
from catalog.errors import DownloadError

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 20.0  # in which a server must send something

_current = threading.local()


class Deadline:
    """The end of a download, in the thread that enters the block: then its connection is cut, whatever it waits for.

    A server that sends a byte every few seconds never runs into a time-out of the connection.
    """

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.expired = False

    def __enter__(self) -> Self:
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _current.deadline = None
        self._timer.cancel()
        with self._lock:
            self._sockets.clear()

    def watch(self, connected: socket.socket | None) -> None:
        """Cut this connection when the time is over."""
        with self._lock:
            if connected is not None:
                self._sockets.append(connected)
        if time.monotonic() > self._ends_at:
            self._expire()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            for connected in self._sockets:
                with contextlib.suppress(OSError):
                    # Of the socket below TLS: what the encrypted one would do isn't safe while another thread reads.
                    socket.socket.shutdown(connected, socket.SHUT_RDWR)


class _WatchedConnection(HTTPConnection):
    def getresponse(self) -> Any:
        _watch(self.sock)
        return super().getresponse()


class _WatchedSecureConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        _watch(self.sock)
        return super().getresponse()


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _WatchedSecureConnection


class Connections:
    """Opens and keeps connections; threads may share one object.

    Args:
        resolver: tells which addresses a host has.
        per_host: how many connections to one host are kept.
    """

    def __init__(self, resolver: Resolver, per_host: int) -> None:
        self._resolver = resolver
        self._per_host = per_host
        self._pools: dict[tuple[str, str, int, str], urllib3.HTTPConnectionPool] = {}
        self._lock = threading.Lock()

    def get(self, address: "urllib3.util.Url", headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        """Ask for an address, without following redirects; the body isn't read yet.

        Args:
            address: with scheme, host and port.
            headers: of the request; ``Host`` is added.

        Raises:
            DownloadError: the host can't be found, or isn't allowed.
            urllib3.exceptions.HTTPError: there is no connection, or no answer.
        """
        host, port = str(address.host), int(address.port or 0)
        found = self._resolver.resolve(host.strip("[]"), port)
        for last, connected in enumerate(found, 1 - len(found)):
            pool = self._pool(str(address.scheme), host, port, connected)
            try:
                return pool.urlopen(
                    "GET",
                    address.request_uri,
                    headers={"Host": _written_host(address), **headers},
                    redirect=False,
                    retries=False,
                    assert_same_host=False,
                    preload_content=False,
                    decode_content=False,
                    timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=SILENCE_SECONDS),
                )
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
                if last == 0:
                    raise
        raise DownloadError(f"The host {host} has no address.", again=True)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _pool(self, scheme: str, host: str, port: int, connected: str) -> urllib3.HTTPConnectionPool:
        key = (scheme, host, port, connected)
        with self._lock:
            if key not in self._pools:
                many: dict[str, Any] = {"maxsize": self._per_host, "block": False}
                if scheme == "https":
                    name = host.strip("[]")
                    self._pools[key] = _SecurePool(connected, port, assert_hostname=name, server_hostname=name, **many)
                else:
                    self._pools[key] = _Pool(connected, port, **many)
            return self._pools[key]


def _watch(connected: socket.socket | None) -> None:
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is not None:
        deadline.watch(connected)


def _written_host(address: "urllib3.util.Url") -> str:
    is_usual = address.port == {"http": 80, "https": 443}[str(address.scheme)]
    return str(address.host) if is_usual else f"{address.host}:{address.port}"
