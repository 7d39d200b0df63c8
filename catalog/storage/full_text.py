"""Finding products by the words that are written of them, in whichever way the database does that well.

SQLite: an FTS5 table that holds no text of its own; triggers on the products note what changes, and each transaction
settles that at its end. PostgreSQL: a GIN index over a function of the products' columns. Both fold case and accents
and split at whatever is neither letter nor digit, so ``mc-001`` is two words.
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

MOST_WORDS = 16  # of one question; what follows narrows nothing any more
MOST_LETTERS = 60  # of one word
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")

# What is said of a product in a few words ("names") is kept apart from what is told at length ("texts").
_NAMES = ("product_id", "title", "category", "gender", "colour")


def split_words(question: str) -> list[str]:
    """The words of what somebody typed, folded as the index folds them; empty where it holds no letter or digit."""
    folded = _ACCENTS.sub("", unicodedata.normalize("NFD", question.lower()))
    return [word[:MOST_LETTERS] for word in _WORD.findall(unicodedata.normalize("NFC", folded))[:MOST_WORDS]]


def holds_words(
    dialect: str, words: Sequence[str], *, prefix: bool = True, in_names: bool = False, many: bool = False
) -> ColumnElement[bool]:
    """The condition that a product holds all the words, in any order and anywhere.

    Args:
        dialect: the database's: ``connection.dialect.name``.
        words: from ``split_words``, at least one.
        prefix: whether the last one may begin a longer word, as it does for somebody who still types.
        in_names: whether they must stand in the id, title, category, gender or colour.
        many: whether so many products do (``held_by_more``) that something else should lead to those to ask.
    """
    if dialect == "sqlite":
        wanted = _sqlite_question(words, prefix=prefix, in_names=in_names)
        product, found = (_SQLITE_NUMBER, _SQLITE_FOUND) if many else (products.c.product_id, _SQLITE_FOUND_IDS)
        return product.in_(text(found).bindparams(bindparam("wanted", wanted, unique=True)))
    weight = "A" * in_names
    marks = [f":{weight}" if weight else ""] * (len(words) - 1) + [
        f":{'*' * prefix}{weight}" if prefix or weight else ""
    ]
    wanted = " & ".join(f"'{word}'{mark}" for word, mark in zip(words, marks, strict=True))
    return literal_column(_POSTGRESQL_CALL).bool_op("@@")(cast(wanted, TSQUERY))


def held_by_more(connection: Connection, than: int, words: Sequence[str], *, prefix: bool = True) -> bool:
    """Whether more than so many products hold the words, where that makes a difference (SQLite)."""
    if connection.dialect.name != "sqlite":
        return False
    count = f"SELECT count(*) FROM ({_SQLITE_FOUND} LIMIT {than + 1})"  # noqa: S608 - fixed texts
    return connection.execute(text(count), {"wanted": _sqlite_question(words, prefix=prefix)}).scalar_one() > than


@dataclass(frozen=True)
class WordWalk:
    """A way from the words to the products that hold them, one after the other, so that it can be left early."""

    source: FromClause  # to select products' columns from
    condition: ColumnElement[bool]
    last_first: ColumnElement[int]  # the order in which it costs nothing: the last added first


def walk_words(words: Sequence[str]) -> WordWalk:
    """What ``holds_words`` asks for, on SQLite, without gathering everything before the first product comes.

    Args:
        words: from ``split_words``, at least one; the last may begin a longer word.
    """
    found = table("catalog_words", column("rowid", Integer))
    numbers = table("catalog_word_numbers", column("number", Integer))
    # The sign keeps SQLite from walking the other way: from a million products to the question whether each matches.
    of_number = products.c.product_id == literal_column("+catalog_word_numbers.product_id")
    source = found.join(numbers, numbers.c.number == found.c.rowid).join(products, of_number)
    wanted: BindParameter[str] = bindparam("walked", _sqlite_question(words), unique=True)
    matching = literal_column("catalog_words").bool_op("MATCH")(wanted)
    return WordWalk(source, matching, found.c.rowid.desc())


def has_full_text_index(connection: Connection) -> bool:
    """Whether the index is there, as this version lays it out."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name LIKE 'catalog_word%'")
        found = {row.name: row.sql for row in rows}
        return all(found.get(name) == statement for name, statement in _SQLITE.items())
    told = connection.exec_driver_sql("SELECT obj_description(to_regclass('ix_catalog_products_words'), 'pg_class')")
    return told.scalar_one() == _POSTGRESQL_LAYOUT


def create_full_text_index(connection: Connection) -> None:
    """Make the index and fill it with the products that are there already; nothing where that was done before.

    Args:
        connection: of ``Database.writing``, with the products' table.
    """
    if not has_full_text_index(connection):
        for statement in _SQLITE_LAYING if connection.dialect.name == "sqlite" else _POSTGRESQL_LAYING:
            connection.exec_driver_sql(statement)


def update_full_text_index(connection: Connection) -> None:
    """Bring the index up to date with what was written in this transaction; ``Database.writing`` does it at the end.

    Row by row, in the triggers, it would take FTS5 a hundred times as long: it writes a piece of index per statement.
    """
    if connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("SELECT 1 FROM catalog_word_changes LIMIT 1").first():
        for statement in _SQLITE_SETTLING:
            connection.exec_driver_sql(statement)


def _sqlite_question(words: Sequence[str], *, prefix: bool = True, in_names: bool = False) -> str:
    wanted = " ".join(f'"{word}"' for word in words) + "*" * prefix
    return f"names : ({wanted})" if in_names else wanted


def _sqlite_columns(row: str) -> str:
    """The two indexed columns of a row; an FTS5 table without text wants them again, to the letter, to forget them."""
    names = " || ' ' || ".join(f"coalesce({row}.{name}, '')" for name in _NAMES)
    attributes = f"(SELECT group_concat(value, ' ') FROM json_each({row}.attributes))"  # noqa: S608 - a row's name
    return f"{names}, coalesce({row}.description, '') || ' ' || coalesce({attributes}, '')"


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
    # The products' own row numbers change with VACUUM, as their key is a text; so each gets one that stays.
    "catalog_word_numbers": (
        "CREATE TABLE catalog_word_numbers (number INTEGER PRIMARY KEY, product_id TEXT NOT NULL UNIQUE)"
    ),
    # What isn't in the index yet, with what the index holds of it: nothing, if it is new.
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

_POSTGRESQL_LAYOUT = "words 1"  # raised with every change below
_POSTGRESQL_CALL = (
    "catalog_words(catalog_products.product_id, catalog_products.title, catalog_products.category, "
    "catalog_products.gender, catalog_products.colour, catalog_products.description, catalog_products.attributes)"
)
# A tsvector holds 1 MiB at most, and an import mustn't fail of a novel; so texts count with their first letters.
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
        "CREATE FUNCTION catalog_words(product_id text, title text, category text, gender text, colour text, "
        "description text, attributes json) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        "SELECT setweight(catalog_words_folded(concat_ws(' ', product_id, title, category, gender, colour)), 'A') || "
        "setweight(catalog_words_folded(concat_ws(' ', description, "
        "(SELECT string_agg(value, ' ') FROM json_each_text(attributes)))), 'B') $$"
    ),
    f"CREATE INDEX ix_catalog_products_words ON catalog_products USING gin (({_POSTGRESQL_CALL}))",
    f"COMMENT ON INDEX ix_catalog_products_words IS '{_POSTGRESQL_LAYOUT}'",
)
