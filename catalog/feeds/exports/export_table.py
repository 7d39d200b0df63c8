"""An export's table, read by the names that its columns have in the platform's several versions and languages."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from catalog.errors import MissingColumnError
from catalog.feeds.rows import TableReader
from catalog.feeds.source_head import fold_header, open_text_table
from catalog.feeds.values import parse_plain

Cells = dict[str, str]  # name -> text; empty cells are left out


class ExportTable:
    """A table whose columns have been given the names that one format's code uses.

    Args:
        path: the table.
        aliases: name -> the columns that may hold it, folded, best first.
        name_other: gives a name to a folded column that no alias has; None leaves the column out.
        needed: names without which the table is of no use.
        reader: the table's reader, if it isn't delimited text or a workbook.

    Raises:
        MissingColumnError: a needed name has no column.
    """

    def __init__(
        self,
        path: Path,
        aliases: Mapping[str, tuple[str, ...]],
        *,
        name_other: Callable[[str], str | None] = lambda folded: None,
        needed: tuple[str, ...] = (),
        reader: TableReader | None = None,
    ) -> None:
        self._reader = reader or open_text_table(path)
        by_folded = {fold_header(column): column for column in reversed(self._reader.columns) if column}
        known = {folded: name for name, all_of_it in aliases.items() for folded in all_of_it}
        ranked = [folded for all_of_it in aliases.values() for folded in all_of_it if folded in by_folded]
        self._columns = [(by_folded[folded], known[folded]) for folded in ranked]
        others = ((column, name_other(folded)) for folded, column in by_folded.items() if folded not in known)
        self._columns += [(column, name) for column, name in others if name]
        self.names = frozenset(name for _, name in self._columns)
        self.notes = list(self._reader.notes)
        missing = [f"{name} ({' or '.join(map(repr, aliases[name]))})" for name in needed if name not in self.names]
        if missing:
            raise MissingColumnError(
                f"{path.name} has no column for {', '.join(missing)}. "
                f"Its columns are: {', '.join(self._reader.columns)}."
            )

    @property
    def incomplete(self) -> str:
        """Why rows may be missing at the end of the table; empty if none seem to be."""
        return self._reader.incomplete

    def records(self) -> Iterator[tuple[int, Cells, str]]:
        """The number, the cells and the fault of each row; of two columns of one name, the first with a text counts."""
        for record in self._reader.records():
            cells: Cells = {}
            for column, name in self._columns:
                value = record.values.get(column)
                if value != "" and name not in cells and (text := parse_plain(value)):
                    cells[name] = text
            yield record.row, cells, record.fault
