"""Which column of a shop's table holds which field."""

import difflib
from collections.abc import Mapping, Sequence

from catalog.errors import MappingError, MissingColumnError, SourceError
from catalog.spelling import tidy_name

NEEDED = ("product_id", "category", "image")
PLAIN = ("title", "description", "url", "sku", "gtin", "mpn")  # texts that are stored as they are written
NAMES = ("gender", "colour", "brand", "material")  # names that many products share
UNDERSTOOD = (
    *NEEDED,
    "group_id",
    *NAMES,
    "title",
    "description",
    "url",
    "images",
    *("sku", "gtin", "mpn", "sizes"),
    "price",
    "price_before",
    "currency",
    "in_stock",
    "availability",
    "published",
    "split",
)

# Other shops' names of the fields: an error message suggests them, and no import ever assumes them.
_OTHER_NAMES = {
    "product_id": ("id", "sku", "item_id", "article_id", "handle", "code", "referencia"),
    "category": ("article_type", "product_type", "type", "class", "label", "categoría", "categoria"),
    "image": ("image_link", "image_path", "photo", "picture", "file", "filename", "path", "images", "imagen", "foto"),
    "colour": ("color",),
}


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """``field=column`` pairs as a dictionary: field -> column.

    Raises:
        MappingError: a pair without "=", a field that Vitrina doesn't know, or a field given two columns.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, separator, column = (tidy_name(part) for part in pair.partition("="))
        if not (field and separator and column):
            raise MappingError(f"--map {pair!r} is not field=column; write, for example, --map product_id=sku.")
        if field not in UNDERSTOOD:
            raise MappingError(
                f"--map {pair!r}: there is no field {field!r}. The fields are {', '.join(UNDERSTOOD)}; "
                "other columns are kept under their own names without being mapped."
            )
        if mapping.setdefault(field, column) != column:
            raise MappingError(f"--map gives {field} two columns, {mapping[field]!r} and {column!r}; keep one.")
    return mapping


def match_columns(table: str, columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Field -> the column that holds it, for each field that the table has.

    Args:
        table: the table's name, for messages.
        columns: the names of the table's columns.
        mapping: field -> column, where their names differ.

    Raises:
        MissingColumnError: a needed field has no column, or a mapped column doesn't exist.
        SourceError: a column that is used occurs twice.
    """
    taken = set(mapping.values())  # a column that was said to hold one field doesn't hold another one of its own name
    matched = {
        field: mapping.get(field, field) for field in UNDERSTOOD if field in (*NEEDED, *mapping) or field not in taken
    }
    missing = [field for field in matched if matched[field] not in columns and (field in NEEDED or field in mapping)]
    if missing:
        raise MissingColumnError(_describe_missing(table, columns, mapping, missing))
    matched = {field: column for field, column in matched.items() if column in columns}
    for column in matched.values():
        if columns.count(column) > 1:
            raise SourceError(f"{table} has {columns.count(column)} columns named {column!r}; rename all but one.")
    return matched


def suggest_mapping(columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Field -> the column that probably holds it, for needed fields without a column; a guess, to be confirmed."""
    missing = [field for field in NEEDED if mapping.get(field, field) not in columns]
    found = {field: _most_like(mapping.get(field, field), field, columns) for field in missing}
    return {field: column for field, column in found.items() if column}


def _describe_missing(table: str, columns: Sequence[str], mapping: Mapping[str, str], missing: list[str]) -> str:
    wanted = [f"{mapping[field]!r} (mapped to {field})" if field in mapping else f"{field!r}" for field in missing]
    suggestions = {field: _most_like(mapping.get(field, field), field, columns) for field in missing}
    hints = " ".join(f"--map {field}={column}" for field, column in suggestions.items() if column)
    noun = "columns" if len(wanted) > 1 else "column"
    advice = f"Did you mean {hints}?" if hints else "Name the right one with --map field=column."
    return f"{table} has no {noun} {', '.join(wanted)}. Its columns are: {', '.join(columns) or '(none)'}. {advice}"


def _most_like(name: str, field: str, columns: Sequence[str]) -> str | None:
    """The column that was probably meant: one with a similar name, or with another shop's name of the field."""
    folded = {column.casefold(): column for column in columns if column}
    for other in (name.casefold(), *_OTHER_NAMES.get(field, ())):
        if other in folded:
            return folded[other]
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.75)
    return folded[near[0]] if near else None
