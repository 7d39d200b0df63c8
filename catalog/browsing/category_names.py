"""What a shop calls its categories in each language, as the sources of its products say."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from catalog.product_details import TEXTS
from catalog.storage.tables.products import products, sources

CategoryNames = dict[str, dict[str, str]]  # category as the catalogue spells it -> code of a language -> name

_ASKED = 20  # products of a category; the name that most of them give counts


def names_version(connection: Connection) -> tuple[object, ...]:
    """Changes whenever names may have: with each import, and with the removal of a source. Cheap to ask for."""
    return tuple(connection.execute(select(func.count(), func.max(sources.c.imported_at)).select_from(sources)).one())


def read_category_names(connection: Connection) -> CategoryNames:
    """The names of all categories whose products give them; of several, the one that most of the asked products give.

    Args:
        connection: of ``Database.reading``.
    """
    categories = select(products.c.category).where(products.c.published).distinct()
    found = ((category, _ask(connection, category)) for category in connection.execute(categories).scalars().all())
    return {category: names for category, names in found if names}


def _ask(connection: Connection, category: str) -> dict[str, str]:
    query = (
        select(products.c.details)
        .where(products.c.category == category, products.c.published)
        .order_by(products.c.product_id)
        .limit(_ASKED)
    )
    return _most_given(connection.execute(query).scalars().all())


def _most_given(details: Iterable[dict[str, dict[str, dict[str, str]]]]) -> dict[str, str]:
    given: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in details:
        for language, texts in one.get(TEXTS, {}).items():
            if name := texts.get("category"):
                given[language][name] += 1
    return {language: names.most_common(1)[0][0] for language, names in given.items()}
