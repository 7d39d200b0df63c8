"""Which addresses may be connected to."""

import ipaddress
import socket

import pytest

from catalog.downloads.public_network import Resolver, is_allowed, is_public
from catalog.errors import DownloadError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",  # noqa: S104 - it is refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_what_is_inside_is_not_public(address):
    """Whatever notation or tunnel hides it."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_the_web_is_public(address):
    """Also by IPv6."""
    assert is_public(ipaddress.ip_address(address))


def test_a_setting_allows_a_network():
    """And the same address in another notation, but no other network."""
    private = (ipaddress.ip_network("10.0.3.0/24"),)
    assert is_allowed(ipaddress.ip_address("10.0.3.7"), private)
    assert is_allowed(ipaddress.ip_address("::ffff:10.0.3.7"), private)
    assert not is_allowed(ipaddress.ip_address("10.0.4.7"), private)


def test_a_name_that_leads_inside_is_refused(monkeypatch):
    """It is judged by what it is resolved to; of several addresses only the public ones come back."""
    answers = {"inside.example": ["10.0.0.1", "::1"], "both.example": ["127.0.0.1", "1.1.1.1"]}

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(DownloadError, match=r"inside.example is 10.0.0.1, ::1, which isn't part of the public web"):
        Resolver().resolve("inside.example", 80)
    assert Resolver().resolve("both.example", 80) == ["1.1.1.1"]


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0"])
def test_numbers_are_judged_by_the_address_that_they_mean(host):
    """The system reads them as addresses of this machine."""
    with pytest.raises(DownloadError):
        Resolver().resolve(host, 80)
