"""What kind of thing a category is: said by hand, noted, taken back."""

import pytest

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.curation.change_log import read_revision
from catalog.curation.supercategories import SupercategoryStore
from catalog.curation.undoing import undo
from catalog.errors import EditConflictError


def test_what_is_said_holds_until_it_is_taken_back(catalog: Catalog) -> None:
    """Every change is one for all processes, and undoing one says what was said before."""
    store = SupercategoryStore(catalog.database)
    assert store.chosen() == {}
    first = store.choose({"Suits": "Apparel Set", "Coats": None}, seen={}, by="ana")
    second = store.choose({"Suits": "Topwear"}, seen={"Suits": "Apparel Set"}, by="ben")
    assert first
    assert second
    assert store.chosen() == {"Suits": "Topwear"}
    revision = read_revision(catalog.database)
    undo(catalog.database, second, by="ana")
    assert store.chosen() == {"Suits": "Apparel Set"}
    assert read_revision(catalog.database) == revision + 1
    assert store.choose({"Suits": None}, seen={"Suits": "Apparel Set"}, by="ana")
    assert store.chosen() == {}
    assert store.choose({"Suits": None}, seen={}, by="ana") is None


def test_nobody_overwrites_what_they_have_not_seen(catalog: Catalog) -> None:
    """Nor is half of a form saved."""
    store = SupercategoryStore(catalog.database)
    store.choose({"Suits": "Topwear"}, seen={}, by="ana")
    with pytest.raises(EditConflictError, match="Topwear now"):
        store.choose({"Coats": "Topwear", "Suits": "Dress"}, seen={}, by="ben")
    assert store.chosen() == {"Suits": "Topwear"}


def test_the_audit_log_tells_who_said_what(catalog: Catalog) -> None:
    """With what was said before."""
    SupercategoryStore(catalog.database).choose({"Suits": "Topwear"}, seen={}, by="ana")
    entry = AuditLog(catalog.database).entries(1)[0]
    assert (entry.by, entry.action, entry.subject) == ("ana", "category's kind changed", "Suits")
    assert entry.after == {"supercategory": "Topwear"}
