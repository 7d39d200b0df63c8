"""Training, validation and test."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.errors import TrainingDataError
from indexer.training.splitting import count_leaks, read_split, split_examples, write_split


def make_examples(
    categories: Sequence[str],
    products: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    splits: Sequence[str | None] | None = None,
) -> pd.DataFrame:
    """A photo each; every photo its own product if nothing else is said."""
    products = products or [f"p{row}" for row in range(len(categories))]
    examples = pd.DataFrame(
        {
            "path": [f"/photos/año {row}.jpg" for row in range(len(categories))],
            "product_id": products,
            "group_id": groups or products,
            "sha256": [f"{row:064x}" for row in range(len(categories))],
            "split": splits or [None] * len(categories),
            "category": categories,
        },
        dtype=object,
    )
    examples.attrs["heads"] = ["category"]
    return examples


def test_shares_hold_in_every_class() -> None:
    """75 / 12.5 / 12.5, and another seed deals differently."""
    examples = make_examples(["A"] * 80 + ["B"] * 800 + ["C"] * 8)
    split = split_examples(examples, [], seed=0)
    counts = split.groupby(["category", "split"]).size().unstack()[["train", "validation", "test"]]
    assert counts.to_numpy().tolist() == [[60, 10, 10], [600, 100, 100], [6, 1, 1]]
    assert split.attrs["heads"] == ["category"]
    assert examples["split"].isna().all(), "the examples themselves stay as they are"
    assert split_examples(examples, [], seed=0)["split"].equals(split["split"])
    assert not split_examples(examples, [], seed=1)["split"].equals(split["split"])


def test_no_test_part_is_made_where_none_is_wanted() -> None:
    """What is judged elsewhere is learned from, with or without a validation part of its own."""
    counts = split_examples(make_examples(["A"] * 80), [], seed=0, with_test=False)["split"].value_counts()
    assert counts.to_dict() == {"train": 70, "validation": 10}
    given = make_examples(["A"] * 80, splits=["validation"] * 8 + ["train"] * 72)
    assert split_examples(given, [], seed=0, with_test=False)["split"].tolist() == given["split"].tolist()


def test_products_groups_and_near_duplicates_stay_together() -> None:
    """Also in chains: a product's photo like another's, whose group has a third."""
    rng = np.random.default_rng(3)
    count = 1200
    products = [f"p{number}" for number in rng.integers(0, 500, count)]
    group_of = {product: f"g{number}" for product, number in zip(sorted(set(products)), range(500), strict=False)}
    for product in rng.choice(sorted(group_of), 100).tolist():
        group_of[product] = "g0" if rng.random() < 0.1 else f"g{rng.integers(1, 400)}"
    links = [(int(first), int(second)) for first, second in rng.integers(0, count, (100, 2))]
    categories = [f"class {sum(map(ord, product)) % 5}" for product in products]
    examples = make_examples(categories, products, [group_of[product] for product in products])
    split = split_examples(examples, links, seed=0)
    assert (split.groupby("product_id")["split"].nunique() == 1).all()
    assert (split.groupby("group_id")["split"].nunique() == 1).all()
    assert all(split["split"][first] == split["split"][second] for first, second in links)
    assert count_leaks(split, links) == {"validation": 0, "test": 0}
    shares = split["split"].value_counts(normalize=True)
    assert shares["validation"] == pytest.approx(0.125, abs=0.02)
    assert shares["test"] == pytest.approx(0.125, abs=0.02)


@pytest.mark.parametrize("sizes", [[1] * 3, [1] * 4, [2] * 3, [3] * 4, [50, 40, 1], [1, 1, 100], [5, 9, 9, 1, 1]])
def test_small_class_is_on_every_side(sizes: list[int]) -> None:
    """However large its products are; most of it is learned from."""
    products = [f"p{number}" for number, size in enumerate(sizes) for _ in range(size)]
    for seed in range(5):
        counts = split_examples(make_examples(["A"] * len(products), products), [], seed)["split"].value_counts()
        assert set(counts.index) == {"train", "validation", "test"}
        assert counts["train"] == counts.max()


def test_class_of_two_products_is_only_learned_from() -> None:
    """It can't be on three sides."""
    split = split_examples(make_examples(["A"] * 16 + ["B"] * 2), [], seed=0)
    assert split["split"][16:].tolist() == ["train", "train"]


def test_given_split_is_kept_and_its_leaks_are_counted() -> None:
    """Published figures stay comparable, and their reader knows."""
    sides = ["train", "train", "validation", "test", "test", "test"]
    examples = make_examples(["A", "B"] * 3, ["a", "b", "c", "a", "d", "e"], splits=sides)
    links = [(1, 4), (4, 2)]
    split = split_examples(examples, links, seed=0)
    assert split["split"].tolist() == sides
    assert count_leaks(split, links) == {"validation": 1, "test": 2}


def test_photos_without_a_side_join_what_they_resemble() -> None:
    """A further photo of a test product would give the test away in train."""
    sides = ["train", "validation", "test", None, None, None, None]
    examples = make_examples(["A"] * 7, splits=sides)
    split = split_examples(examples, [(3, 2), (3, 0), (4, 1), (5, 0)], seed=0)
    assert split["split"].tolist() == ["train", "validation", "test", "test", "validation", "test", "train"]


def test_missing_validation_is_taken_from_train() -> None:
    """Test stays as it is; of a piece that test has a part of, nothing is moved."""
    sides = ["train"] * 41 + ["test"] * 10
    examples = make_examples(["A"] * 51, splits=sides)
    split = split_examples(examples, [(40, 50)], seed=0)
    assert split["split"][41:].tolist() == ["test"] * 10
    assert split["split"][:40].value_counts().to_dict() == {"train": 35, "validation": 5}
    assert split["split"][40] == "train"


def test_split_without_training_photos_is_refused() -> None:
    """Nothing could be learned."""
    with pytest.raises(TrainingDataError, match="no training photos"):
        split_examples(make_examples(["A", "B"], splits=["test", "test"]), [], seed=0)


def test_links_of_other_rows_are_refused() -> None:
    """They were made for other examples."""
    with pytest.raises(ValueError, match="rows 0 to 1"):
        split_examples(make_examples(["A", "B"]), [(0, 2)], seed=0)


def test_hundred_thousand_photos_take_seconds() -> None:
    """Nothing is quadratic."""
    split = split_examples(make_examples([f"c{row % 80}" for row in range(100_000)]), [], seed=0)
    assert split["split"].value_counts()["test"] == pytest.approx(12_500, abs=80)


def test_written_split_reads_the_same(tmp_path: Path) -> None:
    """File names, not paths: the bundle goes to other machines."""
    examples = make_examples(["A"] * 16, products=["NA", "007", "=1+1", "'-x", *map(str, range(12))])
    split = split_examples(examples, [], seed=0)
    write_split(split, tmp_path / "split.csv")
    table = read_split(tmp_path / "split.csv")
    assert list(table.columns) == ["image", "product_id", "sha256", "split", "label"]
    assert table["label"].tolist() == split["category"].tolist()
    assert table["image"][2] == "año 2.jpg"
    for column in ("product_id", "sha256", "split"):
        assert table[column].tolist() == split[column].tolist()


def test_a_split_without_labels_is_read_too(tmp_path: Path) -> None:
    """Bundles that were trained earlier have four columns."""
    path = tmp_path / "split.csv"
    path.write_text("image,product_id,sha256,split\n1.jpg,1,00,train\n")
    assert read_split(path)["split"].tolist() == ["train"]


def test_what_is_no_split_is_told(tmp_path: Path) -> None:
    """Missing, another table, or an unknown side."""
    path = tmp_path / "split.csv"
    with pytest.raises(TrainingDataError, match="indexer train"):
        read_split(path)
    for text in ("", "a,b\n1,2\n", "image,product_id,sha256,split\n1.jpg,1,00,elsewhere\n"):
        path.write_text(text)
        with pytest.raises(TrainingDataError, match="split"):
            read_split(path)
