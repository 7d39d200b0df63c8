import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from catalog import Catalog
from catalog.accounts.throttle import LoginThrottle
from catalog.storage.tables.accounts import refusals
from tests.catalog.accounts.locking import import_under_way


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(f"sqlite:///{tmp_path / 'catalog.db'}") as catalog:
        yield catalog


def test_whoever_is_refused_too_often_waits(catalog: Catalog) -> None:
    """Counted for the account and for the address, in the database: every process knows."""
    throttle = LoginThrottle(catalog.database, most=3)
    for _ in range(3):
        assert throttle.wait_seconds(["account ana", "address 1"]) == 0
        throttle.note_refusal(["account ana", "address 1"])
    other_process = LoginThrottle(catalog.database, most=3)
    assert 0 < other_process.wait_seconds(["account Ana", "address 2"]) <= 15 * 60
    assert other_process.wait_seconds(["account bob", "address 1"]) > 0
    assert other_process.wait_seconds(["account bob", "address 2"]) == 0


def test_a_refusal_counts_for_its_span_only(catalog: Catalog) -> None:
    """And is forgotten then."""
    patient = LoginThrottle(catalog.database, most=1)
    patient.note_refusal(["account ana"])
    assert patient.wait_seconds(["account ana"]) > 0
    brief = LoginThrottle(catalog.database, most=1, span=timedelta(0))
    assert brief.wait_seconds(["account ana"]) == 0
    brief.note_refusal(["account bob"])
    with catalog.database.reading() as connection:
        assert len(connection.execute(select(refusals)).all()) == 1


def test_signing_in_clears_the_account_but_not_the_address(catalog: Catalog) -> None:
    """Else somebody with an account could go on guessing others' passwords."""
    throttle = LoginThrottle(catalog.database, most=1)
    throttle.note_refusal(["account ana", "address 1"])
    throttle.forgive("account ana")
    assert throttle.wait_seconds(["account ana"]) == 0
    assert throttle.wait_seconds(["address 1"]) > 0


def test_no_address_can_be_read_from_the_table(catalog: Catalog) -> None:
    """It holds digests."""
    LoginThrottle(catalog.database).note_refusal(["address 203.0.113.9"])
    with catalog.database.reading() as connection:
        key = connection.scalars(select(refusals.c.key)).one()
    assert len(key) == 64
    assert "203.0.113.9" not in key


def test_of_many_at_once_no_more_get_through_than_one_after_the_other(catalog: Catalog) -> None:
    """A log-in is counted before its password is checked."""
    throttle = LoginThrottle(catalog.database)
    admitted: list[int] = []
    threads = [threading.Thread(target=lambda: admitted.append(throttle.admit({"address 1": 5}))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(0) == 5
    assert all(0 <= wait <= 15 * 60 for wait in admitted)


def test_of_many_in_several_processes_at_once_no_more_get_through(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on a slow disk, where each has to wait for the others: they aren't taken for an import's lock."""
    forget = LoginThrottle._forget_old

    def forget_slowly(throttle: LoginThrottle, *given: Any) -> None:
        time.sleep(0.05)
        forget(throttle, *given)

    monkeypatch.setattr(LoginThrottle, "_forget_old", forget_slowly)
    processes, admitted = [LoginThrottle(catalog.database) for _ in range(2)], []
    threads = [
        threading.Thread(target=lambda one=processes[number % 2]: admitted.append(one.admit({"address 1": 15})))
        for number in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(0) == 15


def test_each_key_has_its_own_limit(catalog: Catalog) -> None:
    """The strictest decides, and a log-in that has to wait isn't counted."""
    throttle = LoginThrottle(catalog.database)
    assert [throttle.admit({"here": 2, "everywhere": 3}) > 0 for _ in range(3)] == [False, False, True]
    assert throttle.admit({"there": 2, "everywhere": 3}) == 0
    assert throttle.admit({"elsewhere": 2, "everywhere": 3}) > 0


def test_a_right_log_in_doesn_t_count(catalog: Catalog) -> None:
    """An office behind one address may sign in as often as it likes; its wrong tries stay counted."""
    throttle = LoginThrottle(catalog.database)
    assert throttle.admit({"office": 2}) == 0
    for _ in range(5):
        assert throttle.admit({"office": 2}) == 0
        throttle.take_back("office")
    assert throttle.admit({"office": 2}) == 0
    assert throttle.admit({"office": 2}) > 0


def test_log_ins_go_on_after_one_that_was_counted_in_memory_and_taken_back(catalog: Catalog) -> None:
    """Somebody signed in while an import wrote; the next one, after the import, is counted in the database again."""
    throttle = LoginThrottle(catalog.database)
    with import_under_way(catalog):
        assert throttle.admit({"office": 2}) == 0
        throttle.take_back("office")
    assert [throttle.admit({"office": 2}) > 0 for _ in range(3)] == [False, False, True]


def test_refusals_of_a_clock_that_was_ahead_don_t_count(catalog: Catalog) -> None:
    """A machine that started with a wrong date must not lock everybody out until that date."""
    throttle = LoginThrottle(catalog.database)
    for _ in range(3):
        throttle.note_refusal(["account ana"])
    with catalog.database.writing() as connection:
        connection.execute(update(refusals).values(refused_at="2999-01-01T00:00:00+00:00"))
    assert throttle.wait_seconds(["account ana"]) == 0
    assert throttle.admit({"account ana": 3}) == 0
    with catalog.database.reading() as connection:
        assert len(connection.execute(select(refusals)).all()) == 1


def test_while_an_import_writes_log_ins_are_counted_too(catalog: Catalog) -> None:
    """In memory: nobody waits for the import, and nobody guesses without an end."""
    throttle = LoginThrottle(catalog.database)
    assert throttle.admit({"address 1": 4}) == 0
    with import_under_way(catalog):
        assert [throttle.admit({"address 1": 4}) > 0 for _ in range(4)] == [False, False, False, True]
    assert throttle.admit({"address 1": 4}) > 0
    throttle.forgive("address 1")
    assert throttle.admit({"address 1": 4}) == 0
