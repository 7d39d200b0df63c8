"""Imports: they write a feed's products to the database, and list the rows and photos that couldn't be used."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.importing.importer import import_source

__all__ = ["import_source"]


def __getattr__(name: str) -> Any:
    """The import itself, loaded when it is first asked for: a web worker only reads what imports have left."""
    if name != "import_source":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from catalog.importing.importer import import_source

    return import_source
