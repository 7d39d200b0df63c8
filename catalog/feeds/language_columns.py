"""Columns of a table with texts in further languages: ``title_es``, ``description_es``, ``category_es``."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from catalog.feeds.exports.html_text import html_to_text, plain_name
from catalog.feeds.rows import FieldWarning
from catalog.feeds.values import parse_name, parse_plain

READ_TEXT: dict[str, Callable[[Any], str | None]] = {  # shops' tables often hold what their pages show
    "title": lambda value: plain_name(parse_plain(value) or "") or None,
    "description": lambda value: html_to_text(parse_plain(value) or "") or None,
}
_READ = READ_TEXT | {"category": parse_name}
_NUMBERS = frozenset({"category_id", "category_no"})  # of categories, rather than names in Indonesian or Norwegian
_COLUMN = re.compile(rf"({'|'.join(_READ)})_([a-z]{{2}})")

LanguageColumns = Mapping[str, tuple[str, str]]
"""Column -> the field and the code of the language that its name says."""


def find_language_columns(columns: Iterable[str]) -> LanguageColumns:
    """Those of the columns whose names say a field and a language."""
    named = ((column, _COLUMN.fullmatch(column.strip().lower())) for column in columns)
    return {column: (match[1], match[2]) for column, match in named if match and match[0] not in _NUMBERS}


def read_language_texts(
    values: Mapping[str, Any], columns: LanguageColumns, warnings: list[FieldWarning]
) -> dict[str, dict[str, str]]:
    """The texts of a row, as ``catalog.product_details.TEXTS`` has them.

    Args:
        values: column -> what the row has there.
        columns: from ``find_language_columns``.
        warnings: the list to which each text is added that can't be used.
    """
    texts: dict[str, dict[str, str]] = {}
    for column, (field, language) in columns.items():
        try:
            text = _READ[field](values.get(column))
        except ValueError as error:
            warnings.append(FieldWarning(column, f"{error}. It counts as not given."))
            continue
        if text:
            texts.setdefault(language, {})[field] = text
    return texts
