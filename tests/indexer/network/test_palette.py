"""The palette: colours counted in bins, against NumPy and the standard library's colour conversion."""

import colorsys

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from keras import layers

from indexer.network.export import convert_to_litert
from indexer.network.palette import (
    BINS,
    HUES,
    PALETTE_DIM,
    SATURATIONS,
    VALUES,
    colour_histogram,
    palette_projection,
)
from tests.indexer.tiny import draw_things

SIDE = 16
PRIMARIES = [(red, green, blue) for red in (0, 255) for green in (0, 255) for blue in (0, 255)]


def bin_of(red: float, green: float, blue: float) -> int:
    """The oracle: which of the bins a colour falls into; one on an edge belongs to the upper bin."""
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    places = [
        min(int(share * bins + 1e-4), bins - 1)
        for share, bins in ((hue, HUES), (saturation, SATURATIONS), (value, VALUES))
    ]
    return (places[0] * SATURATIONS + places[1]) * VALUES + places[2]


def count(pixels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    rows = np.zeros((len(pixels), BINS))
    for row, photo, of_photo in zip(
        rows, pixels.reshape(len(pixels), -1, 3), weights.reshape(len(pixels), -1), strict=True
    ):
        for colour, weight in zip(photo, of_photo, strict=True):
            row[bin_of(*colour)] += weight
    return np.sqrt(rows / rows.sum(axis=1, keepdims=True))


def histogram(pixels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray(colour_histogram(pixels.astype(np.float32), weights.astype(np.float32)))


def even(pixels: np.ndarray) -> np.ndarray:
    return np.ones(pixels.shape[:3], np.float32)


def test_colours_are_counted_in_bins() -> None:
    """As NumPy and the standard library count them, each pixel by its weight."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (3, SIDE, SIDE, 3))
    pixels[1] = pixels[1] // 85 * 85  # many colours on the edges of bins
    pixels[2] = np.array(PRIMARIES)[rng.integers(0, 8, (SIDE, SIDE))]
    weights = rng.random((3, SIDE, SIDE))
    found = histogram(pixels, weights)
    assert found == pytest.approx(count(pixels, weights), abs=1e-5)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(3), abs=1e-4)


def test_every_colour_is_in_one_bin() -> None:
    """Pure ones, greys, the darkest and the lightest; those whose hue has no number are red of no strength."""
    for colour in [*PRIMARIES, *((grey, grey, grey) for grey in (1, 36, 37, 128, 254)), (255, 1, 0), (255, 0, 1)]:
        found = histogram(np.full((1, 4, 4, 3), colour), np.ones((1, 4, 4)))[0]
        assert found[bin_of(*colour)] == pytest.approx(1, abs=1e-4), colour
        assert np.count_nonzero(found) == 1


def test_pixels_that_are_no_product_do_not_count() -> None:
    """A red thing on green is red; nothing at all has no colour, and no nan."""
    pixels = np.full((1, SIDE, SIDE, 3), (0, 200, 0))
    pixels[:, 4:12, 4:12] = (200, 0, 0)
    mask = np.zeros((1, SIDE, SIDE))
    mask[:, 4:12, 4:12] = 0.7
    found = histogram(pixels, mask)
    assert found[0, bin_of(200, 0, 0)] == pytest.approx(1, abs=1e-4)
    assert found[0, bin_of(0, 200, 0)] == 0
    assert not histogram(pixels, np.zeros_like(mask)).any()


def test_likeness_is_what_two_histograms_share() -> None:
    """The Bhattacharyya coefficient: half red and half blue shares with a quarter and three quarters 0.966."""
    pixels = np.full((2, SIDE, SIDE, 3), (200, 0, 0))
    pixels[0, :8] = pixels[1, :12] = (0, 0, 200)
    one, other = histogram(pixels, even(pixels))
    assert one @ other == pytest.approx(np.sqrt(0.5 * 0.25) + np.sqrt(0.5 * 0.75), abs=1e-4)


@pytest.mark.slow
def test_projection_is_the_same_in_every_network() -> None:
    """By directions of length one at right angles to one another, which no training moves."""
    first, second = (palette_projection() for _ in range(2))
    directions = first.get_weights()[0]
    assert directions.shape == (BINS, PALETTE_DIM)
    assert np.array_equal(directions, second.get_weights()[0])
    assert directions.T @ directions == pytest.approx(np.eye(PALETTE_DIM), abs=1e-5)
    assert not first.trainable_variables


@pytest.mark.slow
def test_projection_keeps_likeness_nearly() -> None:
    """Between photos of red things and of black ones, on white."""
    pixels = draw_things(6)[0]
    histograms = histogram(pixels, even(pixels))
    projected = histograms @ palette_projection().get_weights()[0]
    projected /= np.linalg.norm(projected, axis=1, keepdims=True)
    assert projected @ projected.T == pytest.approx(histograms @ histograms.T, abs=0.15)


def build_palette(side: int) -> keras.Model:
    pixels = keras.Input((side, side, 3), name="pixels")
    small = layers.AveragePooling2D(2)(pixels)
    found = colour_histogram(small, keras.ops.ones_like(small[..., 0]))
    palette = layers.UnitNormalization()(palette_projection()(found))
    return keras.Model(pixels, {"palette": palette, "histogram": found})


@pytest.mark.slow
def test_shipped_file_counts_as_keras_does() -> None:
    """LiteRT in half precision: constants that it rounds put no colour into another bin, not even on an edge."""
    side = 32
    rng = np.random.default_rng(1)
    plain = [np.full((side, side, 3), colour) for colour in PRIMARIES]
    steps = np.repeat(np.repeat(rng.integers(0, 6, (8, side // 2, side // 2, 3)) * 51, 2, axis=1), 2, axis=2)
    anything = rng.integers(0, 256, (4, side, side, 3))
    pixels = np.concatenate([np.stack(plain), steps, anything, draw_things(2, side=side)[0]]).astype(np.float32)
    model = build_palette(side)
    interpreter = Interpreter(model_content=convert_to_litert(model, half_precision=True), num_threads=1)
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner()
    expected = model.predict(pixels, verbose=0)
    small = pixels.reshape(len(pixels), side // 2, 2, side // 2, 2, 3).mean(axis=(2, 4))
    assert expected["histogram"] == pytest.approx(count(small, even(small)), abs=1e-4)
    for row, photo in enumerate(pixels):
        found = run(pixels=photo[None])
        assert found["histogram"][0] == pytest.approx(expected["histogram"][row], abs=2e-3)
        assert (found["palette"][0] * expected["palette"][row]).sum() > 0.9999
