import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("query", ["q=\xff", "lang=\xe9s", "page=1&q=\xc3\xa9", "\x80=\x80"])
@pytest.mark.parametrize("path", ["/", "/products/coat-00", "/nowhere", "/api/products/nowhere", "/studio/"])
def test_any_bytes_may_stand_in_a_query(client: FlaskClient, path: str, query: str) -> None:
    """A program that encodes nothing gets the page, or the error that anybody would get."""
    plain = client.get(path)
    assert client.get(path, environ_overrides={"QUERY_STRING": query}).status_code == plain.status_code
    assert plain.status_code < 500


def test_a_query_means_the_same_encoded_or_not(client: FlaskClient) -> None:
    """The bytes of UTF-8 are read as such."""
    raw = "category=Años".encode().decode("latin-1")
    answers = [
        client.get("/api/products/coat-00/similar", environ_overrides={"QUERY_STRING": raw}),
        client.get("/api/products/coat-00/similar?category=A%C3%B1os"),
    ]
    assert [answer.json["error"]["message"].count("'Años'") for answer in answers if answer.json] == [1, 1]
