"""Products ranked by how well their texts fit some words: titles and names first, then the rarer words."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from catalog.storage.full_text import POSTGRESQL_CALL

_SHORT = 4  # letters of a word that is looked for as it is
_SHORTEST = 3  # letters of a word that has a plural
TITLE_WEIGHT = 8.0  # a word in a name counts so many times as much as one in a description

# Ideas that are all wanted; for each its alternatives; for each of these the beginnings of its words.
Terms = Sequence[Sequence[Sequence[str]]]

_SQLITE = text(
    "SELECT catalog_word_numbers.product_id FROM catalog_words "  # noqa: S608 - a number
    "JOIN catalog_word_numbers ON catalog_word_numbers.number = catalog_words.rowid "
    f"WHERE catalog_words MATCH :wanted ORDER BY bm25(catalog_words, {TITLE_WEIGHT}, 1.0), "
    "catalog_word_numbers.product_id LIMIT :most"
)
_POSTGRESQL = text(
    f"SELECT product_id FROM catalog_products WHERE {POSTGRESQL_CALL} @@ CAST(:wanted AS tsquery) "  # noqa: S608 - fixed texts
    f"ORDER BY ts_rank({POSTGRESQL_CALL}, CAST(:wanted AS tsquery)) DESC, product_id LIMIT :most"
)


def rank_by_words(connection: Connection, terms: Terms, most: int, *, any_of_them: bool = True) -> list[str]:
    """The ids of the products that have all the terms, best first; if none has them all, of those that have any.

    Args:
        connection: to the catalogue.
        terms: letters and digits in lower case without accents, as the full-text index holds them. Longer words that
            begin as a word of more than four letters count too; a shorter word is found in the plural.
        most: how many products at most.
        any_of_them: whether some of the terms will do where no product has all of them.
    """
    if not terms:
        return []
    for every in (True, False) if len(terms) > 1 and any_of_them else (True,):
        if connection.dialect.name == "sqlite":
            ideas = (" OR ".join(" AND ".join(map(_sqlite_word, words)) for words in either) for either in terms)
            query, wanted = _SQLITE, (" AND " if every else " OR ").join(f"({idea})" for idea in ideas)
        else:
            ideas = (" | ".join(" & ".join(map(_postgresql_word, words)) for words in either) for either in terms)
            query, wanted = _POSTGRESQL, (" & " if every else " | ").join(f"({idea})" for idea in ideas)
        found = list(connection.scalars(query, {"wanted": wanted, "most": most}))
        if found:
            return found
    return []


def _sqlite_word(word: str) -> str:
    if _is_beginning(word):
        return f'"{word}"*'
    return "(" + " OR ".join(f'"{one}"' for one in _numbers_of(word)) + ")"


def _postgresql_word(word: str) -> str:
    if _is_beginning(word):
        return f"'{word}':*"
    return "(" + " | ".join(f"'{one}'" for one in _numbers_of(word)) + ")"


def _is_beginning(word: str) -> bool:
    """Whether longer words that begin so count too. Few letters begin too much: a cape is no cap, tiered no tie."""
    return len(word) > _SHORT and not word.isdigit()


def _numbers_of(word: str) -> tuple[str, ...]:
    """A short word as singular and plural."""
    return (word,) if len(word) < _SHORTEST or word.isdigit() else (word, f"{word}s", f"{word}es")
