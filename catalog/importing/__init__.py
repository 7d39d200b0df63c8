"""Importing: from a feed to the products in the database, with a list of what couldn't be used."""

from catalog.importing.importer import import_source

__all__ = ["import_source"]
