"""The studio's product search: pages of the products that match words and filters, and the values to filter by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from catalog.browsing.product_search import ProductQuery, ProductSearch, is_among
from catalog.errors import UnknownProductError
from catalog.products import Product
from catalog.storage.database import Database
from catalog.storage.distinct import distinct_values
from catalog.storage.product_rows import PRODUCT_COLUMNS, load_products
from catalog.storage.tables.products import products, sources

COUNTED = 10_000  # largest number of products that are counted and shown on pages
VALUES_LISTED = 500  # values of a column that are offered as filters
ATTRIBUTES_SEEN = 1000  # latest products whose attributes are offered as filters
ATTRIBUTE_VALUES = 40  # values of each attribute that are offered


@dataclass(frozen=True)
class ProductPage:
    """A page of the products that were found."""

    products: tuple[Product, ...]
    total: int  # number of products on all pages, at most COUNTED
    more: bool  # whether more than COUNTED products were found


@dataclass(frozen=True)
class GroupPage:
    """A page of the products that were found, the variants of one thing together."""

    groups: tuple[tuple[Product, ...], ...]  # of each the variants that match, in the query's order
    total: int  # number of groups on all pages
    products: int  # number of products on all pages, at most COUNTED
    more: bool  # whether more than COUNTED products were found


@dataclass(frozen=True)
class Choices:
    """The values that filters offer, each tuple sorted."""

    categories: tuple[str, ...]
    genders: tuple[str, ...]
    colours: tuple[str, ...]
    brands: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]  # name -> some values that the latest products have


@dataclass(frozen=True)
class Origin:
    """The source that a product came from."""

    location: str  # absolute path of the folder or table
    added_at: str  # when the product was first imported; ISO 8601, UTC
    imported_at: str  # when the source was last imported; ISO 8601, UTC


class Browser:
    """Answers the studio's questions about many products at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: ProductQuery, limit: int, offset: int = 0) -> ProductPage:
        """A page of the products that match a query, in the order that it names; empty past the end."""
        with self._database.reading() as connection:
            search = ProductSearch.prepare(connection, query)
            total = search.count(COUNTED)
            wanted = search.most() if total > COUNTED else search.all()
            found = load_products(connection, wanted.limit(limit).offset(offset)) if offset < total else []
        return ProductPage(tuple(found), min(total, COUNTED), total > COUNTED)

    def find_groups(self, query: ProductQuery, limit: int, offset: int = 0) -> GroupPage:
        """The same with the variants of one thing together, where the first of them stands."""
        with self._database.reading() as connection:
            search = ProductSearch.prepare(connection, query)
            total = search.count(COUNTED)
            wanted = search.most() if total > COUNTED else search.all()
            ids = wanted.with_only_columns(products.c.product_id, products.c.group_id).limit(COUNTED)
            groups: dict[tuple[str, str], list[str]] = {}
            for product_id, group_id in connection.execute(ids):
                groups.setdefault(("group", group_id) if group_id else ("product", product_id), []).append(product_id)
            shown = list(groups.values())[offset : offset + limit]
            among = is_among(connection.dialect.name, [one for group in shown for one in group])
            found = {one.product_id: one for one in load_products(connection, select(*PRODUCT_COLUMNS).where(among))}
        page = tuple(tuple(found[one] for one in group if one in found) for group in shown)
        return GroupPage(page, len(groups), min(total, COUNTED), total > COUNTED)

    def choices(self) -> Choices:
        """The values that filters offer. It is fast in a catalogue of any size, as it doesn't read every product."""
        columns = products.c
        with self._database.reading() as connection:
            categories, genders, colours, brands = (
                tuple(sorted(distinct_values(connection, column, VALUES_LISTED)))
                for column in (columns.category, columns.gender, columns.colour, columns.brand)
            )
            return Choices(categories, genders, colours, brands, _attributes(connection))

    def origin(self, product_id: str) -> Origin:
        """The source of a product; raises UnknownProductError if the catalogue has no product of this id."""
        query = select(sources.c.location, products.c.added_at, sources.c.imported_at).join_from(products, sources)
        with self._database.reading() as connection:
            row = connection.execute(query.where(products.c.product_id == product_id)).one_or_none()
        if row is None:
            raise UnknownProductError(f"The catalogue has no product {product_id!r}.")
        return Origin(*row)

    def known(self, product_ids: Sequence[str]) -> int:
        """The number of these ids that the catalogue holds; the list may have any length."""
        with self._database.reading() as connection:
            among = is_among(connection.dialect.name, product_ids)
            return connection.execute(select(func.count()).select_from(products).where(among)).scalar_one()


def _attributes(connection: Connection) -> dict[str, tuple[str, ...]]:
    columns = products.c
    latest: Select[Any] = (
        select(columns.attributes).order_by(columns.added_at.desc(), columns.product_id.desc()).limit(ATTRIBUTES_SEEN)
    )
    values: dict[str, set[str]] = {}
    for attributes in connection.scalars(latest):
        for name, value in attributes.items():
            values.setdefault(name, set()).add(value)
    return {name: tuple(sorted(values[name])[:ATTRIBUTE_VALUES]) for name in sorted(values)}
