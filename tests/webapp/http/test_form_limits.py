"""A form is small; a photo or a file of rules may be large, and only where one is expected."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.photo import MAX_BYTES
from tests.webapp.boutique import encode_form
from webapp.http.form_limits import FORM_BYTES, MAX_FIELDS, large_uploads
from webapp.studio.imports.views import MAX_FILE_BYTES

URLENCODED = "application/x-www-form-urlencoded"
ADDRESSES = ["/api/search", "/search", "/studio/sign-in", "/studio/sign-out"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_long_form_is_refused_unread(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data=b"a" * (FORM_BYTES + 1), content_type=URLENCODED)
    assert answer.status_code == 413
    assert "64 KiB" in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_form_of_many_fields_is_refused(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data=b"a=&" * (MAX_FIELDS + 1), content_type=URLENCODED)
    assert answer.status_code == 413
    assert str(MAX_FIELDS) in answer.text


def test_a_photo_is_no_way_around_the_number_of_fields(client: FlaskClient) -> None:
    body, content_type = encode_form(b"photo", "a.jpg", {f"field{n}": "x" for n in range(MAX_FIELDS + 1)})
    assert client.post("/api/search", data=body, content_type=content_type).status_code == 413


def test_nobody_takes_a_file_where_none_is_expected(client: FlaskClient) -> None:
    body, content_type = encode_form(b"x" * (2 * FORM_BYTES), "a.jpg", {})
    assert client.post("/studio/sign-in", data=body, content_type=content_type).status_code == 413
    assert client.post("/api/search", data=body, content_type=content_type).status_code == 415


def test_what_is_too_much_is_called_what_it_is(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the studio no photo is searched by, and each address takes another amount."""
    body, content_type = encode_form(b"x" * (2 * FORM_BYTES), "a.csv", {})
    page = client.post("/studio/sign-in", data=body, content_type=content_type)
    assert "too much for one form" in page.text
    assert "photo" not in page.text.split("<main")[1].split("</main>")[0]
    view = client.application.view_functions["api.search"]
    monkeypatch.setattr(view, "takes_file_bytes", 2**20)
    body, content_type = encode_form(b"x" * 2**21, "a.jpg", {})
    answer = client.post("/api/v1/search", data=body, content_type=content_type)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "photo_too_large")
    assert "up to 1 MiB" in answer.get_json()["detail"]


def test_the_server_is_told_of_each_view_that_takes_more_than_a_photo(app: Flask) -> None:
    """Or it would cut off what the view takes."""
    assert large_uploads(app, MAX_BYTES) == {"/studio/imports/check": MAX_FILE_BYTES + FORM_BYTES}


def test_what_is_wrong_is_told_in_the_reader_s_language(client: FlaskClient) -> None:
    client.set_cookie("lang", "es")
    assert (
        "demasiado para un solo formulario" in client.post("/search", data=b"a" * 99999, content_type=URLENCODED).text
    )
