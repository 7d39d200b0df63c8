"""Imports: they write a feed's products to the database, and list the rows and photos that couldn't be used."""

from catalog.importing.importer import import_source

__all__ = ["import_source"]
