"""What kind of thing each category is, where a merchandiser has said it; elsewhere the index's guess holds."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from catalog.accounts.audit import note_change
from catalog.curation.change_log import SUPERCATEGORY, Recorder, bump_revision
from catalog.errors import EditConflictError
from catalog.storage.database import Database
from catalog.storage.tables.curation import supercategories

MOST_CHARACTERS = 60  # of a supercategory's name


class SupercategoryStore:
    """Reads and changes the supercategories that were set by hand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chosen(self) -> dict[str, str]:
        """Category -> supercategory, of the categories for which somebody has set it."""
        with self._database.reading() as connection:
            return {row.category: row.supercategory for row in connection.execute(select(supercategories))}

    def choose(self, chosen: Mapping[str, str | None], *, seen: Mapping[str, str | None], by: str) -> str | None:
        """Set supercategories by hand.

        Args:
            chosen: category -> supercategory; None: the index's guess holds again.
            seen: category -> what the person who edits saw set by hand.
            by: the name of this person's account.

        Returns:
            The batch, by which the changes can be undone; None if nothing changed.

        Raises:
            EditConflictError: one is no longer what was seen; nothing was written.
        """
        changes = {category: name for category, name in chosen.items() if name != seen.get(category)}
        if not changes:
            return None
        with self._database.writing() as connection:
            recorder = Recorder(connection, by)
            for category, name in changes.items():
                write_supercategory(recorder, category, name, expected=seen.get(category))
            bump_revision(connection)
        return recorder.batch


def write_supercategory(recorder: Recorder, category: str, name: str | None, *, expected: str | None) -> None:
    """Set one supercategory by hand; raises EditConflictError if it isn't ``expected`` now."""
    connection, this = recorder.connection, supercategories.c.category == category
    current = connection.execute(select(supercategories.c.supercategory).where(this)).scalar_one_or_none()
    if current != expected:
        raise EditConflictError(
            f"Somebody else has said what kind of thing {category!r} is since you opened the page: "
            f"{current or 'as guessed'} now, {expected or 'as guessed'} then. Nothing was saved; look again."
        )
    connection.execute(delete(supercategories).where(this))
    if name is not None:
        connection.execute(insert(supercategories).values(category=category, supercategory=name))
    before, after = {"supercategory": current}, {"supercategory": name}
    recorder.note(SUPERCATEGORY, [category], before, after)
    note_change(
        connection, by=recorder.by, action="category's kind changed", subject=category, before=before, after=after
    )
