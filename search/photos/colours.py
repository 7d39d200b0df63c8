"""From the pixels of any photo mode to sRGB on white: depths over 8 bits, Lab, palettes, profiles, transparency."""

import io

import numpy as np
from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
_LAB = ImageCms.createProfile("LAB")  # D50, as TIFF's CIELab means it
_TIFF_BITS, _TIFF_PHOTOMETRIC, _TIFF_SIGN = 258, 262, 339  # tags
_WHITE_IS_ZERO, _WITHOUT_SIGN = 0, 1  # values of the second and the third
_BRIGHTEST_HIGHLIGHT = 16.0


def in_eight_bits(image: Image.Image) -> Image.Image:
    """The image in a mode that can be scaled and composed: greys over 8 bits, Lab and palettes are converted.

    Args:
        image: a loaded image of any mode that Pillow decodes.

    Returns:
        An image with 8 bits a channel; its embedded profile, if the pixels still are what the profile describes.
    """
    if image.mode.startswith("I") or image.mode == "F":
        grey = Image.fromarray(_scale_greys(image))
        grey.info["icc_profile"] = image.info.get("icc_profile")
        return grey
    if image.mode == "LAB":
        converted = ImageCms.profileToProfile(image, _LAB, _SRGB, outputMode="RGB")
        return converted if converted is not None else image.convert("RGB")
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        alpha = "transparency" in image.info or image.mode == "PA"
        profile = image.info.get("icc_profile")
        image = image.convert("RGBA" if alpha else "RGB")
        image.info["icc_profile"] = profile
    return image


def in_srgb_on_white(image: Image.Image) -> Image.Image:
    """The image in mode RGB: colours through the embedded profile, transparent parts on white.

    Args:
        image: as ``in_eight_bits`` returns it.
    """
    profile = image.info.get("icc_profile")
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    opaque = image.convert("L" if image.mode in ("L", "LA") else "RGB") if alpha else image
    rgb = _through_profile(opaque, profile) if profile else opaque.convert("RGB")
    if alpha is None:
        return rgb
    white = Image.new("RGB", rgb.size, (255, 255, 255))
    white.paste(rgb, mask=alpha)
    return white


def _scale_greys(image: Image.Image) -> np.ndarray:
    """Greys of 12, 16 or 32 bits, or of floating point, as bytes (height, width); Pillow would clip them."""
    levels = np.asarray(image)
    if image.mode == "I" and (_tiff_tag(image, _TIFF_BITS), _tiff_tag(image, _TIFF_SIGN)) == (32, _WITHOUT_SIGN):
        levels = levels.view(np.uint32)
    levels = np.nan_to_num(levels.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    white = _white(image, float(levels.max(initial=0.0)))
    scaled = np.clip(np.rint(levels * (255.0 / white)), 0, 255).astype(np.uint8)
    return 255 - scaled if _tiff_tag(image, _TIFF_PHOTOMETRIC) == _WHITE_IS_ZERO else scaled


def _white(image: Image.Image, brightest: float) -> float:
    """The level that is white: the largest one of the file's depth, so that a dark photo stays dark.

    Floating point and 32 bits have no usual largest level. Of the scales in use, the one that suits ``brightest``, the
    photo's largest level, is taken; in floating point, highlights may exceed 1.
    """
    if image.mode not in ("I", "F"):
        return float(2 ** (_tiff_tag(image, _TIFF_BITS) or 16) - 1)
    if image.mode == "I" and _tiff_tag(image, _TIFF_BITS) == 16:
        return float(2**15 - 1)
    if image.mode == "F" and brightest <= _BRIGHTEST_HIGHLIGHT:
        return 1.0
    return next((white for white in (255.0, 65535.0, 2.0**31 - 1) if brightest <= white), 2.0**32 - 1)


def _tiff_tag(image: Image.Image, tag: int) -> int | None:
    """A number from the tags of a TIFF, the first of several; None for other formats and where there is none."""
    value = getattr(image, "tag_v2", {}).get(tag)
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, int) else None


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the embedded profile means them; as they stand where the profile is broken or of another mode."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image.convert("RGB")
    return converted if converted is not None else image.convert("RGB")
