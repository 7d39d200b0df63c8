"""Undoing a batch of changes: its rules, category pairs, synonyms and labels become what they were before."""

from catalog.curation.bulk_labels import take_label_back
from catalog.curation.change_log import (
    LABEL,
    RULE,
    SUPERCATEGORY,
    SYNONYMS,
    Change,
    Recorder,
    bump_revision,
    is_undone,
    read_batch,
)
from catalog.curation.compatibility import write_choice
from catalog.curation.rules import delete_rule, insert_rule, terms_of, update_rule
from catalog.curation.supercategories import write_supercategory
from catalog.curation.synonym_changes import write_synonyms
from catalog.errors import EditConflictError
from catalog.storage.database import Database


def undo(database: Database, batch: str, *, by: str) -> str:
    """Undo all changes of a batch. The undoing is a batch too, and undoing that one makes the changes again.

    Returns:
        The new batch.

    Raises:
        EditConflictError: something in the batch has been changed or undone since, or there is no such batch; nothing
            was written.
    """
    with database.writing() as connection:
        changes = read_batch(connection, batch)
        if not changes:
            raise EditConflictError("There is no such change to take back.")
        if is_undone(connection, batch):
            raise EditConflictError("That change was taken back already.")
        recorder = Recorder(connection, by, undoes=batch)
        for change in reversed(changes):
            _take_back(recorder, change)
        bump_revision(connection)
    return recorder.batch


def _take_back(recorder: Recorder, change: Change) -> None:
    if change.kind == SYNONYMS:
        before, after = (change.before or {}).get("synonyms", []), (change.after or {}).get("synonyms", [])
        write_synonyms(recorder, change.subject[0], before, expected=after)
    elif change.kind == LABEL:
        take_label_back(recorder, change)
    elif change.kind == SUPERCATEGORY:
        kind, expected = (change.before or {}).get("supercategory"), (change.after or {}).get("supercategory")
        write_supercategory(recorder, change.subject[0], kind, expected=expected)
    elif change.kind != RULE:
        category, other = change.subject
        weight, expected = (change.before or {}).get("chosen"), (change.after or {}).get("chosen")
        write_choice(recorder, category, other, weight, expected=expected)
    elif change.before is None and change.after is not None:
        delete_rule(recorder, change.subject, version=change.after["version"])
    elif change.before is not None and change.after is None:
        # Two versions further, so that a form that was opened before the removal can't change the restored rule.
        insert_rule(recorder, terms_of(change.before), rule_id=change.subject, version=change.before["version"] + 2)
    elif change.before is not None and change.after is not None:
        update_rule(recorder, change.subject, terms_of(change.before), version=change.after["version"])
