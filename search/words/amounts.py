"""Prices in a sentence: "under 50", "menos de 50 €", "between 20 and 40", "20-40", "unos 50 euros", "50 or less"."""

import re
from collections.abc import Sequence
from decimal import Decimal

from search.words.folding import Token

Range = tuple[Decimal | None, Decimal | None]


def _phrases(text: str) -> list[tuple[str, ...]]:
    split = [tuple(phrase.split()) for phrase in text.split(",")]
    return sorted(split, key=len, reverse=True)


_AT_MOST = _phrases(
    "under,below,less than,no more than,up to,at most,max,maximum,cheaper than,<,"
    "bajo,por debajo de,menos de,menor de,no mas de,hasta,maximo,como maximo,como mucho,inferior a"
)
_AT_LEAST = _phrases(
    "over,above,more than,at least,min,minimum,from,starting at,>,"
    "mas de,por encima de,desde,a partir de,minimo,como minimo,al menos,superior a,mayor de"
)
_BETWEEN = _phrases("between,from,entre,de,desde")
_AND = {"and", "to", "y", "a", "hasta"}
_TO = {"to", "a", "hasta"}  # between two amounts that nothing stands before
_ABOUT = _phrases("around,about,approximately,approx,roughly,unos,unas,alrededor de,aproximadamente,cerca de,sobre")
_OR_LESS = _phrases("or less,or under,or below,max,maximum,o menos,maximo,como maximo,como mucho")
_OR_MORE = _phrases("or more,or over,or above,min,minimum,o mas,minimo,como minimo")
_NUMBERS = (
    "ten 10 twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90 hundred 100 thousand 1000 "
    "diez 10 veinte 20 treinta 30 cuarenta 40 cincuenta 50 sesenta 60 setenta 70 ochenta 80 noventa 90 cien 100 "
    "doscientos 200 trescientos 300 quinientos 500 mil 1000"
)
_WORDS = {word: int(number) for word, number in re.findall(r"(\w+) (\d+)", _NUMBERS)}
_NEAR = Decimal("0.2")  # of an amount, by which a price may differ that is about as high
_CURRENCIES = {"€", "$", "£", "euro", "euros", "eur", "dollar", "dollars", "usd", "dolares", "pound", "pounds", "gbp"}
# The words of all phrases, none of which is a mistyped one.
KNOWN = frozenset(
    word for phrase in (*_AT_MOST, *_AT_LEAST, *_BETWEEN, *_ABOUT, *_OR_LESS, *_OR_MORE) for word in phrase
) | frozenset((*_CURRENCIES, *_WORDS))
_OTHER_UNITS = {"cm", "mm", "m", "kg", "g", "gb", "ml", "l", "inch", "inches", "pulgadas", "years", "anos", "months"}
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_MOST_DIGITS = 9  # before the decimal point; larger numbers are no prices


def find_range(tokens: Sequence[Token], start: int) -> tuple[Range, int] | None:
    """The prices that a sentence names from a token on: lowest, highest, and the place after them; None if none."""
    return (
        _find_between(tokens, start)
        or _find_one_sided(tokens, start)
        or _find_about(tokens, start)
        or _find_bare(tokens, start)
    )


def find_dashed(tokens: Sequence[Token], start: int) -> tuple[Range, int] | None:
    """The same for two numbers with nothing but a dash between them, "20-40", which may be something else."""
    low = _amount(tokens, start)
    high = _amount(tokens, low[1]) if low and low[1] < len(tokens) and tokens[low[1]].dashed else None
    return ((low[0], high[0]), high[1]) if low and high and low[0] < high[0] else None


def _find_between(tokens: Sequence[Token], start: int) -> tuple[Range, int] | None:
    for phrase in _BETWEEN:
        if _stands(tokens, start, phrase):
            low = _amount(tokens, start + len(phrase))
            if low and low[1] < len(tokens) and tokens[low[1]].folded in _AND:
                high = _amount(tokens, low[1] + 1)
                if high:
                    return (min(low[0], high[0]), max(low[0], high[0])), high[1]
    return None


def _find_one_sided(tokens: Sequence[Token], start: int) -> tuple[Range, int] | None:
    for phrases, lowest in ((_AT_MOST, False), (_AT_LEAST, True)):
        for phrase in phrases:
            found = _amount(tokens, start + len(phrase)) if _stands(tokens, start, phrase) else None
            if found:
                return ((found[0], None) if lowest else (None, found[0])), found[1]
    return None


def _find_about(tokens: Sequence[Token], start: int) -> tuple[Range, int] | None:
    for phrase in _ABOUT:
        found = _amount(tokens, start + len(phrase)) if _stands(tokens, start, phrase) else None
        if found and _has_currency(tokens, start, found[1]):
            near = found[0] * _NEAR
            return (Decimal(round(found[0] - near)), Decimal(round(found[0] + near))), found[1]
    return None


def _find_bare(tokens: Sequence[Token], start: int) -> tuple[Range, int] | None:
    """An amount that begins here: with another one, with what says on which side, or in a currency: no more than it."""
    found = _amount(tokens, start)
    if found is None:
        return None
    value, end = found
    for phrases, lowest in ((_OR_LESS, False), (_OR_MORE, True)):
        for phrase in phrases:
            if _stands(tokens, end, phrase):
                return ((value, None) if lowest else (None, value)), end + len(phrase)
    joined = end < len(tokens) and (tokens[end].folded in _TO or tokens[end].dashed)
    high = _amount(tokens, end + (tokens[end].folded in _TO)) if joined else None
    if high and value < high[0] and (tokens[end].folded in _TO or _has_currency(tokens, start, high[1])):
        return (value, high[0]), high[1]
    return ((None, value), end) if _has_currency(tokens, start, end) else None


def _has_currency(tokens: Sequence[Token], start: int, end: int) -> bool:
    return any(token.folded in _CURRENCIES for token in tokens[start:end])


def _stands(tokens: Sequence[Token], start: int, phrase: tuple[str, ...]) -> bool:
    return tuple(token.folded for token in tokens[start : start + len(phrase)]) == phrase


def _amount(tokens: Sequence[Token], start: int) -> tuple[Decimal, int] | None:
    """A number with or without a currency, and the place after it; numbers with another unit are no prices."""
    leads = start < len(tokens) and tokens[start].folded in _CURRENCIES
    place = start + leads
    value = _number(tokens[place].text) if place < len(tokens) else None
    if value is None:
        return None
    after = place + 1
    if after < len(tokens) and tokens[after].folded in _OTHER_UNITS:
        return None
    return value, after + (not leads and after < len(tokens) and tokens[after].folded in _CURRENCIES)


def _number(text: str) -> Decimal | None:
    """A number as people of either language write it: 1,299.50, 1.299,50, 49,90, fifty; None for what is none."""
    if text.lower() in _WORDS:
        return Decimal(_WORDS[text.lower()])
    if not text[:1].isdigit() or not text.isascii():
        return None
    whole, cents = text, ""
    if not _THOUSANDS.fullmatch(text) and re.search(r"[.,]\d{1,2}$", text):
        whole, cents = re.split(r"[.,](?=\d{1,2}$)", text)
    digits = re.sub("[.,]", "", whole)
    return Decimal(f"{digits}.{cents or 0}") if len(digits) <= _MOST_DIGITS else None
