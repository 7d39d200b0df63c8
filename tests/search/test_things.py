"""Several things in one photo: cells that touch and are of a kind are one thing, with its box."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from search.errors import BundleError
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.tensor_outputs import with_outputs
from search.model.things import ThingFinder, group_cells, join_squares, overlap, touching_parts
from search.model.things_head import CELLS, ThingsHead, looked_at
from search.settings import PRETRAINED_BUNDLE

KINDS = ("background", "coat", "shoes", "body")


def cells_of(*areas: tuple[int, slice, slice]) -> np.ndarray:
    """Probabilities (28, 20, 4): the areas' kinds surely, background elsewhere."""
    probabilities = np.zeros((28, 20, len(KINDS)))
    probabilities[..., 0] = 1
    for kind, rows, columns in areas:
        probabilities[rows, columns] = np.eye(len(KINDS))[kind]
    return probabilities


def test_touching_cells_of_a_kind_are_a_thing_with_its_box() -> None:
    things = group_cells(cells_of((1, slice(7, 14), slice(5, 15)), (3, slice(0, 5), slice(8, 12))), KINDS)
    assert [(thing.kind, thing.box) for thing in things] == [("coat", (0.25, 0.25, 0.5, 0.25))]


def test_shoes_are_a_pair_and_coats_are_two() -> None:
    apart = [(kind, slice(10, 14), columns) for kind in (1,) for columns in (slice(0, 4), slice(10, 14))]
    assert [thing.kind for thing in group_cells(cells_of(*apart), KINDS)] == ["coat", "coat"]
    pair = [(2, slice(20, 24), columns) for columns in (slice(0, 4), slice(10, 14))]
    assert [(thing.kind, thing.box[2]) for thing in group_cells(cells_of(*pair), KINDS)] == [("shoes", 0.7)]


def test_specks_are_no_things() -> None:
    assert group_cells(cells_of((1, slice(3, 4), slice(3, 5))), KINDS) == ()


def test_parts_touch_at_their_corners() -> None:
    cells = np.zeros((4, 4), bool)
    cells[0, 0] = cells[1, 1] = cells[3, 3] = True
    assert [int(part.sum()) for part in touching_parts(cells)] == [2, 1]


def test_overlap_is_that_of_the_areas() -> None:
    assert overlap((0, 0, 0.5, 1), (0.25, 0, 0.5, 1)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 0.2, 0.2), (0.5, 0.5, 0.2, 0.2)) == 0


@pytest.mark.parametrize("size", [(267, 400), (400, 267), (300, 300), (401, 400)])
def test_squares_cover_the_photo_and_agree_where_they_meet(size: tuple[int, int]) -> None:
    squares = looked_at(size)
    logits = [np.full((CELLS, CELLS, 2), [0.0, np.log(3)], np.float32)] * len(squares)
    joined = join_squares(logits, squares, size)
    assert min(joined.shape[:2]) == CELLS
    np.testing.assert_allclose(joined[..., 1], 0.75, atol=1e-5)


def test_more_outputs_leave_the_networks_own_as_they_were() -> None:
    bundle = Bundle.open(PRETRAINED_BUNDLE)
    embedder = Embedder(bundle)
    pixels = np.random.default_rng(1).integers(0, 256, (1, bundle.image_size, bundle.image_size, 3), np.uint8)
    before = embedder.embed(pixels).vectors
    maps = embedder.read_maps(pixels)[0]
    assert [one.shape for one in maps] == [(14, 14, 112), (7, 7, 320), (28, 28, 40), (28, 28, 1)]
    assert all(one.std() > 0 for one in maps)
    np.testing.assert_array_equal(embedder.embed(pixels).vectors, before)


@pytest.mark.parametrize("content", [b"", b"no network at all, but some bytes", bytes(64)])
def test_bytes_that_are_no_network_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="LiteRT network"):
        with_outputs(content, [1])


def test_a_plain_photo_has_no_things() -> None:
    finder = ThingFinder(Embedder(Bundle.open(PRETRAINED_BUNDLE)))
    assert finder.find(Image.new("RGB", (300, 400), (250, 250, 250))) == ()
    assert finder.find(Image.new("RGB", (3000, 20), (10, 10, 10))) == ()


def test_a_head_is_read_as_it_was_written_and_odd_files_are_refused(tmp_path: Path) -> None:
    drawn = np.random.default_rng(2)
    shapes = ((9, 3), (3,), (3, 4), (4,))
    head = ThingsHead(KINDS, *(drawn.normal(size=shape).astype(np.float32) for shape in shapes))
    head.save(tmp_path / "things.npz")
    again = ThingsHead.load(tmp_path / "things.npz")
    assert again.kinds == KINDS
    np.testing.assert_allclose(again.logits(np.ones((2, 9))), head.logits(np.ones((2, 9))), atol=0.02)
    (tmp_path / "odd.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BundleError, match=r"odd\.npz"):
        ThingsHead.load(tmp_path / "odd.npz")
