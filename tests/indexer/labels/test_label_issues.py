"""Finding wrong labels, and the CSV files that say so."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.errors import StorageError, TrainingDataError
from indexer.labels.label_issues import (
    ISSUE_COLUMNS,
    find_conflicting_duplicates,
    find_label_issues,
    out_of_fold_probabilities,
    write_label_csvs,
)

LABELS = ["Coats", "Shirts", "Shoes"]


def blobs(targets: np.ndarray, spread: float = 0.6, seed: int = 0) -> np.ndarray:
    """Vectors around one random centre a class."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(targets.max() + 1, 16))
    return (centres[targets] + spread * rng.normal(size=(len(targets), 16))).astype(np.float32)


def table(count: int, **columns: list) -> pd.DataFrame:
    """Examples in two class folders that share file names."""
    paths = [f"/shop/{'ab'[row % 2]}/{row // 2}.jpg" for row in range(count)]
    return pd.DataFrame({"path": paths, "product_id": [f"p{row}" for row in range(count)], **columns})


def test_flipped_labels_come_first() -> None:
    """Of 20 wrong ones among 400, the first 20 candidates hold nearly all, with the right label predicted."""
    truth = np.arange(400) % 4
    flipped = np.random.default_rng(1).choice(400, 20, replace=False)
    targets = truth.copy()
    targets[flipped] = (targets[flipped] + np.arange(20) % 3 + 1) % 4
    probabilities = out_of_fold_probabilities(blobs(truth), targets, 4, np.arange(400), progress=False)
    labels = ["Bags", *LABELS]
    issues = find_label_issues(probabilities, targets, table(400), labels)
    first = issues[:20]
    assert len(set(first["row"]) & set(flipped)) >= 18
    hits = first[first["row"].isin(flipped)]
    assert np.mean(hits["predicted"] == np.array(labels)[truth[hits["row"]]]) > 0.9
    assert issues["score"].is_monotonic_increasing
    assert len(issues) < 40, "labels that fit are not accused"


def test_rows_are_probabilities_and_repeatable() -> None:
    """Each photo is judged once, the same way each time."""
    targets = np.arange(90) % 3
    vectors = blobs(targets, 2.0)
    first, again = (out_of_fold_probabilities(vectors, targets, 3, np.arange(90), progress=False) for _ in range(2))
    np.testing.assert_allclose(first.sum(axis=1), 1)
    np.testing.assert_array_equal(first, again)
    other = out_of_fold_probabilities(vectors, targets, 3, np.arange(90), seed=1, progress=False)
    assert not np.array_equal(first, other)


def test_a_photo_has_no_say_about_itself_or_its_group() -> None:
    """A product photographed thrice and labelled wrong thrice is found only if its photos are judged together."""
    truth = np.concatenate([np.arange(120) % 3, [0, 0, 0]])
    vectors = blobs(truth, 0.3)
    vectors[-3:] = (
        vectors[-1] + 3 * np.eye(16, dtype=np.float32)[0]
    )  # unlike any other photo, so they lean on each other
    targets = truth.copy()
    targets[-3:] = 1
    apart = out_of_fold_probabilities(vectors, targets, 3, np.arange(123), progress=False)
    groups = np.concatenate([np.arange(120), [120, 120, 120]])
    together = out_of_fold_probabilities(vectors, targets, 3, groups, progress=False)
    assert together[-3:, 1].max() < apart[-3:, 1].min()


def test_photos_of_unknown_label_are_judged_but_teach_nothing() -> None:
    """They get probabilities, whatever their vectors, and are never accused."""
    truth = np.arange(60) % 3
    vectors = blobs(truth, 0.3)
    targets = np.where(np.arange(60) < 6, -1, truth)
    probabilities = out_of_fold_probabilities(vectors, targets, 3, np.arange(60), progress=False)
    assert (probabilities[:6].argmax(axis=1) == truth[:6]).all()
    issues = find_label_issues(probabilities, targets, table(60), LABELS, max_score=2)
    assert not set(issues["row"]) & set(range(6))


def test_the_only_product_of_a_class_is_not_accused() -> None:
    """Nothing can be said about it: no other one shows what the class looks like."""
    truth = np.array([0, 1] * 30 + [2, 2])
    groups = np.arange(62)
    groups[-2:] = 60
    probabilities = out_of_fold_probabilities(blobs(truth, 0.3), truth, 3, groups, progress=False)
    assert (probabilities[-2:, 2] == 0).all()
    assert (probabilities[:60, :2] > 0).all()
    issues = find_label_issues(probabilities, truth, table(62), LABELS, max_score=2)
    assert not set(issues["row"]) & {60, 61}


def test_every_class_of_two_products_can_be_judged() -> None:
    """Small classes are dealt out so that there is always another product to learn from."""
    targets = np.repeat(np.arange(30), 2)
    probabilities = out_of_fold_probabilities(blobs(targets), targets, 30, np.arange(60), progress=False)
    assert (probabilities[np.arange(60), targets] > 0).all()


def test_issues_worked_by_hand() -> None:
    """Four photos: one right, one absurd, one of equal probability but a rarer class, one unsure."""
    probabilities = np.array([[0.9, 0.05, 0.05], [0.96, 0.02, 0.02], [0.96, 0.02, 0.02], [0.4, 0.35, 0.25]])
    targets = np.array([0, 1, 2, 1])
    issues = find_label_issues(probabilities, targets, table(4), LABELS, max_score=2)
    assert tuple(issues.columns) == ISSUE_COLUMNS
    assert issues["row"].tolist() == [1, 2, 3], "the rarer class is judged more mildly"
    assert issues["image"].tolist() == ["b/0.jpg", "a/1.jpg", "b/1.jpg"], "names alone are shared between folders"
    assert issues["given"].tolist() == ["Shirts", "Shoes", "Shirts"]
    assert issues["predicted"].tolist() == ["Coats"] * 3
    assert issues["given_probability"].tolist() == [0.02, 0.02, 0.35]
    assert issues["predicted_probability"].tolist() == [0.96, 0.96, 0.4]
    assert issues["score"].tolist() == pytest.approx([0.02 / 0.5**0.25, 0.02 / 0.25**0.25, 0.35 / 0.5**0.25])
    assert find_label_issues(probabilities, targets, table(4), LABELS)["row"].tolist() == [1, 2]


def test_no_issue_is_an_empty_table_with_its_columns() -> None:
    """So that a report can count it."""
    right, unknown = np.eye(3), np.full(3, -1)
    for targets in (np.arange(3), unknown):
        issues = find_label_issues(right, targets, table(3), LABELS)
        assert issues.empty
        assert tuple(issues.columns) == ISSUE_COLUMNS


@pytest.mark.parametrize(("targets", "groups"), [([0, 0, 0, 0], [0, 1, 2, 3]), ([0, 1, 0, 1], [7, 7, 7, 7])])
def test_nothing_to_compare_is_a_clear_error(targets: list[int], groups: list[int]) -> None:
    """One class, or one product."""
    with pytest.raises(TrainingDataError, match="two classes and two products"):
        out_of_fold_probabilities(np.eye(4, dtype=np.float32), np.array(targets), 2, np.array(groups), progress=False)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    """With what came and what is needed."""
    vectors, groups = np.eye(4, dtype=np.float32), np.arange(4)
    with pytest.raises(ValueError, match="are needed"):
        out_of_fold_probabilities(vectors, np.arange(3), 3, groups, progress=False)
    with pytest.raises(ValueError, match="-1 to 2 are needed"):
        out_of_fold_probabilities(vectors, np.arange(4), 3, groups, progress=False)
    with pytest.raises(ValueError, match="2 labels"):
        find_label_issues(np.eye(3), np.arange(3), table(3), LABELS[:2])


def test_duplicates_of_different_labels_are_found() -> None:
    """The most alike first; unknown labels contradict nobody."""
    examples = table(5, category=["Coats", "Shirts", None, "Coats", "Shoes"])
    pairs = pd.DataFrame({"first": [0, 0, 0, 1], "second": [1, 2, 3, 4], "distance": [9, 1, 2, 4]})
    conflicts = find_conflicting_duplicates(pairs, examples)
    assert conflicts.to_dict("records") == [
        {"first": 1, "second": 4, "distance": 4, "first_label": "Shirts", "second_label": "Shoes"},
        {"first": 0, "second": 1, "distance": 9, "first_label": "Coats", "second_label": "Shirts"},
    ]


def test_csv_files_name_photos_and_products(tmp_path: Path) -> None:
    """A person who has the files and no row numbers finds them, accents included."""
    examples = table(4, category=["Niños", "Coats", "Coats", "Coats"])
    pairs = pd.DataFrame({"first": [0, 1], "second": [3, 2], "distance": [2, 0]})
    probabilities = np.array([[0.99, 0.01]] * 4)
    issues = find_label_issues(probabilities, np.array([1, 0, 0, 0]), examples, ["Coats", "Niños"])
    conflicts = find_conflicting_duplicates(pairs, examples)
    write_label_csvs(tmp_path / "new", examples, issues=issues, near_duplicates=pairs, conflicts=conflicts)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "duplicate_conflicts.csv",
        "label_issues.csv",
        "near_duplicates.csv",
    ]
    assert (tmp_path / "new" / "label_issues.csv").read_text(encoding="utf-8") == (
        "image,product_id,given,suggested,given_probability,suggested_probability,score\n"
        "a/0.jpg,p0,Niños,Coats,0.010000,0.990000,0.014142\n"
    )
    assert (tmp_path / "new" / "near_duplicates.csv").read_text(encoding="utf-8") == (
        "first_image,first_product_id,second_image,second_product_id,distance\na/0.jpg,p0,b/1.jpg,p3,2\nb/0.jpg,p1,a/1.jpg,p2,0\n"
    )
    assert (tmp_path / "new" / "duplicate_conflicts.csv").read_text(encoding="utf-8") == (
        "first_image,first_product_id,first_label,second_image,second_product_id,second_label,distance\n"
        "a/0.jpg,p0,Niños,b/1.jpg,p3,Coats,2\n"
    )


def test_csv_files_hold_no_formulas(tmp_path: Path) -> None:
    """Product ids and categories are whatever a source has, and people open these files in spreadsheets."""
    examples = table(2, category=["=1+1", "Coats"]).assign(product_id=["@A1", "-5"])
    pairs = pd.DataFrame({"first": [0], "second": [1], "distance": [2]})
    issues = find_label_issues(np.array([[0.99, 0.01], [0.99, 0.01]]), np.array([1, 0]), examples, ["Coats", "=1+1"])
    conflicts = find_conflicting_duplicates(pairs, examples)
    write_label_csvs(tmp_path, examples, issues=issues, near_duplicates=pairs, conflicts=conflicts)
    cells = [line.split(",") for line in (tmp_path / "label_issues.csv").read_text(encoding="utf-8").splitlines()]
    assert cells[1][1:4] == ["'@A1", "'=1+1", "Coats"]
    assert "'@A1" in (tmp_path / "near_duplicates.csv").read_text(encoding="utf-8")
    assert "'@A1,'=1+1," in (tmp_path / "duplicate_conflicts.csv").read_text(encoding="utf-8")


def test_no_findings_are_files_with_a_header(tmp_path: Path) -> None:
    """A report of nothing is a report."""
    none = pd.DataFrame({"first": [], "second": [], "distance": []})
    examples = table(2, category=["Coats", "Shirts"])
    issues = find_label_issues(np.eye(2), np.arange(2), examples, LABELS[:2])
    conflicts = find_conflicting_duplicates(none, examples)
    write_label_csvs(tmp_path, examples, issues=issues, near_duplicates=none, conflicts=conflicts)
    assert [len(pd.read_csv(path)) for path in sorted(tmp_path.iterdir())] == [0, 0, 0]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Here because a file is in its place."""
    (tmp_path / "report").write_text("")
    examples, none = table(1), pd.DataFrame({"first": [], "second": [], "distance": []})
    issues = pd.DataFrame(columns=list(ISSUE_COLUMNS))
    with pytest.raises(StorageError, match="name another folder"):
        write_label_csvs(tmp_path / "report", examples, issues=issues, near_duplicates=none, conflicts=none)
