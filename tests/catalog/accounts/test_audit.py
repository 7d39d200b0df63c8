"""The audit log: what is kept, and what is forgotten after a while."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from catalog import Catalog
from catalog.accounts import audit as audit_module
from catalog.accounts.audit import PROGRAM, PROGRAM_DAYS, SIGN_IN_DAYS, SIGNED_IN, AuditLog, note_change
from catalog.storage.tables.accounts import audit


def note_then(catalog: Catalog, days_ago: int, by: str, action: str, subject: str) -> None:
    at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="seconds")
    with catalog.database.writing() as connection:
        connection.execute(insert(audit).values(at=at, by=by, action=action, subject=subject, before={}, after={}))


def subjects(catalog: Catalog) -> list[str]:
    return [entry.subject for entry in AuditLog(catalog.database).entries(100)]


def test_old_changes_by_programs_and_old_sign_ins_are_forgotten(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "FORGET_EVERY", 1)
    note_then(catalog, PROGRAM_DAYS + 1, f"{PROGRAM}till", "product patched", "old, a program's")
    note_then(catalog, PROGRAM_DAYS - 1, f"{PROGRAM}till", "product patched", "new, a program's")
    note_then(catalog, SIGN_IN_DAYS + 1, "ana", SIGNED_IN, "old sign-in")
    note_then(catalog, SIGN_IN_DAYS - 1, "ana", SIGNED_IN, "new sign-in")
    note_then(catalog, 5000, "ana", "rule added", "old, a person's")
    with catalog.database.writing() as connection:
        note_change(connection, by="ana", action="rule added", subject="now")
    assert subjects(catalog) == ["now", "old, a person's", "new sign-in", "new, a program's"]


def test_it_is_tidied_now_and_then_a_few_entries_at_a_time(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "FORGET_EVERY", 10)
    monkeypatch.setattr(audit_module, "FORGET_MOST", 4)
    for number in range(9):
        note_then(catalog, PROGRAM_DAYS + 10 - number, f"{PROGRAM}till", "product patched", f"old {number}")
    with catalog.database.writing() as connection:
        note_change(connection, by="ana", action="rule added", subject="tenth")
        note_change(connection, by="ana", action="rule added", subject="eleventh")
    assert subjects(catalog) == ["eleventh", "tenth", "old 8", "old 7", "old 6", "old 5", "old 4"]
