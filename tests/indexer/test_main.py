"""``python -m indexer``: what people read."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog import Catalog
from indexer.__main__ import main
from indexer.errors import TRAINING_PACKAGES
from indexer.training.recipe import Recipe
from search.settings import PRETRAINED_BUNDLE
from tests.indexer.conftest import draw_photo


@pytest.mark.usefixtures("home")
def test_empty_catalogue_is_one_clear_line() -> None:
    """What to do, exit code 1, no traceback."""
    result = CliRunner().invoke(main, ["build"])
    assert result.exit_code == 1
    assert "Error: The catalogue has no product" in result.stderr
    assert "Traceback" not in result.output


def test_summary_has_counts_rejects_and_seconds(catalog: Catalog, shop: Path) -> None:
    """And the second run says that nothing was to do."""
    (shop.parent / "photos" / "disc-red-1.jpg").write_bytes(b"no photo")
    first = CliRunner().invoke(main, ["build"])
    assert first.exit_code == 0, first.output
    for part in ("published: 8 products, 15 photos", "embedded   15 photos, 0 known", "disc-red", "rejected   1 photo"):
        assert part in first.output
    second = CliRunner().invoke(main, ["build"])
    assert "is up to date" in second.output
    assert "embedded   0 photos, 15 known" in second.output


@pytest.mark.slow
def test_missing_development_photos_are_named(tmp_path: Path) -> None:
    """Pretraining without the data says what it needs before anything is computed."""
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"")
    arguments = ["pretrain", "--data", str(tmp_path), "--imagenet", str(weights), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, arguments)
    assert_is_one_line(result, "VITRINA_DATA")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "photos", "--out", "bundle"],
        ["evaluate", "bundle", "photos", "--report", "report"],
        ["check-labels"],
        ["appraise"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_without_the_packages_of_training_it_says_how_to_install_them(arguments: list[str]) -> None:
    """A web worker is installed without TensorFlow and pandas, and may be asked all the same."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({sorted(TRAINING_PACKAGES)})); "
        "from indexer.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: This needs the package ")
    assert "[train]" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def assert_is_one_line(result: Result, words: str) -> None:
    """An error as people should see it."""
    assert result.exit_code == 1
    *before, last = result.stderr.strip().splitlines()  # bars may have been there
    assert last.startswith("Error: ")
    assert words in last
    assert not [line for line in before if "rror" in line or "Traceback" in line]


@pytest.mark.parametrize("arguments", [[], ["photos", "--catalog"], ["--catalog", "--label", "colour"]])
def test_a_training_learns_from_a_source_or_the_catalogue(arguments: list[str], tmp_path: Path) -> None:
    """From one of them; the catalogue has its own labels."""
    result = CliRunner().invoke(main, ["train", "--out", str(tmp_path / "out"), *arguments])
    assert result.exit_code == 2
    assert "either a SOURCE" in result.stderr


def test_help_names_every_option_with_its_default() -> None:
    """What can be chosen in a training, and what is if nothing is."""
    result = CliRunner().invoke(main, ["train", "--help"], terminal_width=200)
    assert result.exit_code == 0
    for option in (
        *("--out", "--label", "--also", "--map", "--from", "--backbone", "--weights", "--image-size", "--epochs"),
        *("--batch-size", "--seed", "--set", "--resume"),
    ):
        assert option in result.output
    for default in ("default: category", "default: 224", f"default: {Recipe().batch_size}", "default: the shipped one"):
        assert default in result.output


@pytest.mark.usefixtures("home")
def test_training_on_one_class_is_one_clear_line(tmp_path: Path) -> None:
    """Before the work begins, which leaves nothing behind."""
    for seed in range(5):
        draw_photo(tmp_path / f"photos/Discs/{seed}.jpg", "disc", "red", seed=seed)
    arguments = ["train", str(tmp_path / "photos"), "--out", str(tmp_path / "trained" / "bundle")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.training.job.start_from_bundle", lambda _: None)
        result = CliRunner().invoke(main, arguments)
    assert_is_one_line(result, "at least two classes; there is only 'Discs'")
    assert not list((tmp_path / "trained").iterdir())


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "speed=3"], "no setting 'speed'"),
        (["--image-size", "100"], "image_size is 100; a multiple of 32"),
        (["--resume"], "no stopped training"),
        (["--backbone", "resnet-50"], "no backbone 'resnet-50'"),
    ],
)
def test_unusable_training_options_are_one_clear_line(arguments: list[str], words: str, tmp_path: Path) -> None:
    """Likewise."""
    draw_photo(tmp_path / "photos/Discs/0.jpg", "disc", "red")
    result = CliRunner().invoke(main, ["train", str(tmp_path / "photos"), "--out", str(tmp_path / "b"), *arguments])
    assert_is_one_line(result, words)


@pytest.mark.usefixtures("home")
def test_evaluating_without_a_split_is_one_clear_line(tmp_path: Path) -> None:
    """Nobody can tell what such a bundle was trained on."""
    shutil.copytree(PRETRAINED_BUNDLE, tmp_path / "bundle", ignore=shutil.ignore_patterns("split.csv", "*.keras"))
    draw_photo(tmp_path / "photos/Shirts/0.jpg", "disc", "red")
    arguments = ["evaluate", str(tmp_path / "bundle"), str(tmp_path / "photos"), "--report", str(tmp_path / "report")]
    result = CliRunner().invoke(main, arguments)
    assert_is_one_line(result, "split.csv, so nobody can tell which photos the model was trained on")
    assert not (tmp_path / "report").exists()
