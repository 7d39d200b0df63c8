"""What photos of unusual depths and colour models look like once they are opened, in formats other than JPEG."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from search.errors import DamagedPhotoError, UnsupportedPhotoError
from search.photo import inspect_photo, open_photo

BRICK = (200, 40, 60)


def encode(image: Image.Image, format_name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def tiff(pixels: np.ndarray, *, photometric: int, sample_format: int = 1) -> bytes:
    """An uncompressed TIFF of pixels (height, width[, channels]), also of kinds that Pillow can't write."""
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    tags = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"II")
    tags[256], tags[257], tags[278] = pixels.shape[1], pixels.shape[0], pixels.shape[0]
    tags[258], tags[339] = (8 * pixels.itemsize,) * channels, (sample_format,) * channels
    tags[259], tags[262], tags[277] = 1, photometric, channels
    tags[273], tags[279] = (0,), (len(data),)
    return b"II*\0" + struct.pack("<I", 8) + tags.tobytes(8) + data


def pixel_at(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


def colour_of(content: bytes) -> tuple[int, ...]:
    opened = open_photo(content)
    assert opened.mode == "RGB"
    return pixel_at(opened, 20, 20)


def flat(level: float, dtype: type) -> np.ndarray:
    return np.full((40, 40), level, dtype)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate"])
def test_lab_tiff_shows_its_colours(compression: str | None) -> None:
    """Print shops send CIELab."""
    lab = ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(
        Image.new("RGB", (40, 40), BRICK), ImageCms.createProfile("sRGB"), lab, outputMode="LAB"
    )
    assert image is not None
    assert colour_of(encode(image, "TIFF", compression=compression)) == pytest.approx(BRICK, abs=3)


@pytest.mark.parametrize(
    ("content", "grey"),
    [
        (tiff(flat(0.5, np.float32), photometric=1, sample_format=3), 128),
        (tiff(flat(128.0, np.float32), photometric=1, sample_format=3), 128),
        (tiff(flat(32768.0, np.float32), photometric=1, sample_format=3), 128),
        (tiff(flat(0.9, np.float32), photometric=0, sample_format=3), 25),
        (tiff(flat(30_000, np.uint16), photometric=1), 117),
        (tiff(flat(200, np.uint16), photometric=1), 1),
        (tiff(flat(60_000, np.uint16), photometric=0), 22),
        (tiff(flat(2**31, np.uint32), photometric=1), 128),
        (tiff(flat(16_384, np.int16), photometric=1, sample_format=2), 128),
        (tiff(flat(30, np.uint8), photometric=0), 225),
        (encode(Image.fromarray(flat(30_000, np.uint16)), "PNG"), 117),
        (encode(Image.fromarray(flat(200, np.uint16)), "PNG"), 1),
    ],
    ids=[
        "float-1",
        "float-255",
        "float-65535",
        "float-inverted",
        "16",
        "16-dark",
        "16-inverted",
        "32",
        "16-signed",
        "8-inverted",
        "png-16",
        "png-16-dark",
    ],
)
def test_greys_of_every_depth_keep_their_brightness(content: bytes, grey: int) -> None:
    """White is the depth's largest level, dark photos stay dark, and what is stored inverted is turned round."""
    assert colour_of(content) == pytest.approx((grey,) * 3, abs=1)


def test_highlights_over_one_do_not_darken_a_photo_in_floating_point() -> None:
    """Raw developers let highlights exceed 1; values that are no number count as black."""
    levels = flat(0.5, np.float32)
    levels[0, :3] = 1.8, np.nan, np.inf
    assert colour_of(tiff(levels, photometric=1, sample_format=3)) == (128, 128, 128)


@pytest.mark.parametrize("photometric", [2, 5])
def test_sixteen_bit_colours_are_scaled(photometric: int) -> None:
    """RGB and CMYK of 16 bits a channel show the colours of their 8-bit copies."""
    channels = (*BRICK, 0) if photometric == 5 else BRICK
    eight = np.tile(np.array(channels, np.uint8), (40, 40, 1))
    sixteen = eight.astype(np.uint16) * 257
    assert colour_of(tiff(sixteen, photometric=photometric)) == colour_of(tiff(eight, photometric=photometric))


@pytest.mark.parametrize(
    "content",
    [
        tiff(np.zeros((40, 40, 3), np.float32), photometric=2, sample_format=3),
        tiff(np.zeros((40, 40, 3), np.uint16), photometric=8),
        tiff(np.zeros((40, 40, 3), np.uint8), photometric=9),
        tiff(flat(0.5, np.float64), photometric=1, sample_format=3),
    ],
    ids=["rgb-float", "lab-16", "icclab", "double"],
)
def test_what_no_decoder_knows_is_not_called_damaged(content: bytes) -> None:
    """The file is sound; it is the decoder that lacks this variety, and the message says what would do."""
    for read in (open_photo, inspect_photo):
        with pytest.raises(
            UnsupportedPhotoError, match=r"variety of TIFF can't be decoded here\. Save it as JPEG or PNG"
        ):
            read(content)


def test_unknown_compression_is_not_called_damaged() -> None:
    """A TIFF with JPEG 2000 inside."""
    content = bytearray(tiff(np.zeros((40, 40, 3), np.uint8), photometric=2))
    entry = struct.pack("<HHI", 259, 3, 1)
    place = content.index(entry) + len(entry)
    content[place : place + 2] = struct.pack("<H", 34712)
    with pytest.raises(UnsupportedPhotoError):
        open_photo(bytes(content))


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("international", [True, False])
def test_long_texts_in_a_png_are_no_damage(zipped: bool, international: bool) -> None:
    """Editors leave their histories in text chunks; a decoder's limit on texts says nothing of the picture."""
    notes = PngImagePlugin.PngInfo()
    text = "step " * 4_000_000
    if international:
        notes.add_itxt("history", text, zip=zipped)
    else:
        notes.add_text("history", text, zip=zipped)
    content = encode(Image.new("RGB", (40, 40), BRICK), "PNG", pnginfo=notes)
    assert colour_of(content) == BRICK
    assert inspect_photo(content).size_bytes == len(content)


def test_orientation_in_a_png_text_still_counts() -> None:
    """XMP is a text chunk, too."""
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", '<x:xmpmeta tiff:Orientation="6"/>')
    notes.add_text("history", "x" * 2_000_000)
    assert open_photo(encode(Image.new("RGB", (60, 40)), "PNG", pnginfo=notes)).size == (40, 60)


def test_damage_behind_a_long_text_is_still_found() -> None:
    """Leaving texts out leaves nothing else out."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("history", "x" * 2_000_000)
    noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
    content = encode(Image.fromarray(noise), "PNG", pnginfo=notes)
    with pytest.raises(DamagedPhotoError):
        open_photo(content[:-2000])


UNDO = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}


@pytest.mark.parametrize(
    ("format_name", "options"),
    [
        ("PNG", {}),
        ("WEBP", {}),
        ("AVIF", {}),
        ("MPO", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
    ],
)
@pytest.mark.parametrize("orientation", UNDO)
def test_every_format_is_turned_once(format_name: str, options: dict[str, object], orientation: int) -> None:
    """Some decoders turn a photo upright themselves; it must not be turned again, at no size."""
    seen = Image.new("RGB", (96, 64), "white")
    seen.paste((255, 0, 0), (0, 0, 48, 32))
    seen.paste((0, 0, 255), (0, 32, 48, 64))
    stored = seen
    for step in UNDO[orientation]:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encode(stored, format_name, exif=exif, **options)
    facts = inspect_photo(content)
    assert (facts.width, facts.height) == (96, 64)
    for max_side in (None, 48):
        opened = open_photo(content, max_side=max_side)
        assert opened.width > opened.height
        above = pixel_at(opened, opened.width // 8, opened.height // 8)
        below = pixel_at(opened, opened.width // 8, opened.height * 7 // 8)
        assert above[0] > 200 > 80 > above[2]
        assert below[2] > 200 > 80 > below[0]


@pytest.mark.parametrize(
    ("format_name", "options"),
    [
        ("GIF", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "packbits"}),
        ("AVIF", {}),
        ("HEIF", {}),
        ("WEBP", {"lossless": True}),
        ("JPEG", {"progressive": True}),
    ],
)
@pytest.mark.parametrize("share", [0.3, 0.98])
def test_cut_off_files_of_every_format_are_damage(format_name: str, options: dict[str, object], share: float) -> None:
    """An upload that broke off is damage, whatever the format."""
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    content = encode(Image.fromarray(noise), format_name, **options)
    for max_side in (None, 64):
        with pytest.raises(DamagedPhotoError, match="damaged"):
            open_photo(content[: int(share * len(content))], max_side=max_side)
