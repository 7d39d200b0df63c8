"""The queue for the studio: flipped labels come first, with neighbours of both labels; copies are found."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from catalog import Catalog
from catalog.importing import import_source
from catalog.labels.corrections import CorrectionStore
from catalog.labels.label_issues import LabelIssueStore
from indexer.errors import EmptyCatalogError, LabelCheckRunningError
from indexer.labels import catalog_check as label_queue
from indexer.labels.catalog_check import check_catalog
from indexer.training.splitting import SPLIT_COLUMNS
from search.files import exclusive
from search.model.bundle import Bundle
from tests.indexer.tiny import draw_thing

ODD = "bars-7"  # labelled Blocks
DOUBTFUL = 0.5  # of the score: a few photos leave every judge in doubt


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """48 bars and blocks, one of bars labelled Blocks; a copy of a photo with its label, of another with the other."""
    folder = tmp_path_factory.mktemp("labels")
    lines = ["product_id,category,image,colour"]
    for shape, label in (("bars", "Bars"), ("block", "Blocks")):
        for number in range(24):
            product_id, colour = f"{shape}-{number}", ("black", "red")[number % 2]
            draw_thing(shape, colour, number, 120).save(folder / f"{product_id}.png")
            lines.append(f"{product_id},{'Blocks' if product_id == ODD else label},{product_id}.png,{colour}")
    for name, label in (("copy", "Bars"), ("liar", "Blocks")):
        shutil.copy(folder / f"bars-{0 if name == 'copy' else 1}.png", folder / f"{name}.png")
        lines.append(f"{name},{label},{name}.png,black")
    table = folder / "products.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


@pytest.fixture(scope="module")
def embedded(shop: Path, tmp_path_factory: pytest.TempPathFactory, bundle: Bundle) -> Path:
    """A data directory with the shop's catalogue, checked once, so that every photo is embedded."""
    home = tmp_path_factory.mktemp("checked")
    with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog, pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_HOME", str(home))
        import_source(catalog, shop, progress=False)
        check_catalog(catalog, bundle, home, max_score=DOUBTFUL, progress=False)
    return home


@pytest.fixture
def catalog(embedded: Path, home: Path):
    """A copy of it."""
    shutil.copytree(embedded, home)
    with Catalog.open() as opened:
        yield opened


def test_two_checks_at_once_are_refused(home: Path, bundle: Bundle) -> None:
    """One that the studio has started and one by cron would remove each other's decoded photos."""
    with Catalog.open() as empty:
        with exclusive(home / "cache" / "labels.lock"), pytest.raises(LabelCheckRunningError, match="Another check"):
            check_catalog(empty, bundle, home, progress=False)
        with pytest.raises(EmptyCatalogError):
            check_catalog(empty, bundle, home, progress=False)


def test_wrong_labels_come_first_in_the_queue(catalog: Catalog) -> None:
    """With what it probably is, and products of both labels to compare it with."""
    queue = LabelIssueStore(catalog.database)
    assert {one.product_id for one in queue.page("open", 2)} == {ODD, "liar"}
    first = queue.of_product(ODD)
    assert first is not None
    assert (first.given, first.predicted) == ("Blocks", "Bars")
    assert first.given_probability < 0.2 < 0.8 < first.predicted_probability
    assert [label for label, _ in first.top_k] == ["Bars", "Blocks"]
    assert len(first.given_neighbours) == len(first.predicted_neighbours) == label_queue.NEIGHBOURS
    products = catalog.products([*first.given_neighbours, *first.predicted_neighbours])
    assert {products[one].category for one in first.given_neighbours} == {"Blocks"}
    assert {products[one].category for one in first.predicted_neighbours} == {"Bars"}
    assert ODD not in first.given_neighbours
    check = queue.last_check()
    assert check is not None
    assert check.products == 50


def test_pictures_of_several_products_are_found(catalog: Catalog) -> None:
    """The copy with the same label is a duplicate, the one with another a conflict."""
    queue = LabelIssueStore(catalog.database)
    shown = {
        frozenset(one.product_id for one in queue.showing(picture.picture, 10)): picture.labels
        for picture in queue.pictures(100)
    }
    assert shown[frozenset({"bars-0", "copy"})] == 1
    assert shown[frozenset({"bars-1", "liar"})] == 2


def test_a_decided_label_is_learned_and_not_asked_about_again(catalog: Catalog, home: Path, bundle: Bundle) -> None:
    """The next check judges by what people said; nothing is embedded anew."""
    CorrectionStore(catalog.database).decide(ODD, "Bars", seen="Blocks", version=0, by="ana", predicted="Bars")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.corpus.embedding.embed_photos", None)
        check_catalog(catalog, bundle, home, max_score=DOUBTFUL, progress=False)
    queue = LabelIssueStore(catalog.database)
    assert ODD not in [one.product_id for one in queue.iter_open()]
    assert queue.counts()["decided"] == 0


def test_a_model_that_learned_these_photos_is_not_asked(catalog: Catalog, home: Path, bundle: Bundle) -> None:
    """It would repeat what it was told; the shipped one judges in its place."""
    trained = home / "trained"
    shutil.copytree(bundle.path, trained)
    own = Bundle.open(trained)
    sha256 = catalog.product(ODD).photos[0].sha256
    header = ",".join(SPLIT_COLUMNS)
    (trained / "split.csv").write_text(f"{header}\n{ODD}.png,{ODD},{sha256},train\n", encoding="utf-8")
    assert label_queue._choose_bundle(own, [sha256]).path == bundle.path
    assert label_queue._choose_bundle(own, ["0" * 64]).path == trained


def test_of_very_many_photos_a_share_is_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """An even one, but small classes whole: each must be known to be told."""
    monkeypatch.setattr(label_queue, "MOST_LEARNED", 1000)
    targets = np.repeat([0, 1], [9_950, 50])
    chosen = label_queue._choose_learned(targets)
    assert np.bincount(targets[chosen]).tolist() == [995, 50]
    assert label_queue._choose_learned(targets[:900]).all()


def test_of_too_many_photos_only_equal_files_are_found(
    catalog: Catalog, home: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comparing all with all would take days."""
    monkeypatch.setattr(label_queue, "MOST_COMPARED", 10)
    check_catalog(catalog, bundle, home, progress=False)
    assert LabelIssueStore(catalog.database).count_pictures() == 2


def test_an_empty_catalogue_is_told(home: Path, bundle: Bundle) -> None:
    """And what to do about it."""
    with Catalog.open() as catalog, pytest.raises(EmptyCatalogError, match="catalog import"):
        check_catalog(catalog, bundle, home, progress=False)


def test_one_class_alone_can_not_be_judged(tmp_path: Path, home: Path, bundle: Bundle) -> None:
    """Nothing is suspicious then; duplicates are still found."""
    (tmp_path / "photos" / "Blocks").mkdir(parents=True)
    for name in "ab":
        draw_thing("block", "red", 1).save(tmp_path / "photos" / "Blocks" / f"{name}.png")
    with Catalog.open() as catalog:
        import_source(catalog, tmp_path / "photos", progress=False)
        report = check_catalog(catalog, bundle, home, progress=False)
    assert (report.issues, report.pictures, report.check.products) == (0, 1, 0)
