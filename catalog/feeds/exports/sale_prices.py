"""The price of an offer that may be reduced for a while."""

from datetime import datetime
from typing import TypedDict

from catalog.feeds.exports.offers import Money
from catalog.feeds.exports.optional_values import OptionalValues, choose_price


class PriceFields(TypedDict):
    """The fields of an ``Offer`` that tell its price."""

    price: Money
    price_before: Money
    sale_from: str
    sale_until: str


def read_sale(
    regular: Money, reduced: Money, window: tuple[str, str], now: datetime, values: OptionalValues
) -> PriceFields:
    """What an offer costs now.

    Args:
        regular: its price outside of the sale.
        reduced: its price in the sale; without an amount where there is none.
        window: when the sale begins and ends, as the source writes it; each may be empty.
        now: the moment that counts.
        values: of the record, which warn of dates that aren't understood.
    """
    holds = reduced.amount is not None and values.is_within(*window, now)
    price, before = choose_price(regular, reduced, sale_holds=holds)
    begins, ends = values.window(*window, sale_holds=holds)
    return {"price": price, "price_before": before, "sale_from": begins, "sale_until": ends}
