"""What all exports that are one table have in common; each format says how rows make products."""

from catalog.feeds.exports.export_table import ExportTable


class TableExport:
    """An opened export that is one table.

    Args:
        table: its rows.
    """

    def __init__(self, table: ExportTable) -> None:
        self._table = table
        self.notes = table.notes

    @property
    def incomplete(self) -> str:
        """Why rows may be missing; empty if none seem to be."""
        return self._table.incomplete
