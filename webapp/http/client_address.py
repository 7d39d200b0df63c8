"""The network address of the visitor behind a request, also where proxies stand in between.

A proxy adds the address that it was asked from to the header ``X-Forwarded-For``. Anybody can send that header, so it
counts only as far as the machines that wrote it are trusted: ``VITRINA_TRUSTED_PROXIES``.
"""

import os
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from flask import Flask, Request, current_app

from webapp.errors import ServerStartError

SETTING = "VITRINA_TRUSTED_PROXIES"
DEFAULT = "127.0.0.0/8, ::1"  # a proxy on this machine, as docs/deployment.md describes it
NOBODY = "none"  # the setting's value for a server that visitors reach directly
MOST_HOPS = 16  # proxies of one request; whatever a longer header holds in front of them is not read
IPV6_PREFIX = 64  # bits; a household or a rented server has at least so large a network to itself

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def init_app(app: Flask) -> None:
    """Read the setting for this app; raises as ``trusted_proxies`` does."""
    app.config["TRUSTED_PROXIES"] = trusted_proxies()


def trusted_proxies() -> tuple[Network, ...]:
    """The networks whose ``X-Forwarded-For`` is believed.

    Raises:
        ServerStartError: the setting holds something else than addresses and networks.
    """
    return read_networks(SETTING, DEFAULT)


def read_networks(setting: str, default: str) -> tuple[Network, ...]:
    """The networks that an environment variable names; none if it says ``none``.

    Raises:
        ServerStartError: the variable holds something else than addresses and networks.
    """
    configured = os.environ.get(setting, "").strip() or default
    if configured.lower() == NOBODY:
        return ()
    try:
        return tuple(ip_network(part, strict=False) for part in configured.replace(",", " ").split())
    except ValueError as error:
        raise ServerStartError(
            f"{setting} is {configured!r}: {error}. It takes addresses or networks, "
            f"for example 10.0.0.5, 172.16.0.0/12, or {NOBODY!r}."
        ) from None


def is_among(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address, as ``client_address`` returns it, lies in one of the networks."""
    parsed = _parse(address)
    return parsed is not None and _is_in(parsed, networks)


def client_address(request: Request) -> str:
    """The address of the visitor: the last one in the chain of proxies that no trusted proxy has.

    Every proxy appends the address that it was asked from, so the header is read from its end, for as long as the
    address at hand is a trusted proxy. What a visitor writes into the header itself is therefore never reached.

    Returns:
        An IPv4 or IPv6 address as text, in its usual short form; an IPv4 address inside IPv6 as IPv4. Where the
        server names none (a Unix socket), what it says instead.
    """
    address = _parse(request.remote_addr or "")
    if address is None:
        return request.remote_addr or ""
    trusted = current_app.config["TRUSTED_PROXIES"]
    for hop in reversed(request.headers.get("X-Forwarded-For", "").rsplit(",", MOST_HOPS)[-MOST_HOPS:]):
        if not _is_in(address, trusted):
            break
        further = _parse(hop.strip())
        if further is None:  # "unknown", a name, or nonsense: the proxy stands for all whom it won't tell apart
            break
        address = further
    return str(address)


def client_network(request: Request) -> str:
    """What limits are counted by: the address, of IPv6 the network of 64 bits, all of which one visitor may use."""
    text = client_address(request)
    address = _parse(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_PREFIX), strict=False))
    return text


def _parse(text: str) -> Address | None:
    """The address in a text, which may have a port behind it; None if there is none."""
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
