"""PrestaShop's product export, and the file of combinations that may lie beside it."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from catalog.errors import CatalogError, SourceError
from catalog.feeds.exports.category_paths import choose_path, list_further_paths
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells, ExportTable
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import BACKORDER, IN_STOCK, OUT_OF_STOCK, Group, Money, Offer
from catalog.feeds.exports.optional_values import OptionalValues, choose_price, is_true, join_distinct
from catalog.feeds.formats.prestashop_columns import ALIASES, explains_itself, has_columns
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import TABLE, SourceHead, read_head
from catalog.money import THREE_DIGITS
from catalog.spelling import fold

_REFERENCE = "reference:"  # before the reference of a product, in the keys of entries
_HOMES = frozenset({"home", "root", "accueil", "inicio", "startseite", "hauptseite", "início", "strona główna"})
_HUNDREDTH, _THOUSANDTH = Decimal("0.01"), Decimal("0.001")
_ALLOWS_BACKORDERS = "1"  # as the action for what is out of stock; 0 denies them, 2 leaves it to the shop's settings
_TABLES = frozenset({".csv", ".txt", ".xlsx"})


class PrestaShop:
    """The format of PrestaShop's CSV files."""

    name = "prestashop"
    title = "a product export of PrestaShop"

    def recognises(self, head: SourceHead) -> bool:
        """A product's id and name, beside columns whose names explain themselves in brackets."""
        has_id = has_columns(head, "id", "name") or has_columns(head, "active", "name")
        return head.kind == TABLE and has_id and explains_itself(head)

    def open(self, path: Path, options: FeedOptions) -> "PrestaShopExport":
        """The export, with the combinations that lie beside it; MissingColumnError if it has no names."""
        products = ExportTable(path, ALIASES, needed=("name",))
        combinations = _find_combinations(path)
        further = ExportTable(combinations, ALIASES, needed=("attributes", "values")) if combinations else None
        return PrestaShopExport(products, further, combinations, options)


class PrestaShopExport:
    """An opened export of PrestaShop."""

    def __init__(
        self, products: ExportTable, combinations: ExportTable | None, path: Path | None, options: FeedOptions
    ) -> None:
        self._products = products
        self._combinations = combinations
        self._options = options
        self.notes = list(products.notes)
        if path:
            self.notes.append(f"The combinations were read from {path.name}, which lies beside the products.")

    @property
    def incomplete(self) -> str:
        """Why rows may be missing; empty if none seem to be."""
        return self._products.incomplete or (self._combinations.incomplete if self._combinations else "")

    def entries(self) -> Iterator[Entry]:
        """Every row of both files, by the id of its product; without an id, by its reference or its name."""
        for table in filter(None, (self._products, self._combinations)):
            for row, cells, fault in table.records():
                id_, is_product = cells.get("id", ""), "attributes" not in cells
                reference = cells.get("reference" if is_product else "of_product", "")
                key = id_ or (f"{_REFERENCE}{reference}" if reference else "")
                key = key or (cells.get("name", "") if is_product else "")
                owns = (f"{_REFERENCE}{reference}",) if is_product and id_ and reference else ()
                yield Entry(key, row, cells, fault or ("" if key else "the product id is empty"), owns=owns)

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The combinations of a product, or the product itself if it has none."""
        key = key.removeprefix(_REFERENCE)
        combinations = [entry for entry in entries if "attributes" in entry.values]
        products = [entry for entry in entries if entry not in combinations]
        if not products:
            raise ValueError(f"there are combinations of product {key!r}, but not the product itself")
        if any(other.values != products[0].values for other in products[1:]):
            raise ValueError(f"rows {', '.join(str(one.row) for one in products)} have the same id and differ")
        product: Cells = products[0].values
        if is_true(product.get("active", "1")) is False:
            return Group(key, left_out="not active")
        if fold(product.get("visibility", "")) in ("none", "nowhere"):
            return Group(key, left_out="hidden")
        if is_true(product.get("virtual", "")):
            return Group(key, left_out="virtual")
        offers = [self._build_offer(key, entry, product) for entry in combinations or products[:1]]
        return Group(key, offers, is_variable=bool(combinations))

    def _build_offer(self, key: str, entry: Entry, product: Cells) -> Offer:
        cells: Cells = entry.values
        values = OptionalValues()
        options = _read_options(cells)
        features = _read_features(product)
        photos = _read_photos(cells, product)
        path, further = _read_categories(product)
        price, before, window = self._read_price(cells, product, values)
        return Offer(
            row=entry.row,
            offer_id=" ".join([key, *options.values()]),
            title=product.get("name", ""),
            description=html_to_text(product.get("description") or product.get("summary", "")),
            category=path[-1] if path else "",
            further_categories=further,
            brand=product.get("brand", ""),
            options={**{name: value for name, value in features.items() if name not in options}, **options},
            photos=tuple(photos),
            own_photo=photos[0] if photos else "",
            photo_alts={**_read_alts(product), **_read_alts(cells)},
            price=price,
            price_before=before,
            sale_from=window[0],
            sale_until=window[1],
            availability=_tell_availability(cells, product, values),
            facts={
                "sku": cells.get("reference", ""),
                "gtin": values.gtin(cells.get("gtin", "")),
                "mpn": cells.get("mpn", ""),
                "goes_with": join_distinct(_split(product.get("goes_with", ""))),
                "tags": join_distinct(_split(product.get("tags", ""))),
                "condition": product.get("condition", ""),
                "category_path": " > ".join(path),
            },
            warnings=tuple(values.warnings),
        )

    def _read_price(self, cells: Cells, product: Cells, values: OptionalValues) -> tuple[Money, Money, tuple[str, str]]:
        """The price with what the combination adds, the price before it was reduced, and from when to when it is."""
        price = values.price(product.get("price", ""), self._options.currency)
        if price.amount is None:
            return price, Money(), ("", "")
        full = max(price.amount + _amount(cells, "impact", values), Decimal(0))
        off = _amount(product, "discount", values) or full * _amount(product, "discount_percent", values) / 100
        window = _read_day(product, "discount_start"), _read_day(product, "discount_end")
        holds = 0 < off < full and values.is_within(*window, self._options.now)
        digits = _THOUSANDTH if price.currency in THREE_DIGITS else _HUNDREDTH
        regular, reduced = (
            Money(full or None, price.currency),
            Money((full - off).quantize(digits, ROUND_HALF_UP), price.currency),
        )
        return *choose_price(regular, reduced, sale_holds=holds), values.window(*window, sale_holds=holds)


def _find_combinations(products: Path) -> Path | None:
    """The one table of combinations in the folder of the products.

    Raises:
        SourceError: there are several, so that nobody can say which one belongs to the products.
    """
    found = []
    for path in sorted(products.parent.iterdir()):
        if path.suffix.lower() in _TABLES and path.is_file() and path.name != products.name:
            try:
                is_one = has_columns(read_head(path), "id", "attributes", "values")
            except CatalogError:
                continue
            found += [path] if is_one else []
    if len(found) > 1:
        raise SourceError(
            f"Beside {products.name} lie {len(found)} files of combinations, {found[0].name} and {found[1].name}; "
            "keep the one that belongs to it."
        )
    return found[0] if found else None


def _split(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(",")) if part]


def _amount(cells: Cells, name: str, values: OptionalValues) -> Decimal:
    """A number of a cell; 0 where there is none."""
    return Decimal(str(values.quantity(cells.get(name, "")) or 0))


def _read_day(cells: Cells, name: str) -> str:
    """A date; the zeros that databases keep for none are none."""
    day = cells.get(name, "")
    return "" if day.startswith("0000") else day


def _read_categories(product: Cells) -> tuple[list[str], tuple[str, ...]]:
    """The path to the category and the further categories.

    Categories are a list, whose first one is the product's own; one that begins with the home page is a path down to
    it. Some shops write paths with slashes.
    """
    names = _split(product.get("categories", ""))
    if any("/" in name for name in names):
        paths = [_without_home(name.split("/")) for name in names]
        joined = ["/".join(path) for path in paths if path]
        chosen = choose_path(joined, "/")
        return chosen, list_further_paths(joined, "/", chosen)
    below = _without_home(names)
    if len(below) < len(names):
        return below, ()
    chosen = choose_path(below, "/")
    return chosen, list_further_paths(below, "/", chosen)


def _without_home(names: list[str]) -> list[str]:
    return names[1:] if names and fold(names[0]) in _HOMES else names


def _read_photos(cells: Cells, product: Cells) -> list[str]:
    """The photos of a combination: its own, or those of the product that it names by their numbers, from 1."""
    of_product = _split(product.get("photos", ""))
    numbers = [int(number) for number in _split(cells.get("photo_numbers", "")) if number.isdecimal()]
    chosen = [of_product[number - 1] for number in numbers if 0 < number <= len(of_product)]
    return _split(cells.get("photos", "")) or chosen or of_product


def _read_alts(cells: Cells) -> dict[str, str]:
    """Photo -> its alternative text, where there are as many texts as photos."""
    photos, alts = _split(cells.get("photos", "")), _split(cells.get("alts", ""))
    return dict(zip(photos, alts, strict=True)) if len(photos) == len(alts) else {}


def _read_options(cells: Cells) -> dict[str, str]:
    """The options of a combination, from "Size:select:0, Color:color:1" and "M:0, Blue:1"."""
    names = [name.split(":")[0].strip() for name in _split(cells.get("attributes", ""))]
    chosen = [value.rpartition(":")[0].strip() or value for value in _split(cells.get("values", ""))]
    return dict(zip(names, chosen, strict=False))


def _read_features(product: Cells) -> dict[str, str]:
    """The features of a product, from "Material:Wool:1, Ratio:16:9:2"; newer versions add whether it is customized."""
    found = {}
    for column, numbers in (("features", 1), ("customized_features", 2)):
        for feature in _split(product.get(column, "")):
            name, *parts = feature.split(":")
            for _ in range(numbers):
                if len(parts) > 1 and parts[-1].strip().isdecimal():
                    parts.pop()
            value = ":".join(parts).strip()
            if name.strip() and value:
                found[name.strip()] = value
    return found


def _tell_availability(cells: Cells, product: Cells, values: OptionalValues) -> str:
    quantity = values.quantity(cells.get("quantity", ""))
    if is_true(product.get("for_order", "")) is False:
        return OUT_OF_STOCK
    if quantity is not None and quantity <= 0 and product.get("without_stock") == _ALLOWS_BACKORDERS:
        return BACKORDER
    return "" if quantity is None else IN_STOCK if quantity > 0 else OUT_OF_STOCK
