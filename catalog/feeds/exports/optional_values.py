"""The optional values of a record: a value that can't be understood counts as not given, and a warning says so."""

import re
from collections.abc import Callable
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Any, TypeVar

from stdnum import ean, isbn

from catalog.feeds.exports.offers import Money
from catalog.feeds.offer_values import parse_availability
from catalog.feeds.price_column import PriceColumn
from catalog.feeds.rows import FieldWarning
from catalog.feeds.values import parse_amount, parse_plain, shorten
from catalog.spelling import fold, tidy_name

T = TypeVar("T")

_EXPONENT = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_UPC_DIGITS, _LOST_ZEROS = 12, (10, 11)  # of a UPC; and of one that has lost the zeros at its beginning
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})(?:[, ].*)?")  # month first, unless it can't be a month
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})(?:[, ].*)?")  # day first
_MAX_NUMBER = 10**10  # of pieces, or of units of a currency
_TRUE = frozenset({"1", "true", "yes", "y", "t", "on", "enabled", "active", "sí", "si", "ja", "oui", "x"})
_FALSE = frozenset({"0", "false", "no", "n", "f", "off", "disabled", "inactive", "nein", "non", "deny"})


def is_true(text: str) -> bool | None:
    """What a cell with yes or no says; None for any other text."""
    folded = fold(text)
    return True if folded in _TRUE else False if folded in _FALSE else None


def parse_moment(text: str, *, is_end: bool = False) -> datetime:
    """A date, with or without a time, as exports write it; without a time zone it is UTC.

    Args:
        text: the cell, such as ``2026-11-27T13:00-0800``, ``2026-11-27 13:00:00``, ``11/27/26`` or ``27.11.26``.
        is_end: whether a date without a time means its last moment.

    Raises:
        ValueError: the text is no date.
    """
    local = _SLASHED.fullmatch(text) or _DOTTED.fullmatch(text)
    if local:
        month, day, year = (int(part) for part in local.groups()[:3])
        month, day = (day, month) if month > 12 or "." in local[0][:3] else (month, day)
        moment = datetime(year + 2000 if year < 100 else year, month, day, tzinfo=UTC)
    else:
        moment = datetime.fromisoformat(text)
    if is_end and (local or len(text) <= len("2026-11-27")):
        # 9999-12-31 is how programs write that there is no end.
        moment = moment + timedelta(days=1) if moment.year < MAXYEAR else moment.replace(hour=23, minute=59)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class OptionalValues:
    """Reads the optional values of one record, and gathers a warning for each that can't be trusted."""

    def __init__(self) -> None:
        self.warnings: list[FieldWarning] = []

    def price(self, text: str, currency: str | None, column: PriceColumn | None = None) -> Money:
        """A price; 0 says that there is none.

        Args:
            text: the cell.
            currency: the currency of cells that name none.
            column: what is known of the column's separators; None where the format has a decimal point.
        """
        text = parse_plain(text) or ""
        if column is None:
            amount, written = self._try(lambda: parse_amount(text, "."), (None, None), "price")
        else:
            read = self._try(lambda: column.read(text, currency), None, "price")
            amount, written = (read.amount, read.currency) if read else (None, None)
            if read and read.doubt:
                self._warn("price", f"{read.doubt}.")
        return Money(amount, written or currency) if amount else Money()

    def damaged(self, field: str, text: str) -> None:
        """Warn of a text of which some bytes were no UTF-8, or of which a character was lost before it came here."""
        if "\N{REPLACEMENT CHARACTER}" in text:
            self._warn(field, f"{field} {shorten(text)} has lost a character; save the feed as UTF-8.")
        else:
            self._warn(
                field,
                f"{field} {shorten(text)} has bytes that are no UTF-8; they were read as Windows-1252. "
                "Save the feed as UTF-8.",
            )

    def gtin(self, text: str) -> str:
        """A trade item number (GTIN, EAN, UPC or ISBN) whose check digit is right.

        Spreadsheets drop the zeros that a UPC of 12 digits begins with. They change no check digit, so a number of 10
        or 11 digits whose check digit is right with them gets them back, unless it is an ISBN of 10 digits.
        """
        number = re.sub(r"[\s\-]", "", (parse_plain(text) or "").lstrip("'")).removesuffix(".0")
        if not number:
            return ""
        if _EXPONENT.fullmatch(number):
            self._warn(
                "gtin", f"gtin {shorten(text)} has lost its last digits in a spreadsheet; it counts as not given."
            )
            return ""
        padded = number.zfill(_UPC_DIGITS)
        if len(number) in _LOST_ZEROS and ean.is_valid(padded) and not isbn.is_valid(number):
            self._warn(
                "gtin",
                f"gtin {shorten(text)} seems to have lost zeros in a spreadsheet, at its beginning; "
                f"it is read as {padded}.",
            )
            return padded
        if not ean.is_valid(number):
            self._warn("gtin", f"gtin {shorten(text)} is no valid number; it counts as not given.")
            return ""
        return number

    def moment(self, text: str) -> str:
        """A date with or without a time, in ISO 8601."""
        text = parse_plain(text) or ""
        found = self._try(lambda: parse_moment(text), None, "date", text) if text else None
        return found.isoformat() if found else ""

    def window(self, start: str, end: str, *, sale_holds: bool) -> tuple[str, str]:
        """From when to when a price is reduced, in ISO 8601; empty where it isn't reduced, or nobody says."""
        return (self.moment(start), self.moment(end)) if sale_holds else ("", "")

    def quantity(self, text: str) -> float | None:
        """A number of pieces, which may be negative; also any other plain number of a record."""
        text = parse_plain(text) or ""
        return self._try(lambda: _parse_number(text), None, "quantity", text) if text else None

    def availability(self, text: str) -> str:
        """Whether an offer can be bought, from the words that feeds use."""
        return self._try(lambda: parse_availability(text), None, "availability", text) or ""

    def is_within(self, start: str, end: str, now: datetime) -> bool:
        """Whether a moment lies between two dates, of which each may be empty; a date that isn't one rules it out."""
        begins = self._moment(start, is_end=False)
        ends = self._moment(end, is_end=True)
        if (start and begins is None) or (end and ends is None):
            return False
        return (begins is None or begins <= now) and (ends is None or now < ends)

    def _moment(self, text: str, *, is_end: bool) -> datetime | None:
        if not text:
            return None
        return self._try(lambda: parse_moment(text, is_end=is_end), None, "date", text)

    def _try(self, parse: Callable[[], Any], otherwise: T, name: str, text: str = "") -> Any | T:
        """What a value of a field means; ``text`` is named where the error doesn't name the field's value."""
        try:
            return parse()
        except (ValueError, OverflowError) as error:
            what = f"{name} {shorten(text)} is not understood" if text else error
            self._warn(name, f"{what}; it counts as not given.")
            return otherwise

    def _warn(self, name: str, sentence: str) -> None:
        self.warnings.append(FieldWarning(name, sentence))


def _parse_number(text: str) -> float:
    number = float(text.replace(",", "."))
    if not abs(number) <= _MAX_NUMBER:  # nor is it what spreadsheets and databases write for none: nan, inf
        raise ValueError(f"{text} is no number that a shop means")
    return number


def choose_price(price: Money, sale: Money, *, sale_holds: bool) -> tuple[Money, Money]:
    """The price to pay and the price before it, from a regular price and a reduced one."""
    if sale_holds and sale.amount is not None and (price.amount is None or sale.amount < price.amount):
        return sale, price
    return price, Money()


def join_distinct(values: list[str]) -> str:
    """The values that aren't empty, each once, with a comma between them."""
    return ", ".join(dict.fromkeys(name for name in map(tidy_name, values) if name))
