"""The queue: what a check found, less what was decided, what has changed and what is gone."""

from pathlib import Path

import pytest

from catalog import Catalog
from catalog.labels.corrections import CorrectionStore
from catalog.labels.label_issues import Duplicate, LabelCheckRun, LabelIssue, LabelIssueStore, Picture

CHECK = LabelCheckRun(0, "2026-01-01T00:00:00+00:00", "shipped", 3, 3, 1.5)


def _issue(product_id, given="Coats", predicted="Jackets", score=0.02):
    top_k = ((predicted, 0.9), (given, 0.01))
    return LabelIssue(product_id, given, predicted, 0.01, 0.9, score, top_k, ("C3",), ("C9", "C8"))


@pytest.fixture
def queue(catalog: Catalog, coats: Path, load) -> LabelIssueStore:
    """Of a catalogue with the three coats, nothing in it yet."""
    load(coats)
    return LabelIssueStore(catalog.database)


@pytest.fixture
def corrections(catalog: Catalog) -> CorrectionStore:
    return CorrectionStore(catalog.database)


def test_what_was_found_comes_back_in_its_order(queue):
    """With every fact of it, and the check that found it."""
    check, asked = queue.replace(CHECK, [_issue("C2"), _issue("C1", score=0.05)], [])
    first, second = queue.page("open", 10)
    assert (asked, check.check_id > 0, queue.last_check()) == (2, True, check)
    assert (first.product_id, first.rank, second.product_id, second.rank) == ("C2", 1, "C1", 2)
    assert first.top_k == (("Jackets", 0.9), ("Coats", 0.01))
    assert (first.given_neighbours, first.predicted_neighbours) == (("C3",), ("C9", "C8"))
    assert queue.page("open", 1, 1) == [second]
    assert queue.find(first.issue_id) == queue.of_product("C2") == first


def test_before_the_first_check_there_is_nothing(queue):
    """No queue, no pictures, no error."""
    assert queue.last_check() is None
    assert queue.page("open", 10) == queue.pictures(10) == []
    assert queue.counts() == {"open": 0, "skipped": 0, "decided": 0}
    assert queue.find(1) is queue.after(0, "open") is None


def test_the_next_check_replaces_the_last_one(queue):
    """A form that still names an old one finds nothing, rather than another product."""
    queue.replace(CHECK, [_issue("C1")], [Duplicate(1, "C1", "0" * 64, 0), Duplicate(1, "C2", "0" * 64, 0)])
    old = queue.page("open", 1)[0].issue_id
    queue.replace(CHECK, [_issue("C2")], [])
    assert [one.product_id for one in queue.page("open", 10)] == ["C2"]
    assert queue.find(old) is None
    assert queue.pictures(10) == []


def test_a_decision_that_holds_is_not_asked_about_again(queue, corrections):
    """Kept or corrected; undone ones are."""
    corrections.decide("C1", "Coats", seen="Coats", version=0, by="ana")
    corrections.decide("C2", "Coats", seen="Coats", version=0, by="ana")
    corrections.undo("C2", version=1, by="ana")
    _, asked = queue.replace(CHECK, [_issue(product_id) for product_id in ("C1", "C2", "C3")], [])
    assert asked == 2
    assert [(one.product_id, one.rank) for one in queue.page("open", 10)] == [("C2", 1), ("C3", 2)]


def test_what_changed_while_the_check_ran_is_not_asked(queue):
    """Its label isn't the one that was judged."""
    _, asked = queue.replace(CHECK, [_issue("C1", given="Parkas"), _issue("gone")], [])
    assert asked == 0


def test_what_an_import_changes_leaves_the_queue(queue, coats, load):
    """The question has answered itself; a product that is gone takes its question along."""
    queue.replace(CHECK, [_issue("C1"), _issue("C2"), _issue("C3")], [])
    text = coats.read_text(encoding="utf-8").replace("C1,Coats", "C1,Jackets")
    coats.write_text("\n".join(line for line in text.splitlines() if not line.startswith("C3,")), encoding="utf-8")
    load(coats, prune=True)
    assert [one.product_id for one in queue.page("open", 10)] == ["C2"]
    assert queue.counts()["open"] == 1


def test_one_walks_through_the_queue_in_both_directions(queue):
    """Past what is in another state."""
    queue.replace(CHECK, [_issue(product_id) for product_id in ("C1", "C2", "C3")], [])
    first, second, third = queue.page("open", 3)
    queue.set_skipped(second.issue_id, True)
    assert queue.after(0, "open") == first
    assert queue.after(first.rank, "open") == third
    assert queue.before(third.rank, "open") == first
    assert queue.before(first.rank, "open") is queue.after(third.rank, "open") is None
    assert queue.after(0, "skipped").product_id == "C2"
    assert [one.product_id for one in queue.iter_open()] == ["C1", "C2", "C3"]


def test_what_was_skipped_can_come_back(queue, corrections):
    """What was decided can't be skipped any more."""
    queue.replace(CHECK, [_issue("C1"), _issue("C2")], [])
    first, second = queue.page("open", 2)
    queue.set_skipped(first.issue_id, True)
    assert queue.counts() == {"open": 1, "skipped": 1, "decided": 0}
    queue.set_skipped(first.issue_id, False)
    corrections.decide("C2", "Jackets", seen="Coats", version=0, by="ana")
    queue.set_skipped(second.issue_id, True)
    assert queue.counts() == {"open": 1, "skipped": 0, "decided": 1}


def test_pictures_with_different_labels_are_told_as_they_are_now(queue, corrections):
    """A correction settles a conflict, another makes one; nothing needs a new check."""
    twice = [Duplicate(1, "C1", "a" * 64, 0), Duplicate(1, "C2", "b" * 64, 3), Duplicate(2, "C2", "c" * 64, 5)]
    queue.replace(CHECK, [], [*twice, Duplicate(2, "C3", "d" * 64, 5)])
    assert queue.pictures(10) == [Picture(1, 2, 1), Picture(2, 2, 1)]
    assert queue.count_pictures(conflicting=True) == 0
    corrections.decide("C3", "Parkas", seen="Coats", version=0, by="ana")
    assert queue.pictures(10, conflicting=True) == [Picture(2, 2, 2)]
    assert (queue.count_pictures(), queue.count_pictures(conflicting=True)) == (2, 1)
    assert queue.pictures(1, 1) == [Picture(2, 2, 2)]
    assert [one.product_id for one in queue.showing(1, 1)] == ["C1"]
    assert [one.product_id for one in queue.showing(2, 10)] == ["C2", "C3"]


def test_a_picture_that_one_product_is_left_with_is_none(queue, coats, load):
    """The other one was pruned."""
    queue.replace(CHECK, [], [Duplicate(1, "C1", "a" * 64, 0), Duplicate(1, "C3", "a" * 64, 0)])
    text = coats.read_text(encoding="utf-8")
    coats.write_text("\n".join(line for line in text.splitlines() if not line.startswith("C3,")), encoding="utf-8")
    load(coats, prune=True)
    assert queue.pictures(10) == []
