"""Pandas tables as CSV that spreadsheets open without taking anybody's text for a formula."""

import pandas as pd

from catalog.spreadsheets import csv_line, unguard_cell


def csv_text(table: pd.DataFrame, *, decimals: int | None = None) -> str:
    """A table as CSV with guarded cells; an index that has a name comes first, as a column.

    Args:
        table: its texts may be product ids, labels or names of files, so of whoever wrote the source.
        decimals: of fractions; None for all that they have.
    """
    indexed = table.index.name is not None
    lines = [csv_line([*([table.index.name] if indexed else []), *table.columns], end="\n")]
    for row in table.itertuples(index=indexed, name=None):
        lines.append(csv_line((_cell(value, decimals) for value in row), end="\n"))
    return "".join(lines)


def unguard_table(table: pd.DataFrame) -> pd.DataFrame:
    """A table of texts as it was before ``csv_text`` guarded its cells."""
    return table.map(unguard_cell)


def _cell(value: object, decimals: int | None) -> object:
    if isinstance(value, float) and decimals is not None and value == value:
        return f"{value:.{decimals}f}"
    return "" if pd.isna(value) else value  # type: ignore[call-overload]
