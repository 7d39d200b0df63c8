"""Leakage groups, and folds that never divide one."""

import numpy as np
import pandas as pd
import pytest

from indexer.corpus.folds import deal_group_folds, find_connected, find_leakage_groups, key_group, link_equal


def table(products: list[str], groups: list[str | None]) -> pd.DataFrame:
    keys = [key_group(product, group) for product, group in zip(products, groups, strict=True)]
    return pd.DataFrame({"product_id": products, "group_id": keys})


def test_photos_of_one_product_one_group_or_one_picture_belong_together() -> None:
    """Also in chains: a's second photo is b's picture, and b is a colour variant of c."""
    photos = table(["a", "a", "b", "c", "d"], [None, None, "g", "g", None])
    groups = find_leakage_groups(photos, [(1, 2)])
    assert groups.tolist() == [0, 0, 0, 0, 1]
    assert find_leakage_groups(photos).tolist() == [0, 0, 1, 1, 2]


def test_a_group_is_not_the_product_of_the_same_name() -> None:
    """The product "7" has no group; the product "8" is in the group "7", which is another thing."""
    assert find_leakage_groups(table(["7", "8"], [None, "7"])).tolist() == [0, 1]


def test_links_to_rows_that_are_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="rows 0 to 1"):
        find_leakage_groups(table(["a", "b"], [None, None]), [(0, 2)])


def test_equal_files_hang_on_the_first_of_them() -> None:
    """Rows 1, 3 and 4 show the same file."""
    links = link_equal(["a", "b", "c", "b", "b"])
    assert links == [(1, 3), (1, 4)]
    assert find_connected(links, 5).tolist() == [0, 1, 2, 1, 1]
    assert find_connected([], 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("stratified", [False, True])
def test_folds_divide_no_group_and_are_of_about_one_size(stratified: bool) -> None:
    """The same chance deals the same folds."""
    rng = np.random.default_rng(3)
    groups = rng.integers(0, 50, 400)
    targets = groups % 4 if stratified else None
    folds = deal_group_folds(groups, 5, np.random.default_rng(0), targets)
    folds_of = pd.Series(folds).groupby(groups).nunique()
    assert (folds_of == 1).all()
    assert np.bincount([folds[groups == group][0] for group in np.unique(groups)]).tolist() == [10] * 5
    assert (deal_group_folds(groups, 5, np.random.default_rng(0), targets) == folds).all()


def test_a_rare_class_is_in_as_many_folds_as_it_has_groups() -> None:
    """Three products of one class among a hundred: with three folds, each of them has one."""
    targets = np.array([1] * 3 + [0] * 97)
    for seed in range(5):
        folds = deal_group_folds(np.arange(100), 3, np.random.default_rng(seed), targets)
        assert sorted(folds[:3].tolist()) == [0, 1, 2]
