"""Evaluating a catalogue: who is predicted by whom, what lies on disk afterwards, what a kill or a bad one does."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from filelock import FileLock

import indexer.evaluation.catalog_evaluation as evaluation_module
from catalog import Catalog
from catalog.importing import import_source
from indexer.__main__ import main
from indexer.errors import EmptyCatalogError, EvaluationRunningError, TrainingDataError
from indexer.evaluation.catalog_evaluation import evaluate_catalog
from indexer.evaluation.cross_validation import cross_validate, predict_held_out
from search.model.bundle import SPLIT, Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import stored_views
from search.model_quality.catalog_evaluation import HELD_OUT, OUT_OF_FOLD, CatalogEvaluation, CatalogEvaluations
from search.model_quality.predictions import PhotoQuestion, find_photos
from search.photo import open_photo
from search.settings import PRETRAINED_BUNDLE
from tests.indexer.conftest import draw_shop

DISCS, BLOCKS = "Shirts", "Jeans"  # categories that the shipped model knows


@pytest.fixture
def known_shop(shop: Path) -> Path:
    """The shop under category names that the shipped model's own classifier has."""
    shop.write_text(shop.read_text().replace("Discs", DISCS).replace("Blocks", BLOCKS))
    return shop


@pytest.fixture
def known_catalog(known_shop: Path, home: Path) -> Iterator[Catalog]:
    with Catalog.open() as catalog:
        import_source(catalog, known_shop, progress=False)
        yield catalog


def split_photos(catalog: Catalog, folder: Path, side_of: dict[str, str]) -> Bundle:
    """The shipped bundle as if it had been trained on this catalogue: each product on a side (else train)."""
    shutil.copytree(PRETRAINED_BUNDLE, folder, ignore=shutil.ignore_patterns("*.keras"))
    lines = ["image,product_id,sha256,split"]
    for product in catalog.iter_products():
        side = side_of.get(product.product_id, "train")
        lines += [f"{photo.path.name},{product.product_id},{photo.sha256},{side}" for photo in product.photos]
    (folder / SPLIT).write_text("\n".join(lines) + "\n")
    return Bundle.open(folder)


@pytest.fixture
def trained(known_catalog: Catalog, tmp_path: Path) -> Bundle:
    """Two products held out for the test, one for validation."""
    sides = {"disc-red": "test", "block-blue": "test", "disc-green": "validation"}
    return split_photos(known_catalog, tmp_path / "bundle", sides)


def read_all(evaluation: CatalogEvaluation) -> list:
    return list(find_photos(evaluation.path / "predictions.parquet", PhotoQuestion(), 1000).predictions)


def test_held_out_photos_are_judged_by_the_model_that_left_them_out(
    known_catalog: Catalog, trained: Bundle, home: Path
) -> None:
    """Four test photos of sixteen, with the probabilities that the model's own classifier gives a stored photo."""
    found = evaluate_catalog(known_catalog, trained, home, progress=False)
    assert (found.method, found.split, found.folds) == (HELD_OUT, "test", None)
    assert (found.products, found.photos, found.judged) == (8, 16, 4)
    assert found.left_out == {"learned": 10, "other_side": 2}
    predictions = read_all(found)
    assert [one.product_id for one in predictions] == ["block-blue"] * 2 + ["disc-red"] * 2
    assert [one.actual for one in predictions] == [BLOCKS] * 2 + [DISCS] * 2
    photo = known_catalog.product("disc-red").photos[0]
    seen = Embedder(trained).embed_views(stored_views(open_photo(photo.path))).probabilities["category"][0]
    labels = trained.heads["category"].labels
    told = next(one for one in predictions if one.sha256 == photo.sha256)
    assert told.predicted == labels[seen.argmax()]
    assert told.probability == pytest.approx(seen.max(), abs=1e-5)
    assert told.given_probability == pytest.approx(seen[labels.index(DISCS)], abs=1e-5)


def test_without_test_photos_those_of_validation_are_judged(known_catalog: Catalog, tmp_path: Path, home: Path) -> None:
    """A training may do without a test part; the summary says which photos it was."""
    bundle = split_photos(known_catalog, tmp_path / "bundle", {"disc-green": "validation"})
    found = evaluate_catalog(known_catalog, bundle, home, progress=False)
    assert (found.split, found.judged) == ("validation", 2)


def test_a_photo_that_was_also_learned_from_is_not_judged(known_catalog: Catalog, trained: Bundle, home: Path) -> None:
    """The same file twice in the split, once for the test and once for training."""
    photo = known_catalog.product("disc-red").photos[0]
    with (trained.path / SPLIT).open("a") as split:
        split.write(f"copy.jpg,elsewhere,{photo.sha256},train\n")
    found = evaluate_catalog(known_catalog, trained, home, progress=False)
    assert found.judged == 3
    assert photo.sha256 not in {one.sha256 for one in read_all(found)}


def test_a_split_of_other_labels_says_nothing_about_the_catalogue(
    catalog: Catalog, tmp_path: Path, bundle: Bundle
) -> None:
    """The model never heard of "Discs"; so its split is no reason to judge its own classifier."""
    foreign = split_photos(catalog, tmp_path / "bundle", {"disc-red": "test"})
    examples = pd.DataFrame(
        [
            (photo.path, product.product_id, photo.sha256, product.category)
            for product in catalog.iter_products()
            for photo in product.photos
        ],
        columns=["path", "product_id", "sha256", "category"],
    )
    assert predict_held_out(foreign, examples, progress=False) is None
    assert predict_held_out(bundle, examples, progress=False) is None


@pytest.mark.slow
def test_a_catalogue_of_its_own_categories_is_judged_out_of_fold(catalog: Catalog, bundle: Bundle, home: Path) -> None:
    """All sixteen photos, each product by a head that learned from others; discs and blocks are told apart."""
    found = evaluate_catalog(catalog, bundle, home, folds=2, progress=False)
    assert (found.method, found.split, found.folds) == (OUT_OF_FOLD, None, 2)
    assert (found.judged, found.left_out, found.labels) == (16, {}, ("Blocks", "Discs"))
    assert found.accuracy > 0.8
    assert found.accuracy_interval[0] < found.accuracy <= found.accuracy_interval[1]
    assert found.macro_f1_interval[0] <= found.macro_f1 <= found.macro_f1_interval[1]
    assert sum(photos for _, _, photos in found.confusion) == 16
    predictions = read_all(found)
    assert [one.product_id for one in predictions] == sorted(one.product_id for one in predictions)
    assert predictions[0].image.startswith("block-black-")
    assert sum(one.correct for one in predictions) == found.correct


@pytest.mark.slow
def test_photos_that_are_gone_are_counted_out_of_fold_too(catalog: Catalog, bundle: Bundle, home: Path) -> None:
    """The page said that all photos of the catalogue were judged."""
    products = list(catalog.iter_products())
    products[0].photos[0].path.unlink()
    products[1].photos[0].path.write_bytes(b"no photo")
    found = evaluate_catalog(catalog, bundle, home, progress=False)
    assert (found.method, found.products, found.photos) == (OUT_OF_FOLD, 8, 16)
    assert (found.judged, found.left_out) == (14, {"unreadable": 2})


def test_photos_that_are_gone_are_counted_where_photos_were_held_out(
    known_catalog: Catalog, trained: Bundle, home: Path
) -> None:
    """Of the photos that were learned from as well."""
    known_catalog.product("disc-red").photos[0].path.unlink()
    known_catalog.product("block-green").photos[0].path.unlink()
    found = evaluate_catalog(known_catalog, trained, home, progress=False)
    assert (found.method, found.photos, found.judged) == (HELD_OUT, 16, 3)
    assert sum(found.left_out.values()) + found.judged == 16


def test_out_of_fold_nothing_is_judged_by_what_learned_it() -> None:
    """Labels of pure chance that only the group gives away: a leak of one photo of a group would make all right."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(60), 3)
    vectors = np.eye(60, dtype=np.float32)[groups]
    categories = np.array(["coat", "shoe"], object)[rng.permutation(60) % 2][groups]
    judged = cross_validate(vectors, pd.DataFrame({"category": categories}), groups, folds=2, progress=False)
    assert len(judged.rows) == 180
    assert (judged.top_k.predicted == judged.targets).mean() < 0.8


@pytest.mark.slow
def test_a_class_of_one_product_is_not_judged(bundle: Bundle) -> None:
    """Without that product nothing shows what the class is; its mistake would say nothing."""
    groups = np.arange(9)
    vectors = np.eye(4, dtype=np.float32)[[0] * 4 + [1] * 4 + [2]]
    examples = pd.DataFrame({"category": ["coat"] * 4 + ["shoe"] * 4 + ["hat"]})
    judged = cross_validate(vectors, examples, groups, folds=2, progress=False)
    assert judged.rows.tolist() == list(range(8))
    assert judged.left_out == {"alone": 1}
    assert judged.labels == ("coat", "hat", "shoe")
    assert (judged.top_k.predicted == judged.targets).all()


def test_one_category_is_refused_in_words() -> None:
    examples = pd.DataFrame({"category": ["coat"] * 3})
    with pytest.raises(TrainingDataError, match="All products are in the category 'coat'"):
        cross_validate(np.eye(3, dtype=np.float32), examples, np.arange(3), progress=False)


def test_one_product_a_category_is_refused_in_words() -> None:
    examples = pd.DataFrame({"category": ["coat", "coat", "shoe"]})
    with pytest.raises(TrainingDataError, match="one product only"):
        cross_validate(np.eye(3, dtype=np.float32), examples, np.array([0, 0, 1]), progress=False)


def test_an_empty_catalogue_says_what_to_do(home: Path, bundle: Bundle) -> None:
    with Catalog.open() as empty, pytest.raises(EmptyCatalogError, match="catalog import"):
        evaluate_catalog(empty, bundle, home, progress=False)
    assert CatalogEvaluations(home / "appraisals").ids() == []


def test_two_at_once_are_refused(known_catalog: Catalog, trained: Bundle, home: Path) -> None:
    (home / "appraisals").mkdir(parents=True)
    with FileLock(home / "appraisals" / ".lock"), pytest.raises(EvaluationRunningError, match="Another evaluation"):
        evaluate_catalog(known_catalog, trained, home, progress=False)
    assert evaluate_catalog(known_catalog, trained, home, progress=False).judged == 4


@pytest.mark.parametrize("where", ["pq.write_table", "os.fsync", "read_evaluation"])
def test_stopped_anywhere_while_writing_leaves_whole_evaluations_only(
    known_catalog: Catalog, trained: Bundle, home: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The earlier ones, or these and the new one; what was left half is gone with the next run."""
    first = evaluate_catalog(known_catalog, trained, home, progress=False)
    *path, name = where.split(".")
    owner = getattr(evaluation_module, path[0]) if path else evaluation_module
    original = getattr(owner, name)

    def stop(*args: object, **options: object) -> None:
        original(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, stop)
        with pytest.raises(KeyboardInterrupt):
            evaluate_catalog(known_catalog, trained, home, progress=False)
    shelf = CatalogEvaluations(home / "appraisals")
    assert len(shelf.ids()) == (2 if where == "read_evaluation" else 1)
    assert all(read_all(shelf.open(one)) for one in shelf.ids())
    second = evaluate_catalog(known_catalog, trained, home, progress=False)
    assert shelf.ids()[0] == second.id > first.id
    assert not list(shelf.directory.glob("*.partial"))


@pytest.mark.slow
def test_a_killed_evaluation_holds_nobody_up(known_catalog: Catalog, trained: Bundle, home: Path) -> None:
    """Killed with -9 while it holds the lock: no half evaluation, and the next one begins at once."""
    command = [sys.executable, "-m", "indexer", "evaluate-catalog"]
    environment = {**os.environ, "VITRINA_BUNDLE": str(trained.path)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lock, deadline = home / "appraisals" / ".lock", time.monotonic() + 120
    while not lock.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert CatalogEvaluations(home / "appraisals").ids() == []
    assert evaluate_catalog(known_catalog, trained, home, progress=False).judged == 4


def test_the_command_says_how_it_was_judged(
    known_catalog: Catalog, trained: Bundle, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And on how many photos; and of a catalogue with one category that there is nothing to tell apart."""
    monkeypatch.setenv("VITRINA_BUNDLE", str(trained.path))
    result = CliRunner().invoke(main, ["evaluate-catalog"])
    assert result.exit_code == 0, result.output
    assert "on 4 of 16 photos, held out by its training (test)" in result.output
    assert "accuracy" in result.output


@pytest.mark.parametrize("name", ["evaluate-catalog", "appraise"])
def test_the_command_has_its_first_name_too(
    known_catalog: Catalog, trained: Bundle, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Scripts and timers of shops that were written for it go on working; the help names the command once."""
    monkeypatch.setenv("VITRINA_BUNDLE", str(trained.path))
    assert CliRunner().invoke(main, [name]).exit_code == 0
    assert len(CatalogEvaluations(home / "appraisals").ids()) == 1
    assert "appraise" not in CliRunner().invoke(main, ["--help"]).output


def test_one_category_is_one_clear_line(tmp_path: Path, home: Path) -> None:
    """No traceback, exit code 1, nothing written."""
    table = draw_shop(tmp_path / "one")
    table.write_text(table.read_text().replace("Blocks", "Discs"))
    with Catalog.open() as catalog:
        import_source(catalog, table, progress=False)
    result = CliRunner().invoke(main, ["evaluate-catalog"])
    assert result.exit_code == 1
    assert result.stderr.strip().splitlines()[-1].startswith("Error: All products are in the category 'Discs'")
    assert CatalogEvaluations(home / "appraisals").ids() == []
