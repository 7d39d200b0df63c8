"""What goes with what, a line a category: companions stand in the column of how often they are offered."""

from catalog.curation.compatibility import CategoryPair
from webapp.studio.curation.pair_rows import tabulate_pairs


def _pair(other: str, learned: float | None, chosen: float | None = None) -> tuple[tuple[str, str], CategoryPair]:
    return ("Coats", other), CategoryPair("Coats", other, learned, 0, chosen)


def test_each_weight_has_its_column_and_a_choice_wins() -> None:
    """Often, sometimes, seldom, never; the heaviest first."""
    pairs = dict(
        [_pair("Shoes", 0.8), _pair("Bags", 1.0), _pair("Hats", 0.5), _pair("Belts", 0.9, 0.0), _pair("Ties", 0.1)]
    )
    row = tabulate_pairs(["Coats", "Shoes", "Bags", "Hats", "Belts", "Ties"], pairs, {"Coats": "Outerwear"})[0]
    assert [[one.other for one in cell] for cell in row.columns] == [["Bags", "Shoes"], ["Hats"], ["Ties"]]
    assert [one.other for one in row.never] == ["Belts"]
    assert (row.kind, row.decided) == ("Outerwear", True)


def test_without_anything_learned_other_kinds_are_counted() -> None:
    """The category itself and what is of its kind are none of them."""
    kinds = {"Coats": "Outerwear", "Jackets": "Outerwear", "Shoes": "Shoes"}
    row = tabulate_pairs(["Coats", "Jackets", "Shoes"], {}, kinds)[0]
    assert (row.by_kind, row.decided) == (1, False)
