"""The products and categories that rules name, and whether the catalogue has them."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from catalog.curation.rule_terms import CATEGORY, PRODUCT, RuleTerms
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.products import products


def named(terms: Iterable[RuleTerms], kind: str) -> set[str]:
    """The product ids, or the categories, that rules name.

    Args:
        terms: the rules' terms.
        kind: PRODUCT or CATEGORY.
    """
    found = set()
    for one in terms:
        found |= {name for name, its in ((one.anchor, one.anchor_kind), (one.target, one.target_kind)) if its == kind}
    return found


def find_unknown(database: Database, terms: Iterable[RuleTerms]) -> dict[str, set[str]]:
    """PRODUCT and CATEGORY -> those that rules name and the catalogue doesn't have."""
    terms = list(terms)
    with database.reading() as connection:
        return {kind: _unknown(connection, kind, named(terms, kind)) for kind in (PRODUCT, CATEGORY)}


def find_name_problems(terms: RuleTerms, unknown: dict[str, set[str]]) -> dict[str, str]:
    """The form's field -> a code of ``rule_terms.PROBLEMS``, where a rule names something unknown."""
    places = (("anchor", terms.anchor_kind, terms.anchor), ("target", terms.target_kind, terms.target))
    return {field: f"unknown_{kind}" for field, kind, name in places if name in unknown.get(kind, ())}


def read_sold_out(database: Database, product_ids: Iterable[str]) -> set[str]:
    """Those of the products that can't be bought now, as they are sold out or no longer in the catalogue."""
    wanted = set(product_ids)
    buyable: set[str] = set()
    c = products.c
    with database.reading() as connection:
        for ids in in_batches(wanted, IDS_PER_QUERY):
            query = select(c.product_id).where(c.product_id.in_(ids), c.in_stock.is_not(False))
            buyable.update(connection.scalars(query))
    return wanted - buyable


def _unknown(connection: Connection, kind: str, names: set[str]) -> set[str]:
    column = products.c.product_id if kind == PRODUCT else products.c.category
    known: set[str] = set()
    for some in in_batches(names, IDS_PER_QUERY):
        known.update(connection.scalars(select(column).where(column.in_(some)).distinct()))
    return names - known
