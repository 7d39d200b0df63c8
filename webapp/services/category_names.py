"""The shop's own names of its categories, for pages and for words that are typed."""

import threading
from collections import Counter

from catalog import Catalog
from catalog.browsing.category_names import CategoryNames, names_version, read_category_names


class ShopCategoryNames:
    """Remembers the names until an import may have changed them; threads may share it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._known: tuple[object, CategoryNames, CategoryNames] | None = None  # all of a version, and the distinct

    def all(self) -> CategoryNames:
        """The names that the sources give; categories without any are left out."""
        return self._read()[0]

    def distinct(self) -> CategoryNames:
        """The names that tell categories apart: without those that several categories have in one language."""
        return self._read()[1]

    def _read(self) -> tuple[CategoryNames, CategoryNames]:
        with self._catalog.database.reading() as connection:
            version = names_version(connection)
            with self._lock:
                if self._known is None or self._known[0] != version:
                    names = read_category_names(connection)
                    self._known = version, names, _distinct(names)
                return self._known[1:]


def _distinct(names: CategoryNames) -> CategoryNames:
    times = Counter((language, name) for given in names.values() for language, name in given.items())
    return {
        category: {language: name for language, name in given.items() if times[language, name] == 1}
        for category, given in names.items()
    }
