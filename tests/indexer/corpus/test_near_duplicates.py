"""Photos that are the same picture."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from indexer.corpus import near_duplicates
from indexer.corpus.near_duplicates import MAX_DISTANCE, find_near_duplicates
from indexer.training.development_photos import data_dir, read_boutique
from search.model.preprocessing import image_to_pixels
from search.photo import open_photo

SIDE = 96


def draw_garment(seed: int) -> Image.Image:
    """A thing of chance shape, colour and print on white, as a packshot is lit."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (200, 240), "white")
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        left, top = (int(value) for value in rng.integers(20, 110, 2))
        width, height = (int(value) for value in rng.integers(30, 80, 2))
        colour = tuple(int(value) for value in rng.integers(20, 225, 3))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((left, top, left + width, top + height), fill=colour)
    return image.filter(ImageFilter.GaussianBlur(2))


def pixels_of(images: list[Image.Image]) -> np.ndarray:
    return np.stack([image_to_pixels(image, SIDE) for image in images])


def saved(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


def pairs_of(images: list[Image.Image]) -> list[tuple[int, int]]:
    found = find_near_duplicates(pixels_of(images), progress=False)
    return list(zip(found["first"].tolist(), found["second"].tolist(), strict=True))


CHANGES = {
    "saved anew": lambda image: saved(image, 75),
    "saved badly": lambda image: saved(image, 30),
    "scaled down": lambda image: saved(image.resize((80, 96), Image.Resampling.BICUBIC), 80),
    "scaled up": lambda image: image.resize((300, 360), Image.Resampling.BICUBIC),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.9),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.05),
    "mirrored": lambda image: saved(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 75),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_copy_is_found_and_nothing_else(change: str) -> None:
    """Each of forty photos is paired with its own copy."""
    originals = [draw_garment(seed) for seed in range(40)]
    copies = [CHANGES[change](image) for image in originals]
    assert sorted(pairs_of([*originals, *copies])) == [(row, row + 40) for row in range(40)]


def test_other_colour_print_or_framing_is_another_picture() -> None:
    """They belong on one side of a split because they are one product, not because they are one photo."""
    shirt = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(shirt).rectangle((50, 30, 150, 170), fill=(40, 60, 150))
    red, printed = shirt.copy(), shirt.copy()
    ImageDraw.Draw(red).rectangle((50, 30, 150, 170), fill=(150, 40, 40))
    ImageDraw.Draw(printed).ellipse((80, 60, 120, 100), fill=(230, 220, 40))
    assert pairs_of([shirt, red, printed, shirt.crop((40, 20, 160, 180))]) == []


def test_white_on_white_is_told_apart() -> None:
    """Few grey levels are all there is of a white shirt."""
    tall, wide = Image.new("RGB", (200, 200), "white"), Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(tall).rectangle((75, 20, 125, 180), fill=(244, 244, 244))
    ImageDraw.Draw(wide).rectangle((40, 60, 160, 140), fill=(244, 244, 244))
    assert pairs_of([tall, wide, saved(tall, 95)]) == [(0, 2)]


def test_equal_photos_are_each_paired_with_the_first() -> None:
    """Distance 0, and as many pairs as copies, not their square."""
    images = [draw_garment(0), draw_garment(1), draw_garment(0), *[draw_garment(1)] * 50]
    found = find_near_duplicates(pixels_of(images), progress=False)
    assert (found["distance"] == 0).all()
    assert found[["first", "second"]].to_numpy().tolist() == [[0, 2], *([1, row] for row in range(3, 53))]


def test_blank_photos_are_equal_to_each_other_only() -> None:
    """No contrast is no reason to divide by it."""
    blank, grey = Image.new("RGB", (50, 50), "white"), Image.new("RGB", (50, 50), (90, 90, 90))
    assert pairs_of([blank, draw_garment(1), blank, grey]) == [(0, 2)]


def test_pairs_are_sorted_and_every_block_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against brute force, with blocks that cut between the photos of a pair."""
    monkeypatch.setattr(near_duplicates, "_QUERIES", 7)
    monkeypatch.setattr(near_duplicates, "_PAIRS", 3)
    originals = [draw_garment(seed) for seed in range(20)]
    pixels = pixels_of([*originals, *(saved(image, 20 + 4 * n) for n, image in enumerate(originals))])
    found = find_near_duplicates(pixels, progress=False)
    assert list(found.columns) == ["first", "second", "distance"]
    assert (found["first"] < found["second"]).all()
    assert found["distance"].is_monotonic_increasing
    assert found["distance"].between(1, MAX_DISTANCE).all()
    thumbnails = near_duplicates._scale_down(pixels)
    every = [(a, b) for a in range(40) for b in range(a + 1, 40)]
    first, second = (np.array(side) for side in zip(*every, strict=True))
    near = near_duplicates._measure(thumbnails[first], thumbnails[second]) <= MAX_DISTANCE
    brute = {pair for pair, is_near in zip(every, near, strict=True) if is_near}
    assert set(zip(found["first"], found["second"], strict=True)) == brute
    fewer = find_near_duplicates(pixels, max_distance=int(found["distance"].median()), progress=False)
    assert 0 < len(fewer) < len(found)


def test_too_few_photos_give_no_pairs() -> None:
    """None and one are no special cases to whoever calls."""
    for count in (0, 1):
        found = find_near_duplicates(np.full((count, SIDE, SIDE, 3), 7, np.uint8), progress=False)
        assert len(found) == 0
        assert list(found.columns) == ["first", "second", "distance"]


@pytest.mark.parametrize("pixels", [np.zeros((2, 8, 8), np.uint8), np.zeros((2, 8, 8, 3), np.float32)])
def test_other_pixels_are_refused(pixels: np.ndarray) -> None:
    """Rather than misread."""
    with pytest.raises(ValueError, match="uint8 is needed"):
        find_near_duplicates(pixels, progress=False)


@pytest.mark.real_data
@pytest.mark.skipif(
    not (data_dir() / "boutique" / "products.csv").is_file(),
    reason="the development photos are not part of the project; VITRINA_DATA names them where they are",
)
def test_packshots_of_one_kind_are_not_run_together() -> None:
    """Sunglasses on white look all alike to a hash alone."""
    products = read_boutique(data_dir())
    chosen = products[(products["article_type"] == "Sunglasses") & (products["split"] == "train")]
    images = [open_photo(Path(path)) for path in chosen["path"].tolist()[:100]]
    copies = [saved(image.resize((112, 112), Image.Resampling.BICUBIC), 60) for image in images]
    found = set(pairs_of([*images, *copies]))
    assert {(row, row + 100) for row in range(100)} <= found
    assert len(found) <= 104
