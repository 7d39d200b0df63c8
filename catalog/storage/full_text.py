"""The full-text index, which finds products by the words of their columns.

On SQLite it is an FTS5 table that stores no text of its own: triggers on the products' table note which products
change, and each transaction updates the index at its end. On PostgreSQL it is a GIN index over a function of the
products' columns. Both ignore case and accents, and split words at every character that is neither a letter nor a
digit, so that ``mc-001`` is two words.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    bindparam,
    cast,
    column,
    literal_column,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from catalog.storage.tables.products import products

MOST_WORDS = 16  # of one query; further words are ignored
MOST_LETTERS = 60  # of one word; further letters are ignored
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")

# The index has two columns: short values ("names"), and the description with other values and the attributes ("texts").
# In both also stands what the source says in further languages.
_NAMES = ("product_id", "title", "category", "gender", "colour", "brand")
_VALUES = ("material", "sku", "gtin", "mpn")


def split_words(query: str) -> list[str]:
    """The words of a query as the index holds them; empty if the query has no letter or digit."""
    folded = _ACCENTS.sub("", unicodedata.normalize("NFD", query.lower()))
    return [word[:MOST_LETTERS] for word in _WORD.findall(unicodedata.normalize("NFC", folded))[:MOST_WORDS]]


def holds_words(
    dialect: str, words: Sequence[str], *, prefix: bool = True, in_names: bool = False, many: bool = False
) -> ColumnElement[bool]:
    """The SQL condition that a product has all the words, in any order and in any indexed column.

    Args:
        dialect: ``connection.dialect.name``.
        words: from ``split_words``, at least one.
        prefix: whether the last word may be the beginning of a longer word, as while somebody is typing.
        in_names: whether all words must stand in the id, title, category, gender or colour.
        many: whether many products have the words (``held_by_more``). On SQLite the condition then looks up each
            product that other conditions leave, instead of gathering all products that have the words.
    """
    if dialect == "sqlite":
        wanted = _sqlite_query(words, prefix=prefix, in_names=in_names)
        product, found = (_SQLITE_NUMBER, _SQLITE_FOUND) if many else (products.c.product_id, _SQLITE_FOUND_IDS)
        return product.in_(text(found).bindparams(bindparam("wanted", wanted, unique=True)))
    weight = "A" * in_names
    marks = [f":{weight}" if weight else ""] * (len(words) - 1) + [
        f":{'*' * prefix}{weight}" if prefix or weight else ""
    ]
    wanted = " & ".join(f"'{word}'{mark}" for word, mark in zip(words, marks, strict=True))
    return literal_column(POSTGRESQL_CALL).bool_op("@@")(cast(wanted, TSQUERY))


def held_by_more(connection: Connection, than: int, words: Sequence[str], *, prefix: bool = True) -> bool:
    """Whether more than ``than`` products have the words; on PostgreSQL, where it makes no difference, False."""
    if connection.dialect.name != "sqlite":
        return False
    count = f"SELECT count(*) FROM ({_SQLITE_FOUND} LIMIT {than + 1})"  # noqa: S608 - fixed texts
    return connection.execute(text(count), {"wanted": _sqlite_query(words, prefix=prefix)}).scalar_one() > than


@dataclass(frozen=True)
class WordWalk:
    """A query from the words to the products that have them, one by one, so that a LIMIT ends it early."""

    source: FromClause  # what to select the products' columns from
    condition: ColumnElement[bool]
    last_first: ColumnElement[int]  # the order that needs no sorting: the product that was added last comes first


def walk_words(words: Sequence[str]) -> WordWalk:
    """The same products as by ``holds_words``, on SQLite, without gathering all of them before the first one comes.

    Args:
        words: from ``split_words``, at least one; the last word may be the beginning of a longer word.
    """
    found = table("catalog_words", column("rowid", Integer))
    numbers = table("catalog_word_numbers", column("number", Integer))
    # The plus sign keeps SQLite from the other direction: reading a million products and looking each up in the index.
    of_number = products.c.product_id == literal_column("+catalog_word_numbers.product_id")
    source = found.join(numbers, numbers.c.number == found.c.rowid).join(products, of_number)
    wanted: BindParameter[str] = bindparam("walked", _sqlite_query(words), unique=True)
    matching = literal_column("catalog_words").bool_op("MATCH")(wanted)
    return WordWalk(source, matching, found.c.rowid.desc())


def has_full_text_index(connection: Connection) -> bool:
    """Whether the index exists, in the form that this version creates."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name LIKE 'catalog_word%'")
        found = {row.name: row.sql for row in rows}
        return all(found.get(name) == statement for name, statement in _SQLITE.items())
    told = connection.exec_driver_sql("SELECT obj_description(to_regclass('ix_catalog_products_words'), 'pg_class')")
    return told.scalar_one() == _POSTGRESQL_LAYOUT


def create_full_text_index(connection: Connection) -> None:
    """Create the index and fill it from the products' table, unless ``has_full_text_index``.

    Args:
        connection: of ``Database.writing``, in a database that has the products' table.
    """
    if not has_full_text_index(connection):
        for statement in _SQLITE_LAYING if connection.dialect.name == "sqlite" else _POSTGRESQL_LAYING:
            connection.exec_driver_sql(statement)


def update_full_text_index(connection: Connection) -> None:
    """Bring the index up to date with the products that this transaction has written.

    ``Database.writing`` calls it at the end of the transaction. If the triggers updated the index row by row, it would
    take a hundred times as long, as FTS5 writes a piece of its index in each statement.
    """
    if connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("SELECT 1 FROM catalog_word_changes LIMIT 1").first():
        for statement in _SQLITE_SETTLING:
            connection.exec_driver_sql(statement)


def _sqlite_query(words: Sequence[str], *, prefix: bool = True, in_names: bool = False) -> str:
    wanted = " ".join(f'"{word}"' for word in words) + "*" * prefix
    return f"names : ({wanted})" if in_names else wanted


def _sqlite_columns(row: str) -> str:
    """The two indexed columns of a row. To delete a row, an FTS5 table without text needs exactly these texts again."""
    names = [f"{row}.{name}" for name in _NAMES]
    names.append(_sqlite_translated(row, "'title', 'category'"))
    texts = [f"{row}.{name}" for name in ("description", *_VALUES)]
    texts.append(f"json_extract({row}.details, '$.tags')")
    texts.append(f"(SELECT group_concat(value, ' ') FROM json_each({row}.attributes))")  # noqa: S608 - a row's name
    texts.append(_sqlite_translated(row, "'description'"))
    return ", ".join(" || ' ' || ".join(f"coalesce({one}, '')" for one in column) for column in (names, texts))


def _sqlite_translated(row: str, fields: str) -> str:
    """What the source says of a row in further languages."""
    within = f"json_tree({row}.details, '$.texts') WHERE key IN ({fields}) AND type = 'text'"
    return f"(SELECT group_concat(value, ' ') FROM {within})"  # noqa: S608 - fixed names


_SQLITE_FOUND = "SELECT rowid FROM catalog_words WHERE catalog_words MATCH :wanted"
_SQLITE_FOUND_IDS = (
    "SELECT catalog_word_numbers.product_id FROM catalog_words "
    "JOIN catalog_word_numbers ON catalog_word_numbers.number = catalog_words.rowid WHERE catalog_words MATCH :wanted"
)
_SQLITE_NUMBER: ColumnElement[int] = literal_column(
    "(SELECT number FROM catalog_word_numbers WHERE product_id = catalog_products.product_id)", Integer
)
_SQLITE_NOTING = (
    "INSERT INTO catalog_word_changes(number, names, texts) "  # noqa: S608 - fixed names
    f"SELECT number, {_sqlite_columns('old')} FROM catalog_word_numbers WHERE product_id = old.product_id "
    "AND number NOT IN (SELECT number FROM catalog_word_changes);"
)
_SQLITE = {
    # VACUUM changes the products' own row numbers, as their key is a text; so each product gets a number that stays.
    "catalog_word_numbers": (
        "CREATE TABLE catalog_word_numbers (number INTEGER PRIMARY KEY, product_id TEXT NOT NULL UNIQUE)"
    ),
    # Products that have changed since the index was updated, with the texts that the index holds: NULL for new ones.
    "catalog_word_changes": "CREATE TABLE catalog_word_changes (number INTEGER PRIMARY KEY, names TEXT, texts TEXT)",
    "catalog_words": (
        "CREATE VIRTUAL TABLE catalog_words USING fts5("
        "names, texts, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    ),
    "catalog_words_added": (
        "CREATE TRIGGER catalog_words_added AFTER INSERT ON catalog_products BEGIN "
        "INSERT INTO catalog_word_numbers(product_id) SELECT new.product_id "
        "WHERE new.product_id NOT IN (SELECT product_id FROM catalog_word_numbers); "
        "INSERT INTO catalog_word_changes(number) SELECT number FROM catalog_word_numbers "
        "WHERE product_id = new.product_id AND number NOT IN (SELECT number FROM catalog_word_changes); END"
    ),
    "catalog_words_changed": (
        "CREATE TRIGGER catalog_words_changed AFTER UPDATE ON catalog_products "  # noqa: S608
        f"WHEN ({_sqlite_columns('old')}) IS NOT ({_sqlite_columns('new')}) BEGIN {_SQLITE_NOTING} "
        "UPDATE catalog_word_numbers SET product_id = new.product_id WHERE product_id = old.product_id; END"
    ),
    "catalog_words_removed": (
        f"CREATE TRIGGER catalog_words_removed AFTER DELETE ON catalog_products BEGIN {_SQLITE_NOTING} END"
    ),
}
_SQLITE_SETTLING = (
    (
        "INSERT INTO catalog_words(catalog_words, rowid, names, texts) "
        "SELECT 'delete', number, names, texts FROM catalog_word_changes WHERE names IS NOT NULL"
    ),
    (
        f"INSERT INTO catalog_words(rowid, names, texts) SELECT number, {_sqlite_columns('one')} "  # noqa: S608
        "FROM catalog_word_changes JOIN catalog_word_numbers USING (number) "
        "JOIN catalog_products AS one ON one.product_id = catalog_word_numbers.product_id ORDER BY number"
    ),
    (
        "DELETE FROM catalog_word_numbers WHERE number IN (SELECT number FROM catalog_word_changes) "
        "AND product_id NOT IN (SELECT product_id FROM catalog_products)"
    ),
    "DELETE FROM catalog_word_changes",
)
_SQLITE_LAYING = (
    *(f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE if name.startswith("catalog_words_")),
    *(f"DROP TABLE IF EXISTS {name}" for name in _SQLITE if not name.startswith("catalog_words_")),
    *_SQLITE.values(),
    "INSERT INTO catalog_word_numbers(product_id) SELECT product_id FROM catalog_products",
    "INSERT INTO catalog_word_changes(number) SELECT number FROM catalog_word_numbers",
    *_SQLITE_SETTLING,
)

_POSTGRESQL_LAYOUT = "words 3"  # raised with every change below
POSTGRESQL_CALL = (
    "catalog_words("
    + ", ".join(f"catalog_products.{name}" for name in (*_NAMES, "description", *_VALUES, "details", "attributes"))
    + ")"
)
# A tsvector holds at most 1 MiB. Only the first letters of a text are indexed, so that a long one fails no import.
_POSTGRESQL_LAYING = (
    "DROP INDEX IF EXISTS ix_catalog_products_words",
    "DROP FUNCTION IF EXISTS catalog_words",
    "DROP FUNCTION IF EXISTS catalog_words_folded",
    (
        r"CREATE FUNCTION catalog_words_folded(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        r"SELECT to_tsvector('pg_catalog.simple', regexp_replace(normalize(regexp_replace(normalize("
        r"left(lower(said), 100000), NFD), '[\u0300-\u036f]', '', 'g'), NFC), "
        r"'[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf"
        r"\u2000-\u206f]', ' ', 'g')) $$"
    ),
    (
        f"CREATE FUNCTION catalog_words({' text, '.join((*_NAMES, 'description', *_VALUES))} text, "  # noqa: S608
        "details json, attributes json) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        f"SELECT setweight(catalog_words_folded(concat_ws(' ', {', '.join(_NAMES)}, "
        "(SELECT string_agg(concat_ws(' ', value ->> 'title', value ->> 'category'), ' ') "
        "FROM json_each(details -> 'texts')))), 'A') || "
        f"setweight(catalog_words_folded(concat_ws(' ', description, {', '.join(_VALUES)}, details ->> 'tags', "
        "(SELECT string_agg(value ->> 'description', ' ') FROM json_each(details -> 'texts')), "
        "(SELECT string_agg(value, ' ') FROM json_each_text(attributes)))), 'B') $$"
    ),
    f"CREATE INDEX ix_catalog_products_words ON catalog_products USING gin (({POSTGRESQL_CALL}))",
    f"COMMENT ON INDEX ix_catalog_products_words IS '{_POSTGRESQL_LAYOUT}'",
)
