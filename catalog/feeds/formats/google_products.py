"""The fields of Google's product data, which its XML and its text feeds share; Meta's catalogues have the same."""

import re

from catalog.feeds.exports.category_paths import choose_path, list_further_paths, split_path
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import Group, Offer
from catalog.feeds.exports.optional_values import OptionalValues, choose_price
from catalog.feeds.options import FeedOptions
from catalog.feeds.price_column import PriceColumn
from catalog.feeds.values import parse_group_id, parse_plain

DAMAGED = "damaged"  # not a field: the fields of an item some of whose bytes made no sense
LOST = "\N{REPLACEMENT CHARACTER}"
MANY = ("additional_image_link", "product_type")  # fields that an item may have several times
_OPTIONS = {"color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern"}
FIELDS = frozenset(
    {
        "id",
        "item_group_id",
        "title",
        "description",
        "link",
        "image_link",
        "price",
        "sale_price",
        "availability",
        "brand",
    }
    | {"sale_price_effective_date", "availability_date", "google_product_category", "gtin", "mpn", "condition"}
    | {"gender", "age_group", *_OPTIONS, *MANY}
)
_NEXT_ADDRESS = re.compile(r",\s*(?=https?://)", re.IGNORECASE)  # in a list; a comma may stand inside an address
Fields = dict[str, list[str]]


class GoogleProducts:
    """Builds offers from items, and learns from all of them how their prices are written."""

    def __init__(self, options: FeedOptions) -> None:
        self._options = options
        self._prices = PriceColumn()

    def make_entry(self, row: int, fields: Fields, fault: str = "") -> Entry:
        """The entry of one item; items of one group have the same key."""
        fields = {name: texts for name, texts in fields.items() if any(map(parse_plain, texts))}
        item_id = _one(fields, "id")
        for name in ("price", "sale_price"):
            self._prices.note(_one(fields, name))
        if not fault and not item_id:
            fault = "the item has no id"
        try:
            group_id = parse_group_id(_one(fields, "item_group_id"))
        except ValueError as error:
            group_id, fault = None, fault or str(error)
        if group_id is None:
            fields.pop("item_group_id", None)
        return Entry(group_id or item_id, row, fields, fault, name=item_id)

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The offers of a group of items."""
        is_variable = any("item_group_id" in entry.values for entry in entries)
        offers = [self._build_offer(entry.row, entry.values) for entry in entries]
        return Group(key, offers, is_variable=is_variable, always_split=True)

    def _build_offer(self, row: int, fields: Fields) -> Offer:
        values = OptionalValues()
        for name in dict.fromkeys(fields.get(DAMAGED, ())):
            values.damaged(name, " ".join(fields[name]))
        regular = values.price(_one(fields, "price"), self._options.currency, self._prices)
        reduced = values.price(_one(fields, "sale_price"), regular.currency or self._options.currency, self._prices)
        holds = self._sale_holds(fields, values)
        price, before = choose_price(regular, reduced, sale_holds=holds)
        sale_from, sale_until = values.window(*_read_window(fields), sale_holds=holds)
        path = choose_path(fields.get("product_type", []), ">") or _read_google_category(fields)
        main_photo = _one(fields, "image_link")
        return Offer(
            row=row,
            offer_id=_one(fields, "id"),
            title=_one(fields, "title"),
            description=html_to_text(_one(fields, "description")),
            url=_one(fields, "link"),
            category=path[-1] if path else "",
            further_categories=list_further_paths(fields.get("product_type", []), ">", path),
            brand=_one(fields, "brand"),
            options={option: _one(fields, name) for name, option in _OPTIONS.items() if _one(fields, name)},
            gender=_one(fields, "gender"),
            age_group=_one(fields, "age_group"),
            photos=tuple(photo for photo in (main_photo, *fields.get("additional_image_link", [])) if photo),
            own_photo=main_photo,
            price=price,
            price_before=before,
            availability=values.availability(_one(fields, "availability")),
            sale_from=sale_from,
            sale_until=sale_until,
            available_from=values.moment(_one(fields, "availability_date")),
            facts={
                "sku": _one(fields, "id"),
                "gtin": values.gtin(_one(fields, "gtin")),
                "mpn": _one(fields, "mpn"),
                "condition": _one(fields, "condition"),
                "category_path": " > ".join(path),
            },
            warnings=tuple(values.warnings),
        )

    def _sale_holds(self, fields: Fields, values: OptionalValues) -> bool:
        if "sale_price" not in fields:
            return False
        return values.is_within(*_read_window(fields), self._options.now)


def split_list(text: str) -> list[str]:
    """The addresses of a list with commas between them, or the whole text where it is no such list."""
    return [part.strip() for part in _NEXT_ADDRESS.split(text)]


def _read_window(fields: Fields) -> tuple[str, str]:
    start, _, end = _one(fields, "sale_price_effective_date").partition("/")
    return start.strip(), end.strip()


def _read_google_category(fields: Fields) -> list[str]:
    """The path in Google's own list of categories; empty for one of its numbers, which have no names here."""
    category = _one(fields, "google_product_category")
    return [] if category.isdecimal() else split_path(category, ">")


def _one(fields: Fields, name: str) -> str:
    return next((text for text in map(parse_plain, fields.get(name, ())) if text), "")
