"""Several rows of one product: further photos, repetitions, contradictions."""

import pytest

from catalog.errors import ContradictingRowsError


def _row(product_id="A", image="1.jpg", **details):
    return {"product_id": product_id, "category": "Coats", "image": image, "title": "Coat"} | details


@pytest.fixture(autouse=True)
def photos(draw):
    for number in (1, 2, 3):
        draw(f"{number}.jpg", shade=number)


def test_further_row_brings_a_further_photo(write_table, load, catalog):
    """One row per photo is a usual layout; the rows needn't stand together."""
    rows = [_row(), _row("B", "2.jpg"), _row(image="3.jpg"), _row(image="2.jpg")]
    report = load(write_table("products.csv", rows))
    assert (report.added, report.repeated_rows) == (2, 0)
    assert [photo.path.name for photo in catalog.product("A").photos] == ["1.jpg", "3.jpg", "2.jpg"]


def test_repeated_row_is_counted_and_otherwise_ignored(write_table, load, catalog):
    """The same row twice is no harm, but worth a word."""
    report = load(write_table("products.csv", [_row(), _row("B"), _row(), _row()]))
    assert (report.added, report.repeated_rows) == (2, 2)
    assert len(catalog.product("A").photos) == 1
    assert any("2 rows that said nothing new" in line for line in report.describe())


def test_contradiction_names_product_rows_and_values(write_table, load, catalog):
    """Two rows that disagree are shown side by side, and nothing of the table is written."""
    rows = [_row("B"), _row(price="10", season="Summer"), _row(), _row(price="12", season="Winter")]
    rows = [{"price": "", "season": ""} | row for row in (rows[0], rows[1], rows[3])]
    with pytest.raises(ContradictingRowsError) as caught:
        load(write_table("products.csv", rows))
    message = str(caught.value)
    assert "product 'A' has in rows 3 and 4 season 'Summer' and 'Winter', price_cents 1000 and 1200" in message
    assert "title" not in message
    assert catalog.counts().products == 0


def test_only_the_first_contradictions_are_told(write_table, load):
    """A thoroughly wrong table doesn't fill the screen."""
    rows = [_row(f"{number}", title=title) for number in range(9) for title in ("a", "b")]
    with pytest.raises(ContradictingRowsError, match="and 6 more products"):
        load(write_table("products.csv", rows))


def test_contradiction_leaves_an_earlier_import_as_it_is(write_table, load, catalog):
    """The catalogue goes on with what it had."""
    load(write_table("products.csv", [_row(), _row("B")]))
    with pytest.raises(ContradictingRowsError):
        load(write_table("products.csv", [_row("B", title="New"), _row(), _row(title="Other")]))
    assert catalog.product("B").title == "Coat"


def test_rejected_row_does_not_contradict(write_table, load, catalog):
    """A row that can't be used says nothing, so it can't disagree either."""
    report = load(write_table("products.csv", [_row(price="10"), _row(price="ten")]))
    assert (report.rejected_rows, catalog.product("A").price_cents) == (1, 1000)
