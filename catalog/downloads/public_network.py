"""Which addresses of the network may be connected to: the public web, and what a setting allows besides."""

import ipaddress
import socket
import threading
import time
from collections.abc import Collection

from catalog.downloads.settings import Network
from catalog.errors import DownloadError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_REMEMBERED_SECONDS = 60.0  # a name's addresses, so that ten thousand photos of a host ask for them a few times
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")


def is_public(address: IpAddress) -> bool:
    """Whether an address is part of the public web, whatever notation or tunnel it hides in."""
    inner = _inner_ipv4(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def is_allowed(address: IpAddress, private: Collection[Network]) -> bool:
    """Whether an address may be connected to.

    Args:
        address: as a name was resolved to.
        private: networks that are allowed although they aren't public.
    """
    inner = _inner_ipv4(address) or address
    return is_public(address) or any(inner in network or address in network for network in private)


class Resolver:
    """Resolves names to addresses that may be connected to; threads may share one object.

    Whoever connects must connect to the address that comes back, and not resolve the name again: it may lead elsewhere
    a moment later (DNS rebinding).
    """

    def __init__(self, private: Collection[Network] = ()) -> None:
        self._private = private
        self._known: dict[tuple[str, int], tuple[float, list[str]]] = {}
        self._lock = threading.Lock()

    def resolve(self, host: str, port: int) -> list[str]:
        """The allowed addresses of a host, in the system's order of preference.

        Raises:
            DownloadError: there is none, or only such as aren't allowed.
        """
        with self._lock:
            at, addresses = self._known.get((host, port), (0.0, []))
        if addresses and time.monotonic() - at < _REMEMBERED_SECONDS:
            return addresses
        addresses = self._ask(host, port)
        with self._lock:
            self._known[host, port] = time.monotonic(), addresses
        return addresses

    def _ask(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DownloadError(f"The host {host} can't be found: {reason}.", again=True) from error
        addresses = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
        allowed = [one for one in addresses if is_allowed(ipaddress.ip_address(one), self._private)]
        if not allowed:
            raise DownloadError(
                f"The host {host} is {', '.join(addresses[:3])}, which isn't part of the public web. "
                "If photos or feeds may come from there, add it to VITRINA_DOWNLOAD_PRIVATE."
            )
        return allowed


def _inner_ipv4(address: IpAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address to which an IPv6 address leads; None if it leads to none."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64 or (address in _IPV4_COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
