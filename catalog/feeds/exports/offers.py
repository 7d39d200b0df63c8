"""What a shop offers, as plain values: an offer is one size of one look, or a look that comes in one size."""

from dataclasses import dataclass, field

from catalog.feeds.rows import FieldWarning
from catalog.money import Money
from catalog.product_details import BACKORDER, IN_STOCK, OUT_OF_STOCK, PREORDER

UNKNOWN = Money()

__all__ = ["BACKORDER", "IN_STOCK", "OUT_OF_STOCK", "PREORDER", "Group", "Money", "Offer"]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One article that can be ordered. Texts are empty where the source says nothing."""

    row: int
    offer_id: str  # offers of one group with the same id must be equal
    title: str = ""
    description: str = ""  # plain text
    url: str = ""
    category: str = ""
    further_categories: tuple[str, ...] = ()  # paths, with " > " between their names
    brand: str = ""
    options: dict[str, str] = field(default_factory=dict)  # name -> value as the source writes them: Size -> M
    gender: str = ""  # as the source writes it
    age_group: str = ""
    photos: tuple[str, ...] = ()  # addresses or file names, best first
    own_photo: str = ""  # the photo that tells this look from the others of its group; empty if none does
    price: Money = UNKNOWN
    price_before: Money = UNKNOWN
    availability: str = ""
    available_from: str = ""  # ISO 8601: from when on it can be bought
    sale_from: str = ""  # ISO 8601: when ``price`` begins to be below ``price_before``
    sale_until: str = ""
    photo_alts: dict[str, str] = field(default_factory=dict)  # photo -> what it shows, in words
    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> title, description, category
    facts: dict[str, str] = field(default_factory=dict)  # further facts: names of fields, details or attributes
    warnings: tuple[FieldWarning, ...] = ()


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
