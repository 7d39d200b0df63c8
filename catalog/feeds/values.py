"""From the values in shops' tables to the values of our fields.

Every function takes any value that CSV, JSON or Parquet can hold (a text, a number, a list, nothing). If the value
can't be understood, it raises ``ValueError`` with a reason that names the value.
"""

import contextlib
import json
import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MAX_PRICE_CENTS = 10**12

_CURRENCIES = {"€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "Kč": "CZK", "US$": "USD", "R$": "BRL"}
_PRICE = re.compile(r"(?P<before>\D*?)(?P<number>[.,]?\d(?:[\d.,'’\s]*\d)?)(?P<after>\D*)")
_CURRENCY_WORD = re.compile(r"[^\W\d_]{0,3}\.?")  # EUR, kr., the US of US$

_STOCK = {
    **dict.fromkeys(("true", "t", "yes", "y", "sí", "si", "s", "on", "verdadero"), True),
    **dict.fromkeys(("in stock", "in_stock", "instock", "available", "disponible"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "falso"), False),
    **dict.fromkeys(("out of stock", "out_of_stock", "sold out", "sold_out", "unavailable"), False),
    **dict.fromkeys(("agotado", "sin stock", "no disponible", "preorder", "backorder"), False),
}

_SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}


def parse_text(value: Any) -> str:
    """Any value as text without surrounding space; an empty text if there is no value."""
    if isinstance(value, str):
        return _storable(value.strip())
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas writes a column of whole numbers with gaps as floats, such as the id 15970.0
    if isinstance(value, (list, tuple, dict)):
        return _storable(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, bytes):
        return _storable(value.decode("utf-8", errors="replace").strip())
    return str(value)


def parse_product_id(value: Any) -> str:
    """A product id: one line of text that isn't empty."""
    product_id = parse_text(value)
    if not product_id:
        raise ValueError("product_id is empty")
    if any(unicodedata.category(character) == "Cc" for character in product_id):
        raise ValueError(f"product_id {product_id!r} contains a line break or another control character")
    return product_id


def parse_price(value: Any) -> tuple[int | None, str | None]:
    """A price in cents, and the currency that is written beside it; None for each that is missing.

    A single separator before exactly three digits groups thousands ("1.299" is 1299.00); any other single separator is
    the decimal separator. Of two different separators, the last one is the decimal separator.
    """
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _parse_number(value), None
    text = parse_text(value)
    if not text:
        return None, None
    match = _PRICE.fullmatch(text.replace("−", "-"))
    if match is None:
        raise ValueError(f"price {text!r} is not a number; write it as 49.90")
    before, after = match["before"].strip(), match["after"].strip(" \u00a0\u202f.,-")
    if "-" in before:
        raise ValueError(f"price {text!r} is negative")
    mark = before or after
    if (before and after) or not _is_currency(mark):
        raise ValueError(f"price {text!r} is not a number; write it as 49.90")
    return _to_cents(Decimal(_plain_number(match["number"], text)), text), parse_currency(mark)


def parse_currency(value: Any) -> str | None:
    """A currency code; well-known symbols become codes, but not "$", which many countries use. None if missing."""
    text = parse_text(value)
    code = _CURRENCIES.get(text, text)
    return (code.upper() if len(code) == 3 and code.isalpha() else code) or None


def parse_in_stock(value: Any) -> bool | None:
    """Whether a product can be bought now, from a yes or no in English or Spanish, or from a number of pieces."""
    text = parse_text(value).casefold()
    if not text:
        return None
    if text in _STOCK:
        return _STOCK[text]
    try:
        pieces = float(text.replace(",", "."))
    except ValueError:
        pieces = math.nan
    if math.isnan(pieces):
        raise ValueError(f"in_stock {text!r} is not understood; write yes, no or the number of pieces")
    return pieces > 0


def parse_split(value: Any) -> str | None:
    """The name of a split: "train", "validation" or "test" for their usual spellings, any other name unchanged."""
    text = parse_text(value)
    return _SPLITS.get(text.casefold(), text) or None


def is_split(name: str) -> bool:
    """Whether a folder of this name holds a split and not a class."""
    return name.casefold() in _SPLITS


def parse_photos(value: Any) -> list[str]:
    """The names of photo files, from a list, a JSON list, or a text in which "|" separates them."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with contextlib.suppress(ValueError):  # the name of a file may begin with a bracket
            value = json.loads(value)
    if not isinstance(value, (list, tuple)):
        value = parse_text(value).split("|")
    return [text for text in map(parse_text, value) if text]


def _storable(text: str) -> str:
    """The text without NUL characters and lone surrogates, which JSON can hold and databases refuse."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", errors="replace").decode()
    return text


def _is_currency(mark: str) -> bool:
    """Whether a text beside a number is a short word, a currency symbol, or a short word and then a symbol."""
    word = mark[:-1].strip() if mark and unicodedata.category(mark[-1]) == "Sc" else mark
    return _CURRENCY_WORD.fullmatch(word) is not None


def _parse_number(value: int | float | Decimal) -> int | None:
    number = Decimal(str(value))
    if number.is_nan():
        return None
    if number < 0:
        raise ValueError(f"price {value} is negative")
    return _to_cents(number, str(value))


def _plain_number(number: str, text: str) -> str:
    """A number as digits with at most one point, from digits that are grouped in any usual way."""
    number = re.sub(r"['’\s]", "", number)
    marks = [character for character in number if character in ".,"]
    if not marks:
        return number
    last, grouping = marks[-1], "," if marks[-1] == "." else "."
    whole, _, fraction = number.rpartition(last)
    if len(marks) == 1:
        thousands = re.fullmatch(r"[1-9]\d{0,2}", whole) and len(fraction) == 3
        return whole + fraction if thousands else f"{whole}.{fraction}"
    if last in whole:  # it occurs several times, so it is no decimal separator
        whole, grouping, fraction = number, last, ""
    if not re.fullmatch(rf"\d{{1,3}}(?:\{grouping}\d{{2,3}})*\{grouping}\d{{3}}", whole):
        raise ValueError(f"price {text!r} is not a number; write it as 49.90")
    return f"{whole.replace(grouping, '')}.{fraction}"


def _to_cents(number: Decimal, text: str) -> int:
    if not number.is_finite() or number * 100 > MAX_PRICE_CENTS:
        raise ValueError(f"price {text!r} is too large")
    return int((number * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
