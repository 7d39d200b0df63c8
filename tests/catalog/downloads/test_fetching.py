"""One download, from a server that behaves badly."""

import socket
import tomllib
from pathlib import Path

import pytest

from catalog.downloads.fetching import Fetcher, Version, read_address
from catalog.downloads.settings import DownloadSettings, HostSecrets
from catalog.errors import DownloadError
from tests.catalog.downloads.conftest import photo_bytes


def fetch(address, settings, max_bytes=2**20, max_seconds=20.0, **options):
    content = bytearray()
    fetcher = Fetcher(settings)
    try:
        fetched = fetcher.fetch(address, content.extend, max_bytes=max_bytes, max_seconds=max_seconds, **options)
    finally:
        fetcher.close()
    return fetched, bytes(content)


def test_a_body_that_is_packed_in_several_parts_comes_whole(server, settings):
    """If it ended with the first part, products of a feed would seem to be gone."""
    assert fetch(server.address("/parts"), settings, zipped=True)[1] == photo_bytes()


def test_a_photo_comes_whole(server, settings):
    """With what the server calls it."""
    fetched, content = fetch(server.address("/versioned.jpg"), settings)
    assert content == photo_bytes(0)
    assert (fetched.version.etag, fetched.content_type, fetched.unchanged) == ('"v0"', "image/jpeg", False)


def test_a_known_version_is_not_sent_again(server, settings):
    """By its ETag, or by its date."""
    fetched, content = fetch(server.address("/versioned.jpg"), settings, known=Version('"v0"'))
    assert fetched.unchanged
    assert content == b""
    dated = Version(last_modified="Wed, 21 Oct 2026 07:28:00 GMT")
    assert fetch(server.address("/dated.jpg"), settings, known=dated)[0].unchanged


@pytest.mark.parametrize(
    ("path", "reason", "again"),
    [
        ("/404", "answered 404: there is nothing at this address", False),
        ("/500", "answered 500", True),
        ("/broken", "broke off", True),
        ("/endless", "over 1 MiB", False),
        ("/bomb", "over 1 MiB", False),
        ("/loop", "over 5 times", False),
        ("/secret", "asks for a name and a password", False),
    ],
)
def test_what_goes_wrong_is_said(server, settings, path, reason, again):
    """And whether another attempt makes sense."""
    with pytest.raises(DownloadError, match=reason) as raised:
        fetch(server.address(path), settings)
    assert raised.value.again == again


@pytest.mark.parametrize("path", ["/slow", "/slowheaders"])
def test_a_server_that_drips_is_cut_off(server, settings, path):
    """A byte now and then keeps no download alive."""
    with pytest.raises(DownloadError, match=r"took over 0.5 seconds") as raised:
        fetch(server.address(path), settings, max_seconds=0.5)
    assert raised.value.again


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://10.0.0.1/"])
def test_a_redirect_to_the_inside_is_refused(server, settings, target):
    """Whoever is allowed may not lead elsewhere."""
    with pytest.raises(DownloadError, match="isn't part of the public web"):
        fetch(server.address(f"/redirect?to={target}"), settings)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://1.1.1.1/a.jpg"])
def test_a_redirect_to_another_scheme_is_refused(server, settings, target):
    """Only http and https are downloaded."""
    with pytest.raises(DownloadError, match="no web address of http or https"):
        fetch(server.address(f"/redirect?to={target}"), settings)


def test_this_machine_is_refused_by_default(server):
    """Nothing is even asked."""
    with pytest.raises(DownloadError, match="VITRINA_DOWNLOAD_PRIVATE"):
        fetch(server.address("/a.jpg"), DownloadSettings())
    assert not server.asked


def test_a_redirect_written_in_utf8_leads_where_it_means(server, settings):
    """Servers write accents as they are, and each of their bytes was read for a letter."""
    fetch(server.address("/accents"), settings)
    assert server.asked["/cami%C3%B3n.jpg"] == 1


def test_hosts_of_all_alphabets_are_hosts():
    """The package that reads them is one of those that Vitrina needs."""
    assert read_address("https://bücher.example/a.jpg").host == "xn--bcher-kva.example"
    needed = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(one.startswith("idna") for one in needed["dependencies"])


def test_a_name_is_resolved_once(server, settings, monkeypatch):
    """A name that leads elsewhere the second time (DNS rebinding) changes nothing."""
    answers = iter(["127.0.0.1"])
    real = socket.getaddrinfo

    def rebind(host, port, *arguments, **options):
        return real(next(answers) if host == "shop.example" else host, port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    fetch(f"http://shop.example:{server.server_port}/a.jpg", settings)
    assert server.headers["/a.jpg"]["Host"] == f"shop.example:{server.server_port}"


def test_secrets_go_to_their_host_only(server, settings):
    """And unencrypted only where that is allowed."""
    secrets = HostSecrets("name", "pass", {"X-Token": "t"}, plain_http=True)
    told = DownloadSettings(settings.private, {"127.0.0.1": secrets})
    assert fetch(server.address("/secret"), told)[1].startswith(b"\xff\xd8")
    other = DownloadSettings(settings.private, {"cdn.example": secrets})
    with pytest.raises(DownloadError, match="401"):
        fetch(server.address("/secret"), other)
    unencrypted = DownloadSettings(settings.private, {"127.0.0.1": HostSecrets("name", "pass", {"X-Token": "t"})})
    with pytest.raises(DownloadError, match="401"):
        fetch(server.address("/secret"), unencrypted)


def test_a_password_in_an_address_is_refused():
    """It would be shown to whoever sees the source; the message doesn't repeat it."""
    with pytest.raises(DownloadError, match="VITRINA_DOWNLOAD_SECRETS") as raised:
        read_address("https://name:hidden@shop.example/feed.xml")
    assert "hidden" not in str(raised.value)
