"""What a point or a comma means in a table's prices: judged by the whole column and the currency, not by one cell."""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalog.feeds.values import match_price, parse_amount, parse_currency, parse_text, shorten
from catalog.money import THREE_DIGITS, to_cents
from catalog.spelling import tidy

_NO_DECIMALS = frozenset(  # by ISO 4217 or by custom
    {"BIF", "CLP", "COP", "DJF", "GNF", "HUF", "IDR", "ISK", "JPY", "KMF"}
    | {"KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_OTHER = {".": ",", ",": "."}
_UNCLEAR = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")  # 1.299 may be a thousand and more, or a little more than one


@dataclass(frozen=True)
class ReadPrice:
    """The price in one cell."""

    amount: Decimal | None  # to the thousandth
    currency: str | None
    doubt: str = ""  # why the price may mean something else; empty if it is clear

    @property
    def cents(self) -> int | None:
        """The amount in hundredths."""
        return None if self.amount is None else to_cents(self.amount)


@dataclass
class PriceColumn:
    """The separators that a column of prices uses, as far as its clear cells show them."""

    _decimal: Counter[str] = field(default_factory=Counter)  # separator -> cells in which it must be the decimal one
    _grouping: Counter[str] = field(default_factory=Counter)  # separator -> cells in which it must group thousands

    def note(self, value: Any) -> None:
        """Learn from a cell."""
        number = _number(value)
        if number is None or _UNCLEAR.fullmatch(number):
            return
        marks = [character for character in number if character in ".,"]
        if len(set(marks)) == 2:
            self._decimal[marks[-1]] += 1
            self._grouping[marks[0]] += 1
        elif len(marks) > 1:
            self._grouping[marks[0]] += 1
        elif marks:
            self._decimal[marks[0]] += 1

    def read(self, value: Any, currency: str | None) -> ReadPrice:
        """The price in a cell; where the column leaves its meaning open, three digits behind a separator are thousands.

        Args:
            value: the cell.
            currency: what the table's column of currencies says of it.

        Raises:
            ValueError: the cell holds no price; the message says why.
        """
        number = _number(value)
        unclear = _UNCLEAR.fullmatch(number or "")
        if number is None or unclear is None:
            return ReadPrice(*parse_amount(value))
        mark = unclear[1]
        amount, written = parse_amount(value)
        decimal = self._is_decimal(mark, written or currency)
        if decimal:
            return ReadPrice(*parse_amount(value, mark))
        if decimal is None and amount is not None:
            text = parse_text(value)
            doubt = f"price {shorten(text)} was read as {int(amount)}; write {int(amount)}.00 if that is meant, or "
            return ReadPrice(amount, written, f"{doubt}{number.replace(mark, '.')[:-1]} for a decimal price")
        return ReadPrice(amount, written)

    def _is_decimal(self, mark: str, currency: str | None) -> bool | None:
        """Whether a mark before three digits is the decimal separator; None if nothing tells."""
        code = parse_currency(currency)
        if code in THREE_DIGITS:
            return True
        if code in _NO_DECIMALS:
            return False
        decimal = self._decimal[mark] + self._grouping[_OTHER[mark]]
        grouping = self._grouping[mark] + self._decimal[_OTHER[mark]]
        if bool(decimal) == bool(grouping):
            return None
        return bool(decimal)


def _number(value: Any) -> str | None:
    """The digits and separators in a cell of text; None where there is no price."""
    if not isinstance(value, str):
        return None
    match = match_price(tidy(value))
    return None if match is None else match["number"]
