"""How product ids and numbers stand in addresses."""

from werkzeug.routing import BaseConverter, ValidationError

MAX_NUMBER = 2**31 - 1  # the largest number that a column for ids holds, on PostgreSQL as on SQLite


class ProductIdConverter(BaseConverter):
    """Any product id. Ids of a folder import contain slashes, spaces and accents, and may begin or end with them."""

    regex = ".+?"
    part_isolating = False
    weight = 200  # matched after fixed routes, like Werkzeug's own path converter


class NumberConverter(BaseConverter):
    """A whole number from 0 to ``MAX_NUMBER``, such as an id; an address with a larger number leads nowhere (404).

    It takes the place of Werkzeug's own converter, whose numbers have no end: a number that doesn't fit into a column
    is an error of the database, and one of 5,000 digits an error of Python.
    """

    regex = "[0-9]+"
    weight = 50  # as Werkzeug's own

    def to_python(self, value: str) -> int:
        """The number that an address holds; raises ValidationError if it is too large."""
        digits = value.lstrip("0") or "0"
        if len(digits) > len(str(MAX_NUMBER)) or int(digits) > MAX_NUMBER:
            raise ValidationError(f"a number up to {MAX_NUMBER} is needed")
        return int(digits)

    def to_url(self, value: object) -> str:
        """The number as an address holds it."""
        return str(int(str(value)))
