"""Opening photos: every kind that shops and phones send, every kind that must be refused."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from search.errors import DamagedPhotoError, NotAPhotoError, PhotoTooLargeError, PhotoTooSmallError, QueryError
from search.photo import MAX_BYTES, crop_to_box, inspect_photo, open_photo

RED_ABOVE_BLUE = np.concatenate([np.full((30, 40, 3), (220, 30, 30)), np.full((30, 40, 3), (30, 30, 220))]).astype(
    np.uint8
)


def encode(image: Image.Image, format_name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def picture() -> Image.Image:
    return Image.fromarray(RED_ABOVE_BLUE)


def is_red_above_blue(image: Image.Image) -> bool:
    pixels = np.asarray(image)
    top, bottom = pixels[5, image.width // 2], pixels[image.height - 5, image.width // 2]
    return bool(top[0] > 150 > top[2] and bottom[2] > 150 > bottom[0])


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"])
def test_every_format_opens_with_its_colours(format_name: str) -> None:
    """Shops send many formats, iPhones HEIC; each comes out as the same RGB picture."""
    opened = open_photo(encode(picture(), format_name))
    assert opened.mode == "RGB"
    assert opened.size == (40, 60)
    assert is_red_above_blue(opened)


def test_format_goes_by_content_not_by_name(tmp_path: Path) -> None:
    """A PNG that is called .jpg is still a photo."""
    path = tmp_path / "wrong name ñ.jpg"
    path.write_bytes(encode(picture(), "PNG"))
    assert is_red_above_blue(open_photo(path))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(orientation: int) -> None:
    """A phone held in any way gives the picture that was seen, with its upright size."""
    undo = {
        1: (),
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_90,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_270,),
    }
    stored = picture()
    for step in undo[orientation]:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encode(stored, "JPEG", exif=exif, quality=95)
    assert is_red_above_blue(open_photo(content))
    facts = inspect_photo(content)
    assert (facts.width, facts.height) == (40, 60)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_is_no_reason_to_refuse() -> None:
    """Cameras write nonsense into EXIF; the picture is still good."""
    content = encode(picture(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
    assert is_red_above_blue(open_photo(content))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_white(mode: str) -> None:
    """Cut-out packshots have no black background."""
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    content = encode(image.convert(mode), "PNG", **({"transparency": 0} if mode == "P" else {}))
    assert open_photo(content).getpixel((20, 20)) == (255, 255, 255)


def test_cmyk_jpeg_keeps_its_colours() -> None:
    """Print departments send CMYK."""
    assert is_red_above_blue(open_photo(encode(picture().convert("CMYK"), "JPEG", quality=95)))


def test_sixteen_bit_grey_keeps_its_range() -> None:
    """A 16-bit PNG must not be clipped to white."""
    levels = np.linspace(0, 65535, 64).astype(np.uint16)
    content = encode(Image.fromarray(np.tile(levels, (64, 1))), "PNG")
    grey = np.asarray(open_photo(content))[32, :, 0]
    assert np.abs(grey.astype(int) - np.linspace(0, 255, 64)).max() <= 1


def test_animation_gives_its_first_frame() -> None:
    """An animated GIF is a photo of what it shows first."""
    frames = [picture(), Image.new("RGB", (40, 60), "green")]
    assert is_red_above_blue(open_photo(encode(frames[0], "GIF", save_all=True, append_images=frames[1:])))


def test_icc_profile_is_turned_into_srgb() -> None:
    """The same numbers mean another colour under another profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_red_above_blue(open_photo(encode(picture(), "PNG", icc_profile=lab)))
    assert is_red_above_blue(open_photo(encode(picture(), "PNG", icc_profile=b"not a profile")))
    assert open_photo(encode(picture(), "PNG", icc_profile=profile)).mode == "RGB"


def test_max_side_bounds_both_sides_and_keeps_proportions() -> None:
    """A large photo is scaled while it is decoded."""
    large = Image.fromarray(np.kron(RED_ABOVE_BLUE, np.ones((50, 50, 1), np.uint8)))  # 2000 x 3000
    for format_name in ("JPEG", "PNG"):
        opened = open_photo(encode(large, format_name), max_side=300)
        assert opened.size == (200, 300)
        assert is_red_above_blue(opened)


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", NotAPhotoError, "empty"),
        (b"just text in a file called photo.jpg", NotAPhotoError, "JPEG, PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", NotAPhotoError, "JPEG, PNG"),
        (b"\xff\xd8\xff", DamagedPhotoError, "damaged"),
        (encode(Image.new("RGB", (1, 1)), "PNG"), PhotoTooSmallError, "1x1"),
        (encode(Image.new("1", (20_000, 20_000)), "PNG"), PhotoTooLargeError, "pixels"),
        (encode(Image.new("1", (8_000, 8_000)), "PNG"), PhotoTooLargeError, "8000x8000"),
        (b"\x00" * (MAX_BYTES + 1), PhotoTooLargeError, "MiB"),
    ],
    ids=["empty", "text", "eps", "stub", "pixel", "bomb", "large-png", "bytes"],
)
def test_what_is_refused_and_what_it_says(content: bytes, error: type[Exception], says: str) -> None:
    """Each refusal has its own error, and a message that says what came."""
    for read in (open_photo, inspect_photo):
        with pytest.raises(error, match=says):
            read(content)


def noisy(format_name: str) -> bytearray:
    """A photo that doesn't compress, so that damage hits pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    return bytearray(encode(Image.fromarray(pixels), format_name))


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_overwritten_bytes_are_damage_not_a_crash(format_name: str) -> None:
    """A half-overwritten file is refused; Pillow alone opens such a PNG as black."""
    content = noisy(format_name)
    middle = len(content) // 3
    content[middle : 2 * middle] = b"\xff" * middle
    with pytest.raises(DamagedPhotoError, match="damaged"):
        open_photo(bytes(content))


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.5, 0.98])
def test_cut_off_files_are_damage(format_name: str, share: float) -> None:
    """An upload that broke off, wherever it did, even when only a small version is wanted."""
    content = noisy(format_name)
    for max_side in (None, 64):
        with pytest.raises(DamagedPhotoError, match="damaged"):
            open_photo(bytes(content[: int(share * len(content))]), max_side=max_side)


def test_missing_file_is_named_as_such(tmp_path: Path) -> None:
    """A photo that was moved away is a reject, not a traceback."""
    with pytest.raises(NotAPhotoError, match="No such file"):
        open_photo(tmp_path / "gone.jpg")


def test_fingerprint_tells_files_apart(tmp_path: Path) -> None:
    """Equal bytes give equal facts, other bytes another fingerprint."""
    one, other = encode(picture(), "JPEG", quality=90), encode(picture(), "JPEG", quality=91)
    path = tmp_path / "one.jpg"
    path.write_bytes(one)
    assert inspect_photo(path) == inspect_photo(one)
    assert inspect_photo(one).sha256 != inspect_photo(other).sha256
    assert inspect_photo(one).size_bytes == len(one)


def test_box_is_cut_by_fractions() -> None:
    """The lower half of the picture is blue."""
    cut = crop_to_box(picture(), (0.0, 0.5, 1.0, 0.5))
    assert cut.size == (40, 30)
    assert cut.getpixel((20, 2)) == (30, 30, 220)


@pytest.mark.parametrize(
    "box", [(-0.1, 0, 0.5, 0.5), (0.6, 0, 0.5, 0.5), (0, 0, 0, 1), (0, 0, 0.1, 0.1), (0, 0, float("nan"), 1)]
)
def test_impossible_boxes_are_refused(box: tuple[float, float, float, float]) -> None:
    """Outside the photo, empty, or a handful of pixels."""
    with pytest.raises(QueryError, match="box"):
        crop_to_box(picture(), box)
