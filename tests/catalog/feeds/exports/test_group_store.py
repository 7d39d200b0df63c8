"""Entries that are put together by their keys, in whatever order they come."""

import sqlite3
import threading

import pytest

from catalog.errors import SourceError
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.group_store import GroupStore


def gather(*entries):
    store = GroupStore()
    store.fill(entries)
    return {key: [entry.row for entry in group] for key, group in store.groups()}


def test_entries_of_one_key_come_together():
    """In the order in which their keys were seen first, and as often as they are asked for."""
    store = GroupStore()
    store.fill([Entry("a", 1, {"x": "ä"}), Entry("b", 2), Entry("a", 3)])
    groups = list(store.groups())
    assert [(key, [entry.row for entry in group]) for key, group in groups] == [("a", [1, 3]), ("b", [2])]
    assert groups[0][1][0].values == {"x": "ä"}
    assert list(store.groups()) == groups


def test_an_owned_entry_belongs_to_its_owner_before_or_after_it():
    """And to each of several owners."""
    children = [Entry("c", 1), Entry("d", 2)]
    owners = [Entry("p", 3, owns=("c", "d")), Entry("q", 4, owns=("d", "missing"))]
    assert gather(*children, *owners) == {"p": [1, 2, 3], "q": [2, 4]}
    assert gather(*owners, *children) == {"p": [3, 1, 2], "q": [4, 2]}


def test_names_in_several_groups_are_told():
    """Names within one group may repeat."""
    store = GroupStore()
    store.fill([Entry("a", 1, name="x"), Entry("a", 2, name="x"), Entry("a", 3, name="y"), Entry("b", 4, name="y")])
    assert store.clashing_names() == {"y"}


def test_keys_that_no_database_can_hold_are_kept_apart_from_harm():
    """A damaged file may hold half of a character."""
    assert gather(Entry("a\udc80", 1), Entry("b", 2)) == {"a?": [1], "b": [2]}


def test_a_full_disk_is_told_of():
    """Not with a traceback."""
    store = GroupStore()
    store._connection.execute("PRAGMA max_page_count = 12")
    with pytest.raises(SourceError, match="Free some space for temporary files"):
        store.fill(Entry(str(number), number, {"text": "x" * 1000}) for number in range(1000))


def test_it_may_go_in_another_thread_than_it_came_in() -> None:
    """As the garbage collector has it: SQLite refused to be closed there, and kept the file."""
    made: list[GroupStore] = []
    maker = threading.Thread(target=lambda: made.append(GroupStore()))
    maker.start()
    maker.join()
    connection = made[0]._connection
    made.clear()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
