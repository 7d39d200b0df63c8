"""Filters in Milvus's own language, over the fields that a collection keeps beside each vector.

An expression never leaves out a row that may answer. It may let others through, which the store drops by the mask.
"""

import json
from collections.abc import Iterable

import numpy as np

from search.fields import FILTERED_FIELDS, FieldType, FilterKind, IndexedField
from search.index.vector_store import Conditions
from search.query import Filters

ROW = "row"
VECTOR = "vector"
PRODUCT_ID = "product_id"
_CATEGORY = "category"


def express(conditions: Conditions) -> str:
    """The conditions as an expression; empty if there are none."""
    terms = [term for one in FILTERED_FIELDS for term in _express_filter(one, conditions.filters)]
    terms += _express_without(conditions.filters)
    if conditions.hidden:
        terms.append(f"{PRODUCT_ID} not in {quote_all(conditions.hidden)}")
    if conditions.hidden_categories:
        terms.append(f"{_CATEGORY} not in {quote_all(conditions.hidden_categories)}")
    return " and ".join(f"({term})" for term in terms)


def express_rows(rows: np.ndarray) -> str:
    """Some rows, by number."""
    return f"{ROW} in [{','.join(map(str, rows.tolist()))}]"


def express_block(start: int, end: int) -> str:
    """The rows from ``start`` and before ``end``."""
    return f"{ROW} >= {start} and {ROW} < {end}"


def both(*expressions: str) -> str:
    """Expressions that must hold at once; empty ones say nothing."""
    return " and ".join(f"({one})" for one in expressions if one)


def quote_all(values: Iterable[str]) -> str:
    """Texts as a list of the language: JSON, but with every character as it is."""
    return json.dumps(sorted(values), ensure_ascii=False)


def _express_filter(field: IndexedField, filters: Filters) -> list[str]:
    if field.is_text:
        values = filters.values(field)
        if not values:
            return []
        several = field.type is FieldType.TEXTS
        return [f"array_contains_any({field.name}, {quote_all(values)})" if several else _among(field.name, values)]
    if field.filter is FilterKind.FLAG:
        flag = filters.flag(field)
        return [] if flag is None else [f"{field.name} == {str(flag).lower()}"]
    lowest, highest = filters.bounds(field)
    if lowest is None and highest is None:
        return []
    bounds = [f"{field.name} >= {max(0, lowest or 0)}"]  # a product without an amount has a negative one
    return bounds if highest is None else [*bounds, f"{field.name} <= {highest}"]


def _express_without(filters: Filters) -> list[str]:
    fields = {one.parameter: one for one in FILTERED_FIELDS if one.is_text}
    return [
        f"{fields[parameter].name} not in {quote_all([value])}"
        for parameter, value in filters.without
        if parameter in fields and fields[parameter].type is FieldType.TEXT
    ]


def _among(name: str, values: Iterable[str]) -> str:
    return f"{name} in {quote_all(values)}"
