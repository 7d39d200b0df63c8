import gzip
from collections.abc import Iterator

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from catalog import Catalog
from search.model_quality.language import ENGLISH, LANGUAGES

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress}
TEXTS = [
    "/",
    "/products/coat-00",
    "/categories/MEN_Coats",
    "/api/products/coat-00/similar",
    "/assets/0123456789ab/shop.css",
]


@pytest.mark.parametrize("address", TEXTS)
@pytest.mark.parametrize(("accepted", "used"), [(BROWSER["Accept-Encoding"], "br"), ("gzip", "gzip"), ("br;q=0", None)])
def test_text_comes_compressed_as_the_browser_likes(
    client: FlaskClient, address: str, accepted: str, used: str | None
) -> None:
    """The same content in fewer bytes; caches are told that it depends on what was accepted."""
    plain = client.get(address, buffered=True)
    response = client.get(address, headers={"Accept-Encoding": accepted}, buffered=True)
    assert response.headers.get("Content-Encoding") == used
    assert "Accept-Encoding" in response.vary
    assert "Accept-Encoding" in plain.vary
    if used:
        assert len(response.data) < len(plain.data) / 2
        assert DECODE[used](response.data) == plain.data


def test_errors_are_readable_whatever_is_accepted(client: FlaskClient) -> None:
    """A page that says what went wrong is a page."""
    assert "Page not found" in client.get("/nowhere", headers=BROWSER).text


@pytest.mark.parametrize("name", ["320.webp", "320.avif", "1200.jpg"])
def test_photos_are_left_alone(client: FlaskClient, catalog: Catalog, name: str) -> None:
    """They are compressed already; and one copy of them in a shared cache is enough."""
    sha256 = catalog.product("coat-00").photos[0].sha256
    response = client.get(f"/photos/{sha256}/{name}", headers=BROWSER, buffered=True)
    assert "Content-Encoding" not in response.headers
    assert "Vary" not in response.headers


def test_a_short_answer_is_sent_as_it_is(client: FlaskClient) -> None:
    """Compressing it would save nothing."""
    response = client.get("/api/nowhere", headers=BROWSER)
    assert "Content-Encoding" not in response.headers
    assert response.get_json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("address", TEXTS)
@pytest.mark.parametrize("accepted", ["br", "gzip", ""])
def test_what_the_browser_has_is_not_sent_again(client: FlaskClient, address: str, accepted: str) -> None:
    """Compressed or not, the tag that came along is recognised."""
    headers = {"Accept-Encoding": accepted}
    tag = client.get(address, headers=headers, buffered=True).headers["ETag"]
    again = client.get(address, headers=headers | {"If-None-Match": tag}, buffered=True)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize("address", TEXTS[:4])
def test_a_page_s_tag_is_of_its_content(client: FlaskClient, address: str) -> None:
    """Weak, as its bytes differ by compression; another language is another page; nobody else may keep it."""
    answers = {language: client.get(address, headers={"Accept-Language": language}) for language in LANGUAGES}
    english = answers[ENGLISH]
    compressed = client.get(address, headers=BROWSER | {"Accept-Language": ENGLISH})
    assert english.headers["ETag"].startswith('W/"')
    assert english.headers["ETag"] == compressed.headers["ETag"]
    tags = {answer.headers["ETag"] for answer in answers.values()}
    assert len(tags) == (1 if address.startswith("/api/") else len(LANGUAGES))
    assert english.headers["Cache-Control"] == "private, no-cache"


def test_a_changed_page_is_sent(client: FlaskClient, catalog: Catalog) -> None:
    """An old tag is no reason to keep an old price."""
    tag = client.get("/products/coat-00").headers["ETag"]
    with catalog.database.writing() as connection:
        connection.exec_driver_sql("UPDATE catalog_products SET price_cents = 4200 WHERE product_id = 'coat-00'")
    response = client.get("/products/coat-00", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert "€42.00" in response.text


@pytest.mark.parametrize("address", ["/nowhere", "/products/nothing", "/health"])
def test_what_must_be_fresh_has_no_tag(client: FlaskClient, address: str) -> None:
    """Errors and the state of the server."""
    response = client.get(address)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_stream_stays_one(app: Flask) -> None:
    """What is sent in pieces is compressed in pieces, neither gathered first nor given a tag."""
    made = []

    def pieces() -> Iterator[str]:
        for number in range(1000):
            made.append(number)
            yield f"<p>{number} of a very long page</p>" * 500

    app.add_url_rule("/stream", view_func=lambda: Response(pieces(), mimetype="text/html"))
    response = app.test_client().get("/stream", headers={"Accept-Encoding": "br"})
    sent = next(iter(response.response))
    assert sent
    assert len(made) < 1000
    assert (response.headers["Content-Encoding"], response.headers.get("ETag")) == ("br", None)
    response.close()
