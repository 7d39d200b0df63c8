import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Map, Rule, ValidationError

from webapp.http.converters import MAX_NUMBER, NumberConverter


def test_a_number_in_an_address_fits_into_a_column() -> None:
    """The largest is the largest that PostgreSQL takes; zeros in front change nothing."""
    converter = NumberConverter(Map([Rule("/")]))
    assert converter.to_python(str(MAX_NUMBER)) == MAX_NUMBER
    assert converter.to_python("0007") == 7
    assert converter.to_python("000") == 0
    for too_large in (str(MAX_NUMBER + 1), "9" * 20, "9" * 5000):
        with pytest.raises(ValidationError):
            converter.to_python(too_large)


@pytest.mark.parametrize("number", ["99999999999999999999", "9" * 5000, "-1", "1e3", "²"])
@pytest.mark.parametrize("path", ["/samples/{}", "/sitemap-{}.xml", "/photos/aa/{}.webp"])
def test_an_address_with_an_impossible_number_leads_nowhere(client: FlaskClient, path: str, number: str) -> None:
    """It is no error of the server's."""
    assert client.get(path.format(number)).status_code == 404
