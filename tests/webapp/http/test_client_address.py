"""Who a visitor is, seen through proxies that can be trusted and headers that can't."""

from collections.abc import Callable

import pytest
from flask import Flask, Request

from webapp.errors import ServerStartError
from webapp.http import client_address as addresses
from webapp.http.client_address import client_address, client_network, trusted_proxies

Asker = Callable[..., str]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Asker:
    """The address that an app with a setting sees, for a peer and the header that the peer sent."""

    def ask(
        peer: str, forwarded: str | None = None, trusted: str = "", of: Callable[[Request], str] = client_address
    ) -> str:
        monkeypatch.setenv(addresses.SETTING, trusted)
        app = Flask("test")
        addresses.init_app(app)
        headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
        with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}) as context:
            return of(context.request)

    return ask


def test_a_direct_visitor_is_the_peer_whatever_the_header_says(ask: Asker) -> None:
    assert ask("203.0.113.9") == "203.0.113.9"
    assert ask("203.0.113.9", "198.51.100.7") == "203.0.113.9"


def test_a_proxy_on_this_machine_is_believed_by_default(ask: Asker) -> None:
    assert ask("127.0.0.1", "198.51.100.7") == "198.51.100.7"
    assert ask("::1", "2001:db8::7") == "2001:db8::7"
    assert ask("127.0.0.1", "198.51.100.7", trusted="none") == "127.0.0.1"


def test_what_a_visitor_wrote_into_the_header_is_not_reached(ask: Asker) -> None:
    assert ask("127.0.0.1", "1.2.3.4, 10.0.0.1, 198.51.100.7") == "198.51.100.7"
    assert ask("127.0.0.1", "1.2.3.4," * 5000 + "198.51.100.7") == "198.51.100.7"


def test_each_trusted_proxy_of_a_chain_is_passed(ask: Asker) -> None:
    assert ask("10.0.0.5", "198.51.100.7, 172.16.3.4", trusted="10.0.0.5 172.16.0.0/12") == "198.51.100.7"
    assert ask("10.0.0.5", "10.0.0.5, 10.0.0.5", trusted="10.0.0.5") == "10.0.0.5"


@pytest.mark.parametrize("hop", ["unknown", "_hidden", "", "999.1.1.1", "1.2.3", "\u00e9"])
def test_the_proxy_stands_for_a_visitor_whom_it_does_not_name(ask: Asker, hop: str) -> None:
    assert ask("127.0.0.1", hop) == "127.0.0.1"


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("[2001:DB8:0::7]", "2001:db8::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_addresses_are_known_however_proxies_write_them(ask: Asker, hop: str, address: str) -> None:
    assert ask("127.0.0.1", hop) == address


def test_all_addresses_of_one_ipv6_network_count_as_one_visitor(ask: Asker) -> None:
    first, second, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"
    assert ask(first, of=client_network) == ask(second, of=client_network) != ask(other, of=client_network)
    assert ask("198.51.100.7", of=client_network) == "198.51.100.7"


def test_a_setting_that_names_no_network_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(addresses.SETTING, "10.0.0.5, proxy.internal")
    with pytest.raises(ServerStartError, match=r"VITRINA_TRUSTED_PROXIES.*proxy\.internal.*172\.16\.0\.0/12"):
        trusted_proxies()
