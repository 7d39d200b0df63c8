"""What shoppers call a shop's categories besides their names, as merchandisers know it."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from catalog.storage.tables.curation import synonyms

MOST_SYNONYMS = 50  # of one category
MOST_CHARACTERS = 60  # of one of them


def category_synonyms(connection: Connection) -> dict[str, list[str]]:
    """Category -> its synonyms in the order of the alphabet; categories without any are left out."""
    query = select(synonyms.c.category, synonyms.c.synonym).order_by(synonyms.c.category, synonyms.c.synonym)
    found: dict[str, list[str]] = {}
    for category, synonym in connection.execute(query):
        found.setdefault(category, []).append(synonym)
    return found


def replace_synonyms(connection: Connection, category: str, wanted: Sequence[str]) -> list[str]:
    """Write the synonyms of a category in place of those that it has.

    Args:
        connection: of ``Database.writing``.
        category: as the catalogue spells it.
        wanted: as somebody typed them; blanks, repetitions, and whatever is beyond ``MOST_SYNONYMS`` or
            ``MOST_CHARACTERS`` is dropped.

    Returns:
        The synonyms that were written.
    """
    tidy = (" ".join(one.split())[:MOST_CHARACTERS].strip() for one in wanted)
    kept = list({one.casefold(): one for one in tidy if one}.values())[:MOST_SYNONYMS]
    connection.execute(delete(synonyms).where(synonyms.c.category == category))
    if kept:
        connection.execute(insert(synonyms), [{"category": category, "synonym": one} for one in kept])
    return kept
