"""Training a bundle: from photos to files that open, or to words that say why not."""

import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from catalog import Catalog
from catalog.importing import import_source
from catalog.labels.corrections import CorrectionStore
from indexer.errors import TrainingDataError
from indexer.training import bundle as bundle_module
from indexer.training import job, training_set
from indexer.training import trainer as trainer_module
from indexer.training.bundle import TrainingReport
from indexer.training.job import TrainingOptions
from indexer.training.recipe import Recipe
from indexer.training.splitting import read_split
from search.model.bundle import SPLIT, Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels, stored_views
from search.photo import open_photo
from tests.indexer.tiny import SHAPES, SIDE, build_tiny, draw_thing, write_table
from tests.indexer.training.tiny_bundles import RECIPE, train

EACH = 12  # photos of a shape, two a group
NO_DEPRECATION = "ignore:__array__ implementation:DeprecationWarning"  # Keras, reading its own variables


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = write_table(tmp_path_factory.mktemp("source"), EACH)
    (table.parent / "photos" / "bars-5.png").write_bytes(b"no photo")
    return table


@pytest.fixture(scope="module")
def report(source: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingReport:
    """Of a training that nothing disturbed."""
    return train(source, tmp_path_factory.mktemp("trained") / "bundle")


@pytest.fixture
def no_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training's steps move nothing, which is quick."""
    monkeypatch.setattr(trainer_module.Trainer, "_take_step", lambda *_: (np.float32(0), np.float32(0)))


@pytest.mark.slow
@pytest.mark.filterwarnings(NO_DEPRECATION)
def test_bundle_opens_and_says_what_it_is(report: TrainingReport) -> None:
    """Its labels, the photos' counts, the figures, a card; nothing else is left behind."""
    bundle = Bundle.open(report.out)
    assert {name: head.labels for name, head in bundle.heads.items()} == {
        "category": SHAPES,
        "colour": ("black", "red"),
    }
    assert (bundle.name, bundle.backbone, bundle.image_size) == ("bundle", "tiny", SIDE)
    assert sum(report.photos.values()) == len(SHAPES) * (EACH + 1) - 1
    assert [Path(path).name for path in report.unreadable] == ["bars-5.png"]
    assert report.leaks == {"validation": 0, "test": 0}
    description = json.loads((report.out / "model.json").read_text())
    assert description["training"]["photos"] == report.photos
    recipe = description["training"]["recipe"]
    assert (recipe["epochs"], recipe["keep_start"]) == (2, 0.0), "nothing is kept of weights that know no products"
    assert [entry["epoch"] for entry in description["training"]["history"]] == [1, 2]
    assert set(report.metrics) == {"validation_category_accuracy", "validation_colour_accuracy", "litert_parity"}
    card = (report.out / "card.md").read_text()
    for count, split in zip(report.photos.values(), ("train", "validation", "test"), strict=True):
        assert f"{count} {split}" in card
    assert "a tiny network" in card
    assert "bars, block, steps" in card
    assert [path.name for path in sorted(report.out.parent.iterdir())] == ["bundle", "cache"]


@pytest.mark.slow
@pytest.mark.filterwarnings(NO_DEPRECATION)
def test_vector_has_general_style_and_palette_parts(report: TrainingReport, source: Path) -> None:
    """In that order; with the usual weights, and spreads that were measured on the photos that were learned from."""
    bundle = Bundle.open(report.out)
    assert [(part.name, part.dim) for part in bundle.balance.parts] == [
        ("general", 256),
        ("style", 64),
        ("palette", 192),
    ]
    assert bundle.balance.weights == tuple(bundle_module.PART_WEIGHTS.values())
    learned = read_split(report.out / SPLIT).query("split == 'train'")["product_id"]
    photos = {path.stem: path for path in (source.parent / "photos").iterdir()}
    embedder = Embedder(bundle)
    vectors = np.concatenate([embedder.embed_views(stored_views(open_photo(photos[one]))).vectors for one in learned])
    for part, piece in zip(bundle.balance.parts, np.split(vectors, [256, 320], axis=1), strict=True):
        scores = (piece @ piece.T)[np.triu_indices(len(piece), 1)]
        assert part.spread == pytest.approx(scores.std(), rel=0.15), (
            part.name
        )  # those were of photos scaled down before


@pytest.mark.slow
@pytest.mark.filterwarnings(NO_DEPRECATION)
def test_general_part_is_what_the_start_knew(report: TrainingReport, source: Path) -> None:
    """Nothing that is learned changes how alike its features find two photos."""
    pixels, vectors = embed(report.out, source)
    start = build_tiny()
    features = keras.Model(start.input, start.outputs[1]).predict(pixels.astype(np.float32), verbose=0)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    general = vectors[:, :256]
    assert general @ general.T == pytest.approx(features @ features.T, abs=2e-3)


@pytest.mark.slow
@pytest.mark.filterwarnings(NO_DEPRECATION)
@pytest.mark.usefixtures("no_steps")
@pytest.mark.parametrize("wanted", [True, False])
def test_corrected_labels_are_learned(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    """The bundle says how many, and its split which label each photo was learned with; unless they are left out."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    with Catalog.open() as catalog:
        import_source(catalog, source, progress=False)
        CorrectionStore(catalog.database).decide("bars-2", "steps", seen="bars", version=0, by="ana")
        import_source(catalog, source, progress=False)
    report = train(source, tmp_path / "bundle", recipe=replace(RECIPE, fit_epochs=0), corrections=wanted)
    assert (report.corrections.products, report.corrections.photos) == ((1, 1) if wanted else (0, 0))
    description = json.loads((report.out / "model.json").read_text())
    assert description["training"]["corrections"]["products"] == int(wanted)
    label_of = read_split(report.out / SPLIT).set_index("product_id")["label"]
    assert label_of["bars-2"] == ("steps" if wanted else "bars")
    assert label_of["bars-3"] == "bars"


@pytest.mark.slow
@pytest.mark.filterwarnings(NO_DEPRECATION)
def test_nothing_that_looks_the_same_is_on_two_sides(report: TrainingReport, source: Path) -> None:
    """Neither a group nor the copy of a photo that was saved anew; what was unreadable is on none."""
    split = read_split(report.out / SPLIT)
    assert split["split"].value_counts().to_dict() == report.photos
    group_of = pd.read_csv(source).set_index("product_id")["group_id"]
    groups = split.assign(group_id=split["product_id"].map(group_of))
    assert (groups.groupby("group_id")["split"].nunique() == 1).all()
    side_of = split.set_index("product_id")["split"]
    assert all(side_of[f"{shape}-copy"] == side_of[f"{shape}-0"] for shape in SHAPES)
    assert "bars-5" not in side_of
    for side in ("train", "validation", "test"):
        assert set(side_of[side_of == side].index.str.partition("-").get_level_values(0)) == set(SHAPES)


def embed(out: Path, source: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of a few photos, and the bundle's vectors of them."""
    paths = sorted((source.parent / "photos").glob("*-1*.png"))
    pixels = np.stack([image_to_pixels(open_photo(path), SIDE) for path in paths])
    return pixels, Embedder(Bundle.open(out)).embed(pixels).vectors


@pytest.mark.slow
@pytest.mark.filterwarnings(NO_DEPRECATION)
def test_keras_and_litert_agree(report: TrainingReport, source: Path) -> None:
    """On photos, as the report says of others."""
    pixels, vectors = embed(report.out, source)
    outputs = keras.saving.load_model(report.out / "classifier.keras").predict(pixels.astype(np.float32), verbose=0)
    parts = Bundle.open(report.out).balance.parts
    full = np.concatenate([outputs[part.name] for part in parts], axis=1)
    assert (vectors * full).sum(axis=1).min() / len(parts) > 0.999
    assert report.metrics["litert_parity"] > 0.999


@pytest.mark.slow
@pytest.mark.filterwarnings(NO_DEPRECATION)
def test_stopped_training_goes_on_to_the_same_end(
    report: TrainingReport, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the middle, it doesn't begin anew over what it has, doesn't take another source, and ends the same."""
    out, saves, save = tmp_path / "bundle", [], bundle_module.save_checkpoint

    def save_and_stop(path: Path, state: dict[str, np.ndarray]) -> None:
        save(path, state)
        saves.append(path)
        if len(saves) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trainer_module, "CHECKPOINT_SECONDS", -1.0)
        patch.setattr(bundle_module, "save_checkpoint", save_and_stop)
        with pytest.raises(KeyboardInterrupt):
            train(source, out)
    assert not out.exists()
    with pytest.raises(TrainingDataError, match=r"bundle.training holds a training that was stopped.*--resume"):
        train(source, out)
    with pytest.raises(TrainingDataError, match=r"learns from .*products.csv, not from .*other.csv"):
        train(source.with_name("other.csv"), out, resume=True)
    again = train(source, out, resume=True, recipe=Recipe(epochs=7), label="colour")  # which it doesn't heed
    assert again.photos == report.photos
    assert again.metrics == pytest.approx(report.metrics, abs=1e-3)
    one, other = (Bundle.open(place) for place in (out, report.out))
    assert one.neighbours == other.neighbours
    assert one.novelty is not None
    assert other.novelty is not None
    assert one.novelty.threshold == pytest.approx(other.novelty.threshold, abs=0.01)
    np.testing.assert_allclose(embed(out, source)[1], embed(report.out, source)[1], atol=5e-3)
    assert (out / SPLIT).read_bytes() == (report.out / SPLIT).read_bytes()
    assert not (tmp_path / "bundle.training").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("no_steps")
def test_settings_of_a_stopped_training_must_fit_its_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos that were exchanged since are noticed before a step is taken."""
    source, out = write_table(tmp_path, 8), tmp_path / "bundle"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bundle_module.Validator, "validate", lambda *_: {"score": 0.5})
    monkeypatch.setattr(bundle_module.Validator, "calibrate", stop)
    with pytest.raises(KeyboardInterrupt):
        train(source, out, recipe=replace(RECIPE, fit_epochs=0))
    assert (tmp_path / "bundle.training" / "checkpoint.npz").is_file()
    draw_thing("steps", "red", 999, 90).save(tmp_path / "photos" / "steps-1.png")
    with pytest.raises(TrainingDataError, match=r"are not those that the training in .* was begun with"):
        train(source, out, resume=True)
    assert (tmp_path / "bundle.training" / "checkpoint.npz").is_file(), "what was learned is kept all the same"


@pytest.mark.slow
def test_random_weights_are_those_of_the_seed() -> None:
    """A training that goes on needs the still layers that it was begun with."""
    options = TrainingOptions(backbone="mobilenet")
    one, other = (job.open_start(options, RECIPE).backbone.get_weights()[0] for _ in range(2))
    assert one.std() > 0
    assert np.array_equal(one, other)


def test_marked_products_are_read_as_masks(tmp_path: Path) -> None:
    """Dark is the product; white around a picture that is no square, and lines without a picture, are none."""
    picture = np.full((60, 30), 255, np.uint8)
    picture[20:40, 10:20] = 0
    Image.fromarray(picture).save(tmp_path / "one.mask.png")
    examples = pd.DataFrame({"mask": [None, str(tmp_path / "one.mask.png"), float("nan")]})
    masks = training_set.read_masks(examples, 60)
    assert set(masks) == {1}
    expected = np.zeros((60, 60), bool)
    expected[20:40, 25:35] = True
    assert np.array_equal(masks[1], expected)
    assert training_set.read_masks(examples.drop(columns="mask"), 60) == {}
