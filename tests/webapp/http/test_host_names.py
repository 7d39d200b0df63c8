import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("host", ["a" * 64, "a..b", "a" * 64 + ":8000", ".x"])
def test_a_host_that_cannot_be_is_refused_in_plain_words(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, host: str
) -> None:
    answer = client.get("/", headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "Host header" in answer.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "host", ["shop.example", "a" * 63 + ":8000", "my_shop:80", "127.0.0.1:8000", "[::1]:8000", "x."]
)
def test_other_hosts_are_served(client: FlaskClient, host: str) -> None:
    assert client.get("/robots.txt", headers={"Host": host}).status_code == 200
