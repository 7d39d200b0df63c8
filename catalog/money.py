"""Amounts of money with their currency, exact to the digits that the currency has."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})  # by ISO 4217
_HUNDRED = Decimal(100)
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Money:
    """An amount in units of its currency, as far as both are known."""

    amount: Decimal | None = None
    currency: str | None = None  # a code such as EUR, or what the source says

    @property
    def cents(self) -> int | None:
        """The amount in hundredths of the unit, whatever the currency: what filters and orders compare."""
        return None if self.amount is None else to_cents(self.amount)


def to_cents(amount: Decimal) -> int:
    """An amount in hundredths of its unit; a half is rounded up."""
    return int((amount * _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def exact_text(amount: Decimal | None) -> str | None:
    """The amount as text where hundredths don't hold it, such as 12.505 dinars; None where they do."""
    if amount is None or amount * _HUNDRED == to_cents(amount):
        return None
    return plain_text(amount)


def plain_text(amount: Decimal) -> str:
    """An amount as digits with a point and at least two decimals, as files and schema.org want it."""
    rounded = amount.quantize(_THOUSANDTH, rounding=ROUND_HALF_UP)
    return f"{rounded:f}".removesuffix("0") if rounded == rounded.quantize(Decimal("0.01")) else f"{rounded:f}"
