"""What tests of imports read of a catalogue, and how they change a table."""

from pathlib import Path

from sqlalchemy import text


def replace_text(table: Path, old: str, new: str) -> Path:
    """The table with some text replaced, which must be there."""
    content = table.read_text(encoding="utf-8")
    assert old in content
    table.write_text(content.replace(old, new), encoding="utf-8")
    return table


def count_changes(report):
    return report.added, report.updated, report.unchanged, report.removed


def read_everything(catalog):
    """Everything that the catalogue holds, ids of photos included."""
    with catalog.database.reading() as connection:
        return [
            connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()  # noqa: S608 (our own two names)
            for table in ("catalog_products", "catalog_photos")
        ]
