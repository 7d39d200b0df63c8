"""The stream of batches."""

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from indexer.network.fork import split_at_fork
from indexer.network.projection_heads import SMALL_FACTOR
from indexer.training.batches import FrozenLayers, TrainingPhotos, epoch_batches, steps_per_epoch
from indexer.training.losses import MISSING_LABEL
from indexer.training.recipe import Recipe
from indexer.training.scenes import packshot_backgrounds
from tests.indexer.tiny import SIDE, build_tiny, draw_things

RECIPE = Recipe(image_size=SIDE, train_size=SIDE, batch_size=4, seed=3)


@pytest.fixture(scope="module")
def photos() -> TrainingPhotos:
    """Thirteen of fifteen photos, in another order than they lie in; each photo's number is its label."""
    rows = np.array([14, *range(12)])
    targets = {"category": rows.astype(np.int32), "colour": np.full(13, MISSING_LABEL, np.int32)}
    return TrainingPhotos.prepare(draw_things(5, side=72)[0], rows, targets, progress=False)


def read(photos: TrainingPhotos, epoch: int = 0, first: int = 0, recipe: Recipe = RECIPE) -> list[dict[str, Any]]:
    batches = epoch_batches(photos, recipe, epoch, first, lambda views: views)
    return [{name: value.numpy() for name, value in batch.items()} for batch in batches]


@pytest.fixture(scope="module")
def batches(photos: TrainingPhotos) -> list[dict[str, Any]]:
    return read(photos)


def assert_equal(ones: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    for one, other in zip(ones, others, strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert np.array_equal(value, other[name]), name


def test_batch_has_two_views_of_each_photo(photos: TrainingPhotos, batches: list[dict[str, Any]]) -> None:
    """First views, second views in the same order, small versions of both, where the product is, and the labels."""
    assert len(photos) == 13
    assert len(batches) == steps_per_epoch(13, 4) == 3
    for batch in batches:
        assert batch["entered"].shape == (8, SIDE, SIDE, 3)
        assert batch["small"].shape == (8, SIDE // SMALL_FACTOR, SIDE // SMALL_FACTOR, 3)
        block = batch["entered"][5, :SMALL_FACTOR, SMALL_FACTOR : 2 * SMALL_FACTOR]
        assert batch["small"][5, 0, 1] == pytest.approx(block.mean(axis=(0, 1)), abs=0.01)
        assert batch["shown"].shape == (8, SIDE // SMALL_FACTOR, SIDE // SMALL_FACTOR)
        assert batch["marked"].tolist() == [1.0] * 8, "these are all packshots"
        assert (batch["target_colour"] == MISSING_LABEL).all()
        views = batch["entered"].reshape(2, 4, -1, 3)
        assert (views[0] != views[1]).any(axis=(1, 2)).all()
    seen = np.concatenate([batch["target_category"] for batch in batches])
    assert len(set(seen.tolist())) == 12
    assert set(seen.tolist()) < {14, *range(12)}


def test_views_show_the_photo_of_the_label() -> None:
    """In both halves: of plain photos of one colour each, the colour tells which it is."""
    pixels = np.repeat(np.arange(0, 250, 10, dtype=np.uint8)[:, None], 16 * 16 * 3, axis=1).reshape(-1, 16, 16, 3)
    rows = np.arange(3, 21)
    photos = TrainingPhotos.prepare(pixels, rows, {"category": rows.astype(np.int32)}, progress=False)
    for batch in read(photos, recipe=Recipe(train_size=32, batch_size=6, erasing=0.0)):
        middles = batch["entered"][:, 14:18, 14:18].mean(axis=(1, 2, 3))
        expected = 10.0 * np.tile(batch["target_category"], 2)
        assert (np.abs(middles / expected - 1) < 0.35).all()  # brighter or darker, and a slight cast


def test_same_seed_and_epoch_give_the_same_batches(photos: TrainingPhotos, batches: list[dict[str, Any]]) -> None:
    """To the last bit."""
    assert_equal(read(photos), batches)


def test_going_on_at_a_step_gives_what_would_have_come(photos: TrainingPhotos, batches: list[dict[str, Any]]) -> None:
    """The rest of the epoch, nothing twice and nothing left out."""
    assert_equal(read(photos, first=1), batches[1:])
    assert_equal(read(photos, first=3), [])


@pytest.mark.slow
def test_other_epochs_and_seeds_are_others(photos: TrainingPhotos, batches: list[dict[str, Any]]) -> None:
    """Another order and other views of the same photo."""
    for other in (read(photos, epoch=1), read(photos, recipe=Recipe(train_size=SIDE, batch_size=4, seed=4))):
        order, before = (np.concatenate([batch["target_category"] for batch in one]) for one in (other, batches))
        assert order.tolist() != before.tolist()
        known = {label: batches[row // 4]["entered"][row % 4] for row, label in enumerate(before.tolist())}
        for row, label in enumerate(order.tolist()):
            assert label not in known or (other[row // 4]["entered"][row % 4] != known[label]).any()


def test_largest_seed_is_no_trouble(photos: TrainingPhotos) -> None:
    """Seeds of TensorFlow have 32 bits."""
    recipe = Recipe(train_size=SIDE, batch_size=4, seed=2**31 - 1)
    assert len(list(islice(epoch_batches(photos, recipe, 5, 2, lambda views: views), 1))) == 1


def test_fewer_photos_than_a_batch_are_one_batch(photos: TrainingPhotos) -> None:
    """Of all of them."""
    batches = read(photos, recipe=Recipe(train_size=32, batch_size=48))
    assert [batch["entered"].shape for batch in batches] == [(26, 32, 32, 3)]


@pytest.mark.slow
def test_scenes_are_laid_behind_second_views_only(photos: TrainingPhotos) -> None:
    """As often as the recipe says: the first view stays a packshot."""
    none, half, all_of_them = (
        read(photos, recipe=Recipe(train_size=SIDE, batch_size=13, street=share))[0]["entered"].reshape(2, 13, -1)
        for share in (0.0, 0.5, 1.0)
    )
    assert (half[0] == none[0]).all()
    assert (all_of_them[0] == none[0]).all()
    assert (all_of_them[1] != none[1]).mean(axis=1).min() > 0.2
    assert 2 <= (half[1] != none[1]).any(axis=1).sum() <= 11


def test_backgrounds_are_kept_to_the_pixel(photos: TrainingPhotos) -> None:
    """Packed eight to a byte; a side that can't be packed so is refused."""
    unpacked = np.unpackbits(photos.backgrounds, axis=2) * np.uint8(255)
    assert (unpacked == packshot_backgrounds(photos.pixels[photos.rows])).all()
    with pytest.raises(ValueError, match="multiple of 8"):
        TrainingPhotos.prepare(np.zeros((1, 20, 20, 3), np.uint8), np.arange(1), {}, progress=False)


def test_second_view_is_of_another_photo_of_the_product() -> None:
    """Never of the same photo where the product has others, of which each comes; equal seeds give equal ones."""
    products = np.array([7, 3, 7, 5, 7, 3, 9])
    pixels = np.zeros((7, 8, 8, 3), np.uint8)
    photos = TrainingPhotos.prepare(pixels, np.arange(7), {}, products=products, progress=False)
    places = np.tile(np.arange(7), 200)
    others = photos.other_views(places, np.random.default_rng(0))
    assert (products[others] == products[places]).all()
    found = {place: set(others[places == place].tolist()) for place in range(7)}
    assert found == {0: {2, 4}, 2: {0, 4}, 4: {0, 2}, 1: {5}, 5: {1}, 3: {3}, 6: {6}}
    of_first, counts = np.unique(others[places == 0], return_counts=True)
    assert of_first.tolist() == [2, 4]
    assert counts.min() > 70, "as often as one another"
    assert np.array_equal(others, photos.other_views(places, np.random.default_rng(0)))
    some = np.array([4, 1])
    assert products[photos.other_views(some, np.random.default_rng(1))].tolist() == [7, 3], "in any order"


def test_batches_pair_photos_of_one_product() -> None:
    """Of products of a dark and a light photo each, every pair of views has one of either."""
    shades = np.tile(np.array([60, 200], np.uint8), 6)
    pixels = np.broadcast_to(shades[:, None, None, None], (12, 16, 16, 3)).copy()
    products = np.arange(12) // 2
    targets = {"category": products.astype(np.int32)}
    photos = TrainingPhotos.prepare(pixels, np.arange(12), targets, products=products, progress=False)
    for batch in read(photos, recipe=Recipe(train_size=32, batch_size=6, erasing=0.0)):
        dark = batch["entered"][:, 14:18, 14:18].mean(axis=(1, 2, 3)) < 125
        assert (dark[:6] != dark[6:]).all()


@pytest.mark.slow
def test_shown_says_how_much_of_a_pixel_is_the_products(photos: TrainingPhotos) -> None:
    """All of it where the view is dark, nothing where it is white; also where the white is laid over by a scene."""
    plain, laid = (
        read(photos, recipe=Recipe(train_size=SIDE, batch_size=13, erasing=0.0, street=share))[0]
        for share in (0.0, 1.0)
    )
    assert plain["shown"].min() == 0
    assert plain["shown"].max() == 1
    assert np.array_equal(plain["shown"], laid["shown"])
    light = plain["small"].min(axis=3)
    brightest = light.max(axis=(1, 2), keepdims=True)
    assert (light < 0.95 * brightest)[plain["shown"] == 1].mean() > 0.99
    assert (light > 0.9 * brightest)[plain["shown"] == 0].mean() > 0.99


def test_photos_whose_product_nobody_knows_are_not_marked() -> None:
    """Such as those taken in a room; those whose product somebody has marked are, by what was marked."""
    pixels = np.full((2, SIDE, SIDE, 3), 90, np.uint8)
    mask = np.zeros((SIDE, SIDE), bool)
    mask[16:48, 24:40] = True
    photos = TrainingPhotos.prepare(pixels, np.arange(2), {}, masks={1: mask}, progress=False)
    assert photos.worn.tolist() == [False, True]
    assert not photos.backgrounds[0].any()
    assert np.array_equal(np.unpackbits(photos.backgrounds[1], axis=1) == 0, mask)
    limits = Recipe(train_size=SIDE, batch_size=2, tilt=0.0, perspective=0.0, smallest_view=1.0)
    order = np.random.default_rng([limits.seed, 0]).permutation(2)
    (batch,) = read(photos, recipe=limits)
    marked = dict(zip(order.tolist(), batch["marked"].reshape(2, 2).T.tolist(), strict=True))
    assert marked == {0: [0.0, 0.0], 1: [1.0, 1.0]}
    row = int(np.flatnonzero(order == 1)[0])
    assert batch["shown"][row].mean() == pytest.approx(mask.mean(), rel=0.35)


@pytest.mark.slow
def test_worn_things_are_laid_elsewhere_in_both_views() -> None:
    """Now and then, whatever the recipe says of packshots: 0.4 of the time."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (48, 32, 32, 3), dtype=np.uint8)
    mask = np.zeros((32, 32), bool)
    mask[4:28, 4:28] = True
    given: dict[str, Any] = {"rows": np.arange(48), "targets": {}, "progress": False}
    worn = TrainingPhotos.prepare(pixels, masks=dict.fromkeys(range(48), mask), **given)
    still = replace(worn, worn=np.zeros(48, bool))
    recipe = Recipe(train_size=32, batch_size=48, street=0.0)
    (laid,), (plain,) = (read(photos, recipe=recipe) for photos in (worn, still))
    changed = (laid["entered"] != plain["entered"]).any(axis=(1, 2, 3)).reshape(2, 48).mean(axis=1)
    assert (changed > 0.2).all()
    assert (changed < 0.6).all()


def test_still_layers_say_what_keras_says(capsys: pytest.CaptureFixture[str]) -> None:
    """LiteRT in place of TensorFlow, also as an operation of a graph; and no chatter of the conversion."""
    still, _ = split_at_fork(build_tiny())
    pixels = draw_things(1)[0].astype(np.float32)
    lite = FrozenLayers(still)
    assert not capsys.readouterr().out
    expected = [output.numpy() for output in still(pixels, training=False)]
    assert [output.ndim for output in expected] == [4, 4, 2], "the fork, the map, the features"
    in_graph = tf.function(lite.in_graph)(tf.constant(pixels))
    for output, by_array, by_graph in zip(expected, lite(pixels), in_graph, strict=True):
        assert output.std() > 0.01
        assert by_array == pytest.approx(output, abs=1e-5)
        assert by_graph.shape == output.shape
        assert by_graph.numpy() == pytest.approx(output, abs=1e-5)
