import pytest
from flask import Flask
from flask.testing import FlaskClient

HTTPS = {"X-Forwarded-Proto": "https"}
ADDRESSES = ["/", "/products/coat-00", "/api/products/coat-00", "/health", "/nowhere", "/studio/", "/robots.txt"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_says_what_it_may_be_used_for(client: FlaskClient, address: str) -> None:
    """Errors included: no camera, no place, no other site's page around it."""
    headers = client.get(address).headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_browser_that_came_by_https_stays_there(app: Flask, client: FlaskClient) -> None:
    """Where there is no HTTPS, nothing is promised."""
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert "max-age=31536000" in client.get("/", headers=HTTPS).headers["Strict-Transport-Security"]
    app.config["PUBLIC_URL"] = "https://shop.example"
    assert "Strict-Transport-Security" in client.get("/").headers


def test_a_shop_s_own_site_may_show_the_catalogue_s_photos(client: FlaskClient) -> None:
    """The API answers with their addresses, and the site may have another origin."""
    image = client.get("/api/products/coat-00").json["image_url"]  # type: ignore[index]
    with client.get(image) as photo:
        assert photo.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
