"""Changes of categories' synonyms: checked, recorded so that they can be undone, and noticed by all processes."""

from collections.abc import Sequence

from sqlalchemy import Connection

from catalog.accounts.audit import note_change
from catalog.curation.category_synonyms import MOST_CHARACTERS, MOST_SYNONYMS, category_synonyms, replace_synonyms
from catalog.curation.change_log import SYNONYMS, Recorder, bump_revision
from catalog.errors import EditConflictError
from catalog.storage.database import Database

LONG, MANY, TAKEN, ODD = "long", "many", "taken", "odd"


def read_synonyms(database: Database) -> dict[str, list[str]]:
    """Category -> its synonyms in the order of the alphabet; categories without any are left out."""
    with database.reading() as connection:
        return category_synonyms(connection)


def split_synonyms(text: str) -> list[str]:
    """The synonyms that somebody typed, separated by commas, semicolons or lines, in their order and without blanks."""
    for separator in ";\r\n":
        text = text.replace(separator, ",")
    tidy = (" ".join(one.split()) for one in text.split(","))
    return list({one.casefold(): one for one in tidy if one}.values())


def find_synonym_problem(known: dict[str, list[str]], category: str, wanted: Sequence[str]) -> tuple[str, str] | None:
    """What keeps synonyms from being saved, and the synonym or the category that it is about; None if nothing does.

    Args:
        known: from ``read_synonyms``.
        category: whose synonyms they shall be.
        wanted: from ``split_synonyms``.

    Returns:
        LONG or ODD with the synonym that has too many characters, or some that can't be read; MANY with an empty text;
        TAKEN with the other category that has one of them: a word means one category.
    """
    for one in wanted:
        if len(one) > MOST_CHARACTERS or not one.isprintable():
            return (LONG if one.isprintable() else ODD), one
    if len(wanted) > MOST_SYNONYMS:
        return MANY, ""
    owners = {one.casefold(): other for other, synonyms in known.items() if other != category for one in synonyms}
    owner = next((owners[one.casefold()] for one in wanted if one.casefold() in owners), None)
    return None if owner is None else (TAKEN, owner)


def choose_synonyms(
    database: Database, category: str, wanted: Sequence[str], *, seen: Sequence[str], by: str
) -> str | None:
    """Give a category these synonyms in place of those that it has.

    Args:
        database: the catalogue's.
        category: as the catalogue spells it.
        wanted: without problems.
        seen: those that the person who decides saw.
        by: the name of this person's account.

    Returns:
        The batch by which the change can be undone; None if nothing differs.

    Raises:
        EditConflictError: the category has other synonyms than those that were seen; nothing was changed.
    """
    if sorted(wanted) == sorted(seen):
        return None
    with database.writing() as connection:
        recorder = Recorder(connection, by)
        write_synonyms(recorder, category, wanted, expected=seen)
        bump_revision(connection)
    return recorder.batch


def write_synonyms(recorder: Recorder, category: str, wanted: Sequence[str], *, expected: Sequence[str]) -> None:
    """Replace a category's synonyms and note it; raises EditConflictError if they aren't the expected ones now."""
    before = _current(recorder.connection, category)
    if before != sorted(expected):
        raise EditConflictError(
            f"Somebody else has changed the synonyms of {category!r} since you opened the page: "
            f"{', '.join(before) or 'none'} now. Nothing was saved; look again."
        )
    after = sorted(replace_synonyms(recorder.connection, category, wanted))
    recorder.note(SYNONYMS, [category], {"synonyms": before}, {"synonyms": after})
    note_change(
        recorder.connection,
        by=recorder.by,
        action="synonyms changed",
        subject=category,
        before={"synonyms": ", ".join(before)},
        after={"synonyms": ", ".join(after)},
    )


def _current(connection: Connection, category: str) -> list[str]:
    return sorted(category_synonyms(connection).get(category, []))
