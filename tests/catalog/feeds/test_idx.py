"""IDX files: MNIST, Fashion-MNIST and their like, written here after the layout's public description."""

import gzip
import os
import struct

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from catalog.__main__ import main
from catalog.errors import SourceError
from catalog.feeds import FeedOptions, open_feed
from catalog.importing.unpacked_photos import remove_unpacked
from tests.catalog.feeds.sound_rows import sound_rows

FASHION_START = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
MNIST_START = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


def images(pixels):
    return struct.pack(f">HBB{pixels.ndim}I", 0, 8, pixels.ndim, *pixels.shape) + pixels.astype(np.uint8).tobytes()


def labels(values):
    return struct.pack(">HBBI", 0, 8, 1, len(values)) + bytes(values)


def noise(count, *shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *(shape or (28, 28))), dtype=np.uint8)


@pytest.fixture
def write(shop):
    """``write("train", pixels, values)`` puts a pair of files into the shop's folder."""

    def write_pair(name, pixels, values, *, packed=False, folder=shop):
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in (
            (f"{name}-images-idx3-ubyte", images(pixels)),
            (f"{name}-labels-idx1-ubyte", labels(values)),
        ):
            path = folder / (f"{file}.gz" if packed else file)
            path.write_bytes(gzip.compress(content) if packed else content)
        return folder

    return write_pair


def read(source, name=None):
    feed = open_feed(source, {}, FeedOptions(format=name))
    rows = list(feed.rows())
    assert list(feed.rows()) == rows, "a feed can be read several times"
    return feed, {row.product.product_id: row for row in sound_rows(feed)}


@pytest.mark.parametrize("packed", [False, True])
def test_each_photo_is_a_product_with_its_very_pixels(shop, write, packed):
    """Of both pairs, with their splits."""
    train, test = noise(10), noise(3, seed=1)
    write("train", train, FASHION_START, packed=packed)
    write("t10k", test, [9, 2, 1], packed=packed)
    _, rows = read(shop)
    assert len(rows) == 13
    first = rows["train-00000"]
    assert (first.product.category, first.product.split) == ("Ankle boot", "train")
    assert (rows["t10k-00001"].product.category, rows["t10k-00001"].product.split) == ("Pullover", "test")
    for name, pixels in (("train", train), ("t10k", test)):
        for number, expected in enumerate(pixels):
            with Image.open(rows[f"{name}-{number:05d}"].files[0]) as image:
                assert np.array_equal(np.asarray(image), expected)


def test_labels_have_names_where_the_set_is_fashion_mnist(write, tmp_path):
    """By its first labels, by the name of its folder, or because somebody says so; otherwise they stay numbers."""
    plain, named = tmp_path / "digits", tmp_path / "FashionMNIST" / "raw"
    write("train", noise(10), MNIST_START, folder=plain)
    write("train", noise(3), [0, 1, 9], folder=named)
    assert {row.product.category for row in read(plain)[1].values()} == {"5", "0", "4", "1", "9", "2", "3"}
    assert read(plain, "fashion-mnist")[1]["train-00000"].product.category == "Sandal"
    feed, rows = read(named)
    assert [row.product.category for row in rows.values()] == ["T-shirt/top", "Trouser", "Ankle boot"]
    assert "--format idx" in feed.notes[0]
    assert read(named, "idx")[1]["train-00002"].product.category == "9"


def test_a_label_beyond_ten_is_a_number(write, tmp_path):
    """Sets such as EMNIST have more classes; nobody can have meant Fashion-MNIST."""
    folder = write("emnist-letters-train", noise(2), [26, 1], folder=tmp_path / "fashion")
    _, rows = read(folder)
    row = rows["emnist-letters-train-00000"]
    assert (row.product.category, row.product.split) == ("26", "train")
    with pytest.raises(SourceError, match="has a label 26, and Fashion-MNIST has 0 to 9"):
        read(folder, "fashion-mnist")


@pytest.mark.parametrize("part", ["images-idx3", "labels-idx1"])
def test_one_of_the_files_names_its_pair_alone(shop, write, part):
    """Its partner lies beside it, packed or not."""
    write("train", noise(10), FASHION_START)
    write("t10k", noise(3), [9, 2, 1], packed=True)
    (shop / "t10k-images-idx3-ubyte").write_bytes(images(noise(3)))
    named = next(path for path in shop.iterdir() if path.name.startswith(f"t10k-{part}"))
    assert list(read(named)[1]) == ["t10k-00000", "t10k-00001", "t10k-00002"]


def test_torchvisions_folder_is_found_from_above_and_read_once(write, tmp_path):
    """It leaves each file packed and unpacked; names with a dot, as Windows writes them, are understood too."""
    root = tmp_path / "MNIST"
    for packed in (False, True):
        write("train", noise(10), MNIST_START, folder=root / "raw", packed=packed)
    assert len(read(root)[1]) == 10
    dotted = tmp_path / "dotted"
    dotted.mkdir()
    (dotted / "train-images.idx3-ubyte").write_bytes(images(noise(2)))
    (dotted / "train-labels.idx1-ubyte").write_bytes(labels([1, 2]))
    assert list(read(dotted)[1]) == ["train-00000", "train-00001"]


def test_photos_may_have_colours_and_any_size(shop, write):
    """As the sets that were made in MNIST's layout have them."""
    pixels = noise(2, 20, 32, 3)
    write("train", pixels, [1, 2])
    with Image.open(read(shop)[1]["train-00001"].files[0]) as image:
        assert np.array_equal(np.asarray(image), pixels[1])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda content: content[:-100], "ends after 9 of its 10 photos"),
        (lambda content: content + b"x", "goes on behind the 10 photos"),
        (lambda content: content[:6], "is no IDX file of photos"),
        (lambda content: b"\0\0\x0d\x03" + content[4:], "neither is an IDX file nor holds any"),
        (lambda content: struct.pack(">IIII", 0x803, 2**32 - 1, 28, 28) + content[16:], "ends after 10 of its"),
        (lambda content: struct.pack(">IIII", 0x803, 1, 2**31, 2**31) + content[16:], "at most 4,096 pixels a side"),
        (lambda content: struct.pack(">IIII", 0x803, 10, 0, 28) + content[16:], "at most 4,096 pixels a side"),
        (lambda content: gzip.compress(content)[:-20], "can't be read: .*Download it again"),
        (lambda content: gzip.compress(content)[:200] + b"damaged" + gzip.compress(content)[207:], "can't be read"),
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence(shop, write, spoil, message):
    """A file that is cut off, or isn't what its beginning says, is no smaller set."""
    write("train", noise(10), FASHION_START)
    file = shop / "train-images-idx3-ubyte"
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(SourceError, match=message):
        read(shop, "idx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (labels([1, 2]), "has 10 photos, and train-labels-idx1-ubyte has 2 labels"),
        (labels([1] * 11), "has 10 photos, and train-labels-idx1-ubyte has 11 labels"),
        (labels([1] * 10)[:-1], "ends after 9 of its 10 labels"),
        (images(noise(10)), "is no IDX file of labels: it begins with 00 00 08 03"),
        (b"", "begins with nothing"),
        (None, "holds photos without labels: train-labels-idx1-ubyte is needed"),
    ],
)
def test_labels_that_do_not_belong_to_the_photos_are_refused(shop, write, content, message):
    """Each photo needs one."""
    write("train", noise(10), FASHION_START)
    file = shop / "train-labels-idx1-ubyte"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read(shop)


def test_a_full_disk_names_the_place_that_is_full(shop, write, catalog, home, monkeypatch):
    """It is the data directory's, and nobody knows that photos are unpacked there."""
    write("train", noise(10), FASHION_START)

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", fail)
    told = CliRunner().invoke(main, ["import", str(shop)])
    assert told.exit_code == 1
    assert "No space left on device" in told.output
    assert str(home / "unpacked-photos") in told.output


def test_options_for_tables_are_refused(shop, write):
    """An archive has its photos in itself."""
    write("train", noise(10), FASHION_START)
    with pytest.raises(SourceError, match="--images is for tables"):
        open_feed(shop, {}, FeedOptions(images=shop))
    with pytest.raises(SourceError, match="neither is an IDX file nor holds any"):
        open_feed(shop / "nowhere", {}, FeedOptions(format="idx"))


def test_importing_again_changes_nothing_and_another_set_takes_its_place(shop, write, load, catalog, home):
    """What no product needs any more goes, once nobody can be at work with it."""
    write("train", noise(10), FASHION_START)
    assert load(shop).added == 10
    assert load(shop).unchanged == 10
    write("train", noise(10, seed=9), FASHION_START[::-1])
    assert load(shop).updated == 10
    unpacked = home / "unpacked-photos"
    assert len(list(unpacked.iterdir())) == 2
    for path in unpacked.rglob("*"):
        os.utime(path, (1, 1))
    remove_unpacked(catalog, unpacked)
    assert len(list(unpacked.iterdir())) == 1
    assert catalog.product("train-00000").photos[0].path.is_file()


def test_unpacked_photos_stay_while_they_are_read_and_under_another_name(shop, write, load, catalog, home, tmp_path):
    """What a check unpacked long ago, an import may be reading now; and a data directory may be known by two names."""
    write("train", noise(10), FASHION_START)
    read(shop)
    unpacked = home / "unpacked-photos"
    for path in unpacked.rglob("*"):
        os.utime(path, (1, 1))
    read(shop)
    remove_unpacked(catalog, unpacked)
    assert len(list(unpacked.iterdir())) == 1
    load(shop)
    for path in unpacked.rglob("*"):
        os.utime(path, (1, 1))
    (tmp_path / "other-name").symlink_to(home)
    remove_unpacked(catalog, tmp_path / "other-name" / "unpacked-photos")
    assert catalog.product("train-00000").photos[0].path.is_file()
