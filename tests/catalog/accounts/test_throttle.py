from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog import Catalog
from catalog.accounts.throttle import LoginThrottle
from catalog.storage.tables.accounts import refusals


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
