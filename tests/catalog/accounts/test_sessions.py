import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from catalog import Catalog
from catalog.accounts.accounts import AccountStore
from catalog.accounts.audit import AuditLog
from catalog.accounts.sessions import IDLE, LONGEST, SessionStore
from catalog.storage.deferred_writes import DeferredWrites
from catalog.storage.tables.accounts import sessions
from tests.catalog.accounts.locking import import_under_way

PASSWORD = "six quiet herons wade"


@pytest.fixture
def writes(catalog: Catalog) -> DeferredWrites:
    return DeferredWrites(catalog.database)


@pytest.fixture
def store(catalog: Catalog, writes: DeferredWrites) -> SessionStore:
    return SessionStore(catalog.database, writes)


def begin(store: SessionStore, name: str = "ana") -> tuple[str, datetime]:
    return store.begin(name, address="203.0.113.9", browser="Browser 1.0"), datetime.now(UTC)


def set_times(catalog: Catalog, **times: datetime) -> None:
    with catalog.database.writing() as connection:
        connection.execute(update(sessions).values({name: time.isoformat() for name, time in times.items()}))


def test_a_session_counts_until_it_is_ended(store: SessionStore) -> None:
    """A copy of its key is worth nothing afterwards, however often it is tried."""
    key, begun = begin(store)
    assert store.holds(key, begun)
    store.sign_out(key, "ana", begun)
    assert not store.holds(key, begun)
    assert store.sessions("ana") == []


def test_sessions_are_listed_with_where_they_came_from(store: SessionStore) -> None:
    """The one that asks is marked; others' are not among them."""
    first, _ = begin(store)
    begin(store)
    begin(store, "bob")
    listed = store.sessions("ana", current_key=first)
    assert sorted(one.is_current for one in listed) == [False, True]
    assert {(one.address, one.browser) for one in listed} == {("203.0.113.9", "Browser 1.0")}
    assert store.counts() == {"ana": 2, "bob": 1}


def test_one_session_or_all_others_can_be_ended(store: SessionStore) -> None:
    """But nobody ends another account's with an id that was made up."""
    keys = [begin(store) for _ in range(3)]
    begin(store, "bob")
    mine = store.sessions("ana", current_key=keys[0][0])
    assert store.end(store.sessions("bob")[0].session_id, name="ana", by="ana") == 0
    assert store.end(next(one for one in mine if not one.is_current).session_id, name="ana", by="ana") == 1
    assert store.end_all("ana", by="ana", except_key=keys[0][0]) == 1
    assert store.holds(*keys[0])
    assert store.counts() == {"ana": 1, "bob": 1}
    assert store.end_all("ana", by="admin") == 1
    assert not store.holds(*keys[0])


@pytest.mark.parametrize(
    ("begun", "seen"),
    [(LONGEST, timedelta(0)), (timedelta(days=1), IDLE), (-timedelta(days=365), timedelta(0))],
)
def test_a_session_has_an_end(catalog: Catalog, store: SessionStore, begun: timedelta, seen: timedelta) -> None:
    """After a week in any case, after half a day without use, and if a wrong clock dated it ahead."""
    key, at = begin(store)
    now = datetime.now(UTC)
    set_times(catalog, begun_at=now - begun, seen_at=now - seen)
    assert not store.holds(key, at)
    assert store.sessions() == []


def test_use_keeps_a_session_going(catalog: Catalog, store: SessionStore) -> None:
    """Each request counts, and is written down from time to time."""
    key, at = begin(store)
    now = datetime.now(UTC)
    set_times(catalog, begun_at=now - timedelta(days=1), seen_at=now - timedelta(hours=11))
    assert store.holds(key, at)
    assert datetime.fromisoformat(store.sessions()[0].seen_at) > now - timedelta(minutes=1)


def test_another_password_ends_all_sessions(catalog: Catalog, store: SessionStore) -> None:
    """They leave the list as well."""
    accounts = AccountStore(catalog.database)
    accounts.add("ana", "viewer", PASSWORD, by="test")
    begin(store)
    accounts.set_password("ana", "other words altogether", by="test")
    assert store.sessions("ana") == []


def test_only_hashes_of_keys_are_stored(catalog: Catalog, store: SessionStore) -> None:
    """Whoever reads the database, or a copy of it, can't take over a session."""
    key, _ = begin(store)
    with catalog.database.reading() as connection:
        row = connection.execute(select(sessions)).one()
    assert key not in str(row)


def test_sign_ins_are_in_the_audit_log(catalog: Catalog, store: SessionStore) -> None:
    """Apart from the changes."""
    key, at = begin(store)
    store.sign_out(key, "ana", at)
    begin(store)
    store.end_all("ana", by="boss")
    log = AuditLog(catalog.database)
    entries = log.entries(10, sign_ins=True)
    assert [(one.by, one.action) for one in entries] == [
        ("boss", "session ended"),
        ("ana", "signed in"),
        ("ana", "signed out"),
        ("ana", "signed in"),
    ]
    assert entries[1].after == {"address": "203.0.113.9"}
    assert log.entries(10, sign_ins=False) == []


def test_an_import_delays_no_sign_in(catalog: Catalog, store: SessionStore, writes: DeferredWrites) -> None:
    """The session counts at once, its end too, and both are written down as soon as the lock is free."""
    with import_under_way(catalog):
        key, at = begin(store)
        assert store.holds(key, at)
        assert store.sessions() == []
        gone, gone_at = begin(store)
        store.sign_out(gone, "ana", gone_at)
        assert not store.holds(gone, gone_at)
    assert writes.flush()
    assert len(store.sessions("ana")) == 1
    assert store.holds(key, at)
    assert not SessionStore(catalog.database, writes).holds(gone, gone_at)


def test_a_session_that_was_never_written_down_doesn_t_last(store: SessionStore) -> None:
    """As when the process that knew of it died while an import was writing."""
    now = datetime.now(UTC)
    assert store.holds("unknown", now - timedelta(minutes=5))
    assert not store.holds("unknown", now - timedelta(hours=2))
    assert not store.holds("unknown", now + timedelta(hours=2))


def test_many_at_once_are_all_written(catalog: Catalog, store: SessionStore, writes: DeferredWrites) -> None:
    """None waits for a lock that another one of them holds."""
    threads = [threading.Thread(target=begin, args=(store,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writes.flush()
    assert store.counts() == {"ana": 20}
