"""Judging a bundle: what is judged, what is left out, and what is refused in words."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from indexer.errors import TrainingDataError
from indexer.evaluation import evaluate_bundle
from indexer.evaluation.evaluate import AGAINST_TRAINING, ALL_HEADS, AMONG_THEMSELVES, SPLIT
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import stored_views
from search.photo import open_photo
from search.settings import PRETRAINED_BUNDLE

TEST, TRAIN = 6, 4  # photos of each split


def make_examples(directory: Path, count: int) -> pd.DataFrame:
    """Photos of noise, in turn labelled with two of the bundle's classes."""
    rng, paths = np.random.default_rng(0), []
    for number in range(count):
        path = directory / "photos" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (40, 32, 3), dtype=np.uint8)).save(path)
        paths.append(path)
    table = {
        "path": [str(path) for path in paths],
        "product_id": [f"p{number}" for number in range(count)],
        "group_id": [f"p{number}" for number in range(count)],
        "sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths],
        "split": None,
        "category": [("Shirts", "Jeans")[number % 2] for number in range(count)],
        "gender": [("Men", None)[number % 2] for number in range(count)],
    }
    examples = pd.DataFrame(table)
    examples.attrs["heads"] = ["category", "gender"]
    return examples


@pytest.fixture
def examples(tmp_path: Path) -> pd.DataFrame:
    return make_examples(tmp_path, TEST + TRAIN)


@pytest.fixture
def bundle_dir(tmp_path: Path, examples: pd.DataFrame) -> Path:
    """The shipped bundle with a split: six photos for the test, four for training."""
    path = tmp_path / "bundle"
    shutil.copytree(PRETRAINED_BUNDLE, path, ignore=shutil.ignore_patterns("*.keras"))
    split = examples[["product_id", "sha256"]].copy()
    split.insert(0, "image", [Path(one).name for one in examples["path"]])
    split["split"] = ["test"] * TEST + ["train"] * TRAIN
    split.to_csv(path / SPLIT, index=False)
    return path


def test_held_out_photos_are_judged_by_the_bundle(bundle_dir: Path, examples: pd.DataFrame) -> None:
    """Every figure belongs to the six test photos, and the probabilities are those of a stored photo."""
    result = evaluate_bundle(bundle_dir, examples, progress=False)
    head = result.main
    bundle = Bundle.open(bundle_dir)
    photos, embedder = [open_photo(Path(path)) for path in examples["path"][:TEST]], Embedder(bundle)
    seen = [embedder.embed_views(stored_views(photo)).probabilities["category"] for photo in photos]
    assert head.name == "category"
    assert head.rows.tolist() == list(range(TEST))
    assert [head.labels[code] for code in head.targets] == examples["category"][:TEST].tolist()
    np.testing.assert_allclose(head.probabilities, np.concatenate(seen), atol=1e-5)
    assert head.metrics["photos"] == TEST
    assert result.counts == {
        "photos": TEST + TRAIN,
        "not_in_split": 0,
        "also_elsewhere": 0,
        "unlabelled": 0,
        "unknown_classes": {},
        "judged": TEST,
        "training_photos": TRAIN,
        "unreadable": 0,
    }
    assert (result.bundle_hash, result.notes, result.unknown) == (bundle.hash, [], None)


def test_other_heads_are_judged_on_the_photos_that_have_their_label(bundle_dir: Path, examples: pd.DataFrame) -> None:
    result = evaluate_bundle(bundle_dir, examples, progress=False)
    assert list(result.heads) == ["category", "gender"]
    assert result.heads["gender"].rows.tolist() == [0, 2, 4]


def test_retrieval_is_against_training_photos_and_each_other(bundle_dir: Path, examples: pd.DataFrame) -> None:
    found = evaluate_bundle(bundle_dir, examples, progress=False).retrieval
    assert list(found) == [AGAINST_TRAINING, AMONG_THEMSELVES]
    assert list(found[AGAINST_TRAINING]) == ["category", "gender", ALL_HEADS]
    assert found[AMONG_THEMSELVES]["category"]["queries"] == TEST
    # Five others, of which two have the class: whatever the order, ten results hold exactly those.
    assert found[AMONG_THEMSELVES]["category"]["precision_at_10"] == pytest.approx(2 / 5)
    assert (
        found[AGAINST_TRAINING]["gender"] | {"queries": 3, "precision_at_1": 1.0} == found[AGAINST_TRAINING]["gender"]
    )


def test_what_training_saw_is_never_judged(bundle_dir: Path, examples: pd.DataFrame) -> None:
    """A training photo that the split lists for the test as well stays out."""
    split = pd.read_csv(bundle_dir / SPLIT, dtype=str)
    split.loc[len(split)] = [*split.loc[0, ["image", "product_id", "sha256"]], "train"]
    split.to_csv(bundle_dir / SPLIT, index=False)
    result = evaluate_bundle(bundle_dir, examples, progress=False)
    assert result.main.rows.tolist() == list(range(1, TEST))
    assert result.counts["also_elsewhere"] == 1
    assert "the very same file is among the training or validation photos: one photo" in result.notes[0]


def test_what_is_left_out_is_counted_and_said(bundle_dir: Path, tmp_path: Path) -> None:
    """Photos new to the split, without a label, and of a class that the bundle doesn't know."""
    examples = make_examples(tmp_path, TEST + TRAIN + 2)
    examples.loc[0, "category"] = None
    examples.loc[1, "category"] = "Spacesuits"
    Path(str(examples.loc[2, "path"])).write_bytes(b"gone bad")
    result = evaluate_bundle(bundle_dir, examples, progress=False)
    assert result.main.rows.tolist() == [3, 4, 5]
    counted = {name: result.counts[name] for name in ("not_in_split", "unlabelled", "unknown_classes", "unreadable")}
    assert counted == {"not_in_split": 2, "unlabelled": 1, "unknown_classes": {"Spacesuits": 1}, "unreadable": 1}
    assert len(result.notes) == 4
    assert "'Spacesuits'" in result.notes[2]


def test_photos_of_unknown_classes_show_whether_they_are_told_apart(bundle_dir: Path, tmp_path: Path) -> None:
    examples = make_examples(tmp_path, TEST + TRAIN + 12)
    examples.loc[TEST + TRAIN :, "category"] = "Spacesuits"
    result = evaluate_bundle(bundle_dir, examples, progress=False)
    assert result.unknown is not None
    assert (result.unknown["known"], result.unknown["unknown"]) == (TEST, 12)
    assert result.main.metrics["photos"] == TEST


def test_photos_that_the_split_doesnt_know_can_be_judged(bundle_dir: Path, tmp_path: Path) -> None:
    examples = make_examples(tmp_path, TEST + TRAIN + 3)
    result = evaluate_bundle(bundle_dir, examples, split="unseen", progress=False)
    assert result.main.rows.tolist() == [10, 11, 12]
    assert result.notes == []


def test_labels_that_arent_the_bundles_are_refused(bundle_dir: Path, examples: pd.DataFrame) -> None:
    examples["category"] = ["Shirt", "Rocket"] * ((TEST + TRAIN) // 2)
    with pytest.raises(TrainingDataError, match="classes are not the bundle's") as caught:
        evaluate_bundle(bundle_dir, examples, progress=False)
    assert "'Shirt' may be what the bundle calls 'Shirts'" in str(caught.value)
    assert "--label" in str(caught.value)


def test_a_source_that_the_split_doesnt_know_is_refused(bundle_dir: Path, examples: pd.DataFrame) -> None:
    examples["sha256"] = "0" * 64
    with pytest.raises(TrainingDataError, match="None of the 10 photos"):
        evaluate_bundle(bundle_dir, examples, progress=False)


def test_photos_that_are_all_unreadable_are_refused(bundle_dir: Path, examples: pd.DataFrame) -> None:
    for path in examples["path"]:
        Path(path).write_bytes(b"gone bad")
    with pytest.raises(TrainingDataError, match="None of the 6 test photos can be read"):
        evaluate_bundle(bundle_dir, examples, progress=False)


def test_a_bundle_without_a_split_is_refused(examples: pd.DataFrame) -> None:
    with pytest.raises(TrainingDataError, match="train"):
        evaluate_bundle(PRETRAINED_BUNDLE, examples, progress=False)


def test_another_split_is_refused(bundle_dir: Path, examples: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="split='train'"):
        evaluate_bundle(bundle_dir, examples, split="train", progress=False)
