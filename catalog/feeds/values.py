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

from catalog.money import to_cents
from catalog.spelling import tidy, tidy_name

MAX_PRICE_CENTS = 10**12
MAX_NAME_CHARACTERS = 500  # of an id or a name; databases hold them in indexes, which take no longer ones
MAX_WHOLE_FLOAT = 2**53  # from here on, two different whole numbers may be the same float

_CURRENCIES = {"€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "Kč": "CZK", "US$": "USD", "R$": "BRL"}
_PRICE = re.compile(r"(?P<before>\D*?)(?P<number>[.,]?\d(?:[\d.,'’\s]*\d)?)(?P<after>\D*)")
_SHOWN_CHARACTERS = 80  # of a value in a message
_CURRENCY_WORD = re.compile(r"[^\W\d_]{0,3}\.?")  # EUR, kr., the US of US$

# Without spaces, hyphens and underscores. What can only be ordered for later isn't in stock.
_STOCK = {
    **dict.fromkeys(("true", "t", "yes", "y", "sí", "si", "s", "on", "verdadero", "ja", "oui"), True),
    **dict.fromkeys(("instock", "available", "limited", "limitedavailability", "lowstock", "fewleft"), True),
    **dict.fromkeys(
        ("instoreonly", "onlineonly", "availablefororder", "disponible", "enstock", "auflager", "lieferbar"), True
    ),
    **dict.fromkeys(("false", "f", "no", "n", "off", "falso", "nein", "non"), False),
    **dict.fromkeys(("outofstock", "outstock", "soldout", "unavailable", "notavailable", "discontinued"), False),
    **dict.fromkeys(("preorder", "presale", "backorder", "onbackorder", "backordered"), False),
    **dict.fromkeys(("agotado", "sinstock", "nodisponible", "ausverkauft", "nichtauflager", "épuisé"), False),
}
_STOCK_SEPARATORS = re.compile(r"[\s_\-]+")
_PIECES = re.compile(r"(?:>|≥|>=|\+)?\s*(-?\d+(?:[.,]\d+)?)\s*(?:\+|pcs\.?|pieces|units|uds\.?|unidades|stk\.?)?")
_SCHEMA_ORG = re.compile(r"https?://schema\.org/", re.IGNORECASE)

_NOTHING = frozenset({"-", "--", "–", "—", "n/a", "#n/a", "null"})  # written where a cell should be empty
_NO_ID = _NOTHING | {"none", "nan", "undefined", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"}
_NO_GROUP = _NO_ID | {"0", "0.0", "false"}
_SHORTENED = re.compile(r"-?\d+(?:[.,]\d+)?e\+\d+", re.IGNORECASE)  # as spreadsheets show long numbers

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
        return _storable(_to_json(value))
    if isinstance(value, bytes):
        return _storable(value.decode("utf-8", errors="replace").strip())
    return str(value)


class ShortenedNumber(float):
    """A number that its file wrote with an exponent, as 8.41234E+12: some of its digits may be lost."""


def parse_plain(value: Any) -> str | None:
    """A text as it is written; None if there is none, or a mark that stands for none, such as "-" or "N/A"."""
    text = parse_text(value)
    return None if text.casefold() in _NOTHING else text or None


def parse_name(value: Any) -> str | None:
    """A name on one line, spelled in the one way that all names that look like it share; None as in ``parse_plain``."""
    text = tidy_name(parse_text(value))
    if len(text) > MAX_NAME_CHARACTERS:
        raise ValueError(f"{shorten(text)} has {len(text):,} characters; at most {MAX_NAME_CHARACTERS} are allowed")
    return None if text.casefold() in _NOTHING else text or None


def parse_category(value: Any) -> str:
    """A category: as a name, but any text that isn't empty may be one."""
    category = tidy_name(parse_text(value))
    if not category:
        raise ValueError("category is empty")
    if len(category) > MAX_NAME_CHARACTERS:
        raise ValueError(f"category has {len(category):,} characters; at most {MAX_NAME_CHARACTERS} are allowed")
    return category


def parse_product_id(value: Any) -> str:
    """A product id: one line of text that isn't empty and that no spreadsheet has damaged."""
    product_id = parse_text(value)
    if not product_id:
        raise ValueError("product_id is empty")
    if isinstance(value, str) and product_id != value.strip():
        raise ValueError(f"product_id {shorten(product_id)} contains characters that can't be stored")
    if len(product_id) > MAX_NAME_CHARACTERS:
        raise ValueError(f"product_id has {len(product_id):,} characters; at most {MAX_NAME_CHARACTERS} are allowed")
    if product_id.casefold() in _NO_ID:
        raise ValueError(f"product_id is {product_id!r}, which names no product")
    if any(unicodedata.category(character) == "Cc" for character in product_id):
        raise ValueError(f"product_id {shorten(product_id)} contains a line break or another control character")
    if _is_shortened(value, product_id):
        raise ValueError(
            f"product_id {product_id!r} is in scientific notation: a spreadsheet has cut off its last digits, and "
            "products may share it; format the column as text and export the table again"
        )
    return product_id


def parse_group_id(value: Any) -> str | None:
    """The id that the variants of one article share; None where there is none, which some shops write as 0."""
    group_id = tidy_name(parse_text(value))
    if group_id.casefold() in _NO_GROUP:
        return None
    if len(group_id) > MAX_NAME_CHARACTERS:
        raise ValueError(f"group_id has {len(group_id):,} characters; at most {MAX_NAME_CHARACTERS} are allowed")
    if _is_shortened(value, group_id):
        raise ValueError(f"group_id {group_id!r} is in scientific notation, so different groups may share it")
    return group_id or None


def parse_price(value: Any, decimal_mark: str | None = None) -> tuple[int | None, str | None]:
    """A price in hundredths of its unit, and its currency; see ``parse_amount``."""
    amount, currency = parse_amount(value, decimal_mark)
    return None if amount is None else to_cents(amount), currency


def parse_amount(value: Any, decimal_mark: str | None = None) -> tuple[Decimal | None, str | None]:
    """A price to the thousandth, and the currency that is written beside it; None for each that is missing.

    A single separator before exactly three digits groups thousands ("1.299" is 1299.00), unless it is ``decimal_mark``;
    any other single separator is the decimal separator. Of two different separators, the last one is the decimal one.

    Args:
        value: the cell.
        decimal_mark: "." or "," if other cells show that this is the decimal separator.
    """
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _parse_number(value), None
    text = tidy(parse_text(value))
    if not text:
        return None, None
    match = match_price(text)
    if match is None:
        raise _not_a_price(text)
    before, after = match["before"].strip(), match["after"].strip(" \u00a0\u202f.,-–—")
    if "-" in before:
        raise ValueError(f"price {shorten(text)} is negative")
    mark = before or after
    if (before and after) or not _is_currency(mark):
        raise _not_a_price(text)
    return _bounded(Decimal(_plain_number(match["number"], text, decimal_mark)), text), parse_currency(mark)


def match_price(text: str) -> re.Match[str] | None:
    """The text of a price in its parts ``before``, ``number`` and ``after``; None if it isn't made of these."""
    return _PRICE.fullmatch(text.replace("−", "-"))


def parse_currency(value: Any) -> str | None:
    """A currency code; well-known symbols become codes, but not "$", which many countries use. None if missing."""
    text = parse_name(value) or ""
    code = _CURRENCIES.get(text, text)
    return (code.upper() if len(code) == 3 and code.isalpha() else code) or None


def parse_in_stock(value: Any) -> bool | None:
    """Whether a product can be bought now, from the words that shops use for it, or from a number of pieces."""
    text = _SCHEMA_ORG.sub("", tidy(parse_text(value))).casefold()
    if not text:
        return None
    word = _STOCK_SEPARATORS.sub("", text)
    if word in _STOCK:
        return _STOCK[word]
    pieces = _PIECES.fullmatch(text)
    if pieces is None:
        raise ValueError(f"in_stock {shorten(text)} is not understood; write yes, no or the number of pieces")
    return float(pieces[1].replace(",", ".")) > 0


def parse_split(value: Any) -> str | None:
    """The name of a split: "train", "validation" or "test" for their usual spellings, any other name unchanged."""
    text = parse_name(value) or ""
    return _SPLITS.get(text.casefold(), text) or None


def is_split(name: str) -> bool:
    """Whether a folder of this name holds a split and not a class."""
    return name.casefold() in _SPLITS


def parse_photos(value: Any) -> list[str]:
    """The names of photo files, from a list, a JSON list, or a text in which "|" separates them."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with contextlib.suppress(ValueError, RecursionError):  # the name of a file may begin with brackets
            value = json.loads(value)
    if not isinstance(value, (list, tuple)):
        value = parse_text(value).split("|")
    return [text for text in map(parse_text, value) if text]


def _storable(text: str) -> str:
    """The text without NUL characters and lone surrogates, which JSON can hold and databases refuse."""
    if text.isascii() and "\0" not in text:
        return text
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", errors="replace").decode()
    return text


def shorten(text: str) -> str:
    """The text between quotation marks, cut to what a message can show."""
    return repr(text) if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]!r}..."


def _to_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, TypeError, ValueError):  # nested too deeply, or keys that JSON can't write
        return ""


def _is_shortened(value: Any, text: str) -> bool:
    """Whether an id has lost digits: it is written with an exponent, or is a float over the last exact one."""
    too_large = isinstance(value, float) and abs(value) > MAX_WHOLE_FLOAT
    return isinstance(value, ShortenedNumber) or too_large or _SHORTENED.fullmatch(text) is not None


def _not_a_price(text: str) -> ValueError:
    return ValueError(f"price {shorten(text)} is not a number; write it as 49.90")


def _is_currency(mark: str) -> bool:
    """Whether a text beside a number is a short word, a currency symbol, or a short word and then a symbol."""
    word = mark[:-1].strip() if mark and unicodedata.category(mark[-1]) == "Sc" else mark
    return _CURRENCY_WORD.fullmatch(word) is not None


def _parse_number(value: int | float | Decimal) -> Decimal | None:
    number = value if isinstance(value, Decimal) else Decimal(str(float(value) if isinstance(value, float) else value))
    if number.is_nan():
        return None
    if number < 0:
        raise ValueError(f"price {value} is negative")
    return _bounded(number, str(value))


def _plain_number(number: str, text: str, decimal_mark: str | None) -> str:
    """A number as digits with at most one point, from digits that are grouped in any usual way."""
    number = re.sub(r"['’\s]", "", number)
    marks = [character for character in number if character in ".,"]
    if not marks:
        return number
    last, grouping = marks[-1], "," if marks[-1] == "." else "."
    whole, _, fraction = number.rpartition(last)
    if len(marks) == 1:
        thousands = last != decimal_mark and re.fullmatch(r"[1-9]\d{0,2}", whole) and len(fraction) == 3
        return whole + fraction if thousands else f"{whole}.{fraction}"
    if last in whole:  # it occurs several times, so it is no decimal separator
        whole, grouping, fraction = number, last, ""
    if not re.fullmatch(rf"\d{{1,3}}(?:\{grouping}\d{{2,3}})*\{grouping}\d{{3}}", whole):
        raise _not_a_price(text)
    return f"{whole.replace(grouping, '')}.{fraction}"


def _bounded(number: Decimal, text: str) -> Decimal:
    if not number.is_finite() or number * 100 > MAX_PRICE_CENTS:
        raise ValueError(f"price {shorten(text)} is too large")
    return number.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
