"""What a shop offers, as plain values: an offer is one size of one look, or a look that comes in one size."""

from dataclasses import dataclass, field

# Availability, as Google names it.
IN_STOCK, PREORDER, BACKORDER, OUT_OF_STOCK = "in stock", "preorder", "backorder", "out of stock"


@dataclass(frozen=True)
class Money:
    """An amount with its currency, as far as they are known."""

    cents: int | None = None
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One article that can be ordered. Texts are empty where the source says nothing."""

    row: int
    offer_id: str  # offers of one group with the same id must be equal
    title: str = ""
    description: str = ""  # plain text
    url: str = ""
    category: str = ""
    brand: str = ""
    options: dict[str, str] = field(default_factory=dict)  # name -> value as the source writes them: Size -> M
    gender: str = ""  # as the source writes it
    age_group: str = ""
    photos: tuple[str, ...] = ()  # addresses or file names, best first
    own_photo: str = ""  # the photo that tells this look from the others of its group; empty if none does
    price: Money = Money()
    price_before: Money = Money()
    availability: str = ""
    facts: dict[str, str] = field(default_factory=dict)  # further facts by the names of attributes
    warnings: tuple[str, ...] = ()  # sentences


@dataclass(frozen=True)
class Group:
    """The offers that share a group id, and what was left out of them.

    ``group_id`` is the product id where the group is one look; of several looks, each has the look's name behind it.
    """

    group_id: str
    offers: list[Offer] = field(default_factory=list)
    is_variable: bool = False  # whether the group has an id of its own, which its looks share
    always_split: bool = False  # whether looks of the same photo are products of their own all the same
    left_out: str = ""  # why nothing of the group is offered, such as "not published"; empty if something is
