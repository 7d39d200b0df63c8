"""The way to a Milvus server: its address, the client, and what its errors mean to a search.

``pymilvus`` is loaded when a Milvus is first needed, as it is optional and takes a second to load.
"""

import importlib
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from search.errors import StoreUnavailableError, UnknownStoreError
from search.settings import milvus_token

CALL_SECONDS = 5.0  # until a call that a visitor waits for is given up
WRITE_SECONDS = 120.0  # the same of a build's calls, of which some wait for the server's disk
SCHEMES = ("milvus+http", "milvus+https")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}")
_EXAMPLE = "milvus+http://milvus.example:19530/my_shop"

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class MilvusAddress:
    """Where a server is, and the name under which this shop's collections stand there."""

    uri: str  # http://host:port
    shop: str = "vitrina"

    @classmethod
    def parse(cls, address: str) -> "MilvusAddress":
        """Read ``milvus+http://host:port/shop``; port and shop may be left out.

        Raises:
            UnknownStoreError: it is no such address.
        """
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port or 19530
        except ValueError:
            parts, host, port = urlsplit(""), None, 0
        if parts.scheme not in SCHEMES or not host or parts.query or parts.fragment:
            raise UnknownStoreError(f"The vector store is {address!r}; an address such as {_EXAMPLE} is needed.")
        if parts.username is not None or parts.password is not None:
            raise UnknownStoreError(
                "The vector store's address holds a password, and every index would keep it. Leave it out of "
                "VITRINA_VECTOR_STORE and set VITRINA_MILVUS_TOKEN=user:password."
            )
        shop = parts.path.strip("/") or cls.shop
        if not _NAME.fullmatch(shop):
            raise UnknownStoreError(
                f"The vector store is {address!r}; the name at its end may have letters, digits and underscores, "
                f"60 at most, as in {_EXAMPLE}."
            )
        bracketed = f"[{host}]" if ":" in host else host
        return cls(f"{parts.scheme.removeprefix('milvus+')}://{bracketed}:{port}", shop)


class MilvusConnection:
    """One server, for all threads of this process; it connects when it is first needed, and again after an outage.

    Args:
        uri: http://host:port or https://host:port.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._client: Any = None
        self._failing = False
        self._connecting = threading.Lock()

    def call(self, function: Callable[[Any], T]) -> T:
        """What a function of a ``pymilvus.MilvusClient`` returns.

        Raises:
            StoreUnavailableError: the server can't be reached, doesn't answer in time, or refuses.
            UnknownStoreError: pymilvus isn't installed.
        """
        pymilvus = load_pymilvus()
        try:
            result = function(self._connected(pymilvus))
        except _failures() as error:
            if not self._failing:  # the message is for visitors too, so only the log names the server
                _log.warning("The vector store %s doesn't answer: %s", self.uri, describe(error))
            self._failing = True
            raise StoreUnavailableError(
                "The vector store doesn't answer. Once it does, searches work again."
            ) from error
        if self._failing:
            _log.warning("The vector store %s answers again", self.uri)
        self._failing = False
        return result

    def _connected(self, pymilvus: Any) -> Any:
        if self._client is None:
            with self._connecting:
                if self._client is None:
                    self._client = pymilvus.MilvusClient(uri=self.uri, token=milvus_token(), timeout=CALL_SECONDS)
        return self._client


@cache
def connect(uri: str) -> MilvusConnection:
    """The one connection of this process to a server."""
    return MilvusConnection(uri)


@cache
def load_pymilvus() -> Any:
    """The package; raises UnknownStoreError where it isn't installed."""
    try:
        pymilvus = importlib.import_module("pymilvus")
    except ImportError as error:
        raise UnknownStoreError(
            "The vectors are kept by Milvus, and the package that speaks to it is missing. Install it: "
            "pip install -c constraints.txt -e '.[milvus]'"
        ) from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs a traceback for each call that fails
    return pymilvus


@cache
def _failures() -> tuple[type[Exception], ...]:
    """What a call raises: pymilvus's errors, and gRPC's, which it passes on where a server doesn't answer in time."""
    grpc = importlib.import_module("grpc")
    return load_pymilvus().MilvusException, grpc.RpcError, grpc.FutureTimeoutError


def describe(error: Exception) -> str:
    """What a server's error says, in one line."""
    details = getattr(error, "details", None)
    said = getattr(error, "message", "") or (details() if callable(details) else "") or error
    message = str(said).splitlines()[0:1] or [type(error).__name__]
    return message[0][:200]
