"""Several rows of one product: further photos, repetitions, contradictions."""

import pytest


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


def test_contradiction_costs_that_product_and_says_why(write_table, load, catalog, read_rejects):
    """Two rows that disagree are shown side by side; all other products of the table come in."""
    rows = [_row("B"), _row(price="10", season="Summer"), _row(), _row(price="12", season="Winter"), _row("C")]
    rows = [{"price": "", "season": ""} | row for row in (rows[0], rows[1], rows[3], rows[4])]
    report = load(write_table("products.csv", rows))
    assert [product.product_id for product in catalog.iter_products()] == ["B", "C"]
    (reject,) = read_rejects(report)
    assert (reject["row"], reject["product_id"]) == ("3", "A")
    assert (
        "Rows 3 and 4 contradict each other: season 'Summer' and 'Winter', price_cents 1000 and 1200"
        in (reject["reason"])
    )
    assert "title" not in reject["reason"]


def test_contradicting_product_is_rejected_once(write_table, load):
    """However many rows it has."""
    report = load(write_table("products.csv", [_row("B"), *(_row(title=title) for title in "abcd")]))
    assert (report.added, report.rejected_rows) == (1, 1)


def test_contradiction_leaves_the_product_as_it_is(write_table, load, catalog):
    """The catalogue goes on with what it had of that product, also when it prunes."""
    load(write_table("products.csv", [_row(), _row("B")]))
    rows = [_row("B", title="New"), _row(), _row(title="Other")]
    report = load(write_table("products.csv", rows), prune=True)
    assert (catalog.product("A").title, catalog.product("B").title) == ("Coat", "New")
    assert (report.kept, report.removed) == (1, 0)


def test_value_that_only_one_row_gives_is_no_contradiction(write_table, load, catalog):
    """Many exports write a product's details on its first row only."""
    rows = [_row(price="10", season="Summer"), _row(image="2.jpg", title="", colour="Red")]
    rows = [{"price": "", "season": "", "colour": ""} | row for row in rows]
    report = load(write_table("products.csv", rows))
    assert report.rejected_rows == 0
    product = catalog.product("A")
    assert (product.title, product.price_cents, product.colour) == ("Coat", 1000, "Red")
    assert (product.attributes, len(product.photos)) == ({"season": "Summer"}, 2)


def test_value_that_is_not_understood_does_not_contradict(write_table, load, catalog):
    """A price that can't be read says nothing, so it can't disagree either."""
    report = load(write_table("products.csv", [_row(price="10"), _row(price="ten")]))
    assert (report.rejected_rows, report.warnings, catalog.product("A").price_cents) == (0, 1, 1000)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Pantal\u00f3n", "Pantalo\u0301n"),
        ("Running Shoes", "Running\u00a0Shoes"),
        ("Bags", "Bags\u200b"),
        ("Bags", "\ufeffBags"),
        ("Coats", "coats"),
        ("Coats", "COATS"),
        ("Tall  Hats", "Tall Hats"),
    ],
)
def test_categories_that_look_the_same_are_one(write_table, load, catalog, first, second):
    """Accents, spaces, unseen characters and letter case don't make another category; that they differ is said."""
    rows = [_row("A", category=first), _row("B", category=first), _row("C", category=second)]
    report = load(write_table("products.jsonl", rows))
    (category,) = catalog.categories()
    assert category == " ".join(first.split())
    assert any("taken for one" in note for note in report.notes) == (first.casefold() == second.casefold())


def test_spelling_of_the_catalogue_comes_first(write_table, load, catalog):
    """A second source that writes small letters joins the categories that are there."""
    load(write_table("products.csv", [_row("A")]))
    load(write_table("others.csv", [_row("B", category="coats"), _row("C", category="coats")]))
    assert catalog.categories() == {"Coats": 3}


def test_product_ids_that_only_look_the_same_are_told(write_table, load, catalog):
    """They stay two products, since an id is never changed; the report asks."""
    report = load(write_table("products.csv", [_row("A"), _row("A\u200b")]))
    assert catalog.counts().products == 2
    assert any("only in what can't be seen: 'A\\u200b'" in note for note in report.notes)
