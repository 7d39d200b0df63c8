"""Training views: a studio photo as the shop shows it, and as a shopper might photograph the same thing.

A shop has clean packshots; a shopper sends a tilted, badly lit photo of a thing on the bed. A network that has only
seen the first kind does not know that both are the same. These views are made from the shop's own photos, so no others
are needed.
"""

import io

import numpy as np
from PIL import Image, ImageFilter

_WHITE_DISTANCE = 14  # grey levels from white below which a packshot's pixel counts as background


def studio_view(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The packshot framed a little differently: mirrored, cropped by up to a quarter, tilted by up to 6 degrees."""
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = image.rotate(rng.uniform(-6, 6), Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    width, height = image.size
    share = rng.uniform(0.75, 1.0)
    left, top = rng.uniform(0, width * (1 - share)), rng.uniform(0, height * (1 - share))
    return image.crop((round(left), round(top), round(left + width * share), round(top + height * share)))


def street_view(image: Image.Image, clutter: Image.Image, rng: np.random.Generator, side: int = 224) -> Image.Image:
    """The product as if photographed at home: other background, tilted, unevenly lit, a little out of colour and focus.

    Args:
        image: a packshot on a plain light background; a photo without one is used as it is, with its surroundings.
        clutter: any other photo; parts of it may lie around.
        rng: where all chance comes from.
        side: of the square result (pixels).
    """
    scene = _background(clutter, rng, side)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    mask = foreground(image)
    box = mask.getbbox() or (0, 0, *image.size)
    thing = image.crop(box).convert("RGBA")
    thing.putalpha(mask.crop(box).filter(ImageFilter.GaussianBlur(0.7)))
    longest = side * rng.uniform(0.65, 1.1)
    scale = longest / max(thing.size)
    thing = thing.resize(
        (max(1, round(thing.width * scale)), max(1, round(thing.height * scale))), Image.Resampling.BICUBIC
    )
    thing = _tilt(thing, rng)
    x = round((side - thing.width) / 2 + rng.uniform(-0.1, 0.1) * side)
    y = round((side - thing.height) / 2 + rng.uniform(-0.1, 0.1) * side)
    shadow = thing.getchannel("A").filter(ImageFilter.GaussianBlur(5)).point(lambda a: int(a * 0.45))
    scene.paste((20, 18, 16), (x + int(rng.integers(-6, 7)), y + int(rng.integers(1, 8))), shadow)
    scene.paste(thing, (x, y), thing)
    return _camera(scene, rng)


def foreground(image: Image.Image) -> Image.Image:
    """Where a packshot shows the product: mode L, 255 on it, 0 on the light background seen from any side."""
    light = np.asarray(image).min(axis=2) > 255 - _WHITE_DISTANCE
    background = np.zeros_like(light)
    for axis in (0, 1):
        for order in (slice(None), slice(None, None, -1)):
            sight = [slice(None), slice(None)]
            sight[axis] = order
            turned = tuple(sight)
            background[turned] |= np.logical_and.accumulate(light[turned], axis=axis)
    return Image.fromarray(np.where(background, 0, 255).astype(np.uint8))


def _background(clutter: Image.Image, rng: np.random.Generator, side: int) -> Image.Image:
    """A floor, wall, cloth or pattern: two colours, a texture, and now and then a blown-up part of another photo."""
    kind = rng.integers(0, 5)
    if kind == 0:
        share = rng.uniform(0.25, 0.7)
        width, height = clutter.size
        left, top = rng.uniform(0, width * (1 - share)), rng.uniform(0, height * (1 - share))
        part = clutter.crop((int(left), int(top), int(left + width * share), int(top + height * share)))
        return part.resize((side, side), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(rng.uniform(0, 3)))
    base = rng.uniform(40, 240) + rng.normal(0, 18, 3)  # mostly greyish, as rooms are
    other = base + rng.normal(0, 35, 3)
    ys, xs = np.mgrid[0:side, 0:side] / side
    angle = rng.uniform(0, np.pi)
    ramp = np.cos(angle) * xs + np.sin(angle) * ys
    if kind == 1:  # boards, tiles, stripes
        ramp = (ramp * rng.integers(3, 14)) % 1.0 > rng.uniform(0.05, 0.5)
    elif kind == 2:  # tiles
        count = rng.integers(2, 8)
        ramp = ((xs * count) % 1 < 0.06) | ((ys * count) % 1 < 0.06)
    cells = int(rng.integers(3, 40))
    specks = Image.fromarray(rng.normal(128, 30, (cells, cells)).clip(0, 255).astype(np.uint8))
    grain = np.asarray(specks.resize((side, side), Image.Resampling.BICUBIC)).astype(np.float32) - 128
    blend = np.asarray(ramp, np.float32)[..., None]
    floor = base * (1 - blend) + other * blend + grain[..., None] * rng.uniform(0.1, 0.9)
    return Image.fromarray(floor.clip(0, 255).astype(np.uint8))


def _tilt(thing: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Turned by up to 20 degrees and seen slightly from one side."""
    thing = thing.rotate(rng.normal(0, 9), Image.Resampling.BICUBIC, expand=True)
    width, height = thing.size
    pull = 0.07
    corners = [(0, 0), (0, height), (width, height), (width, 0)]
    moved = [(x + rng.uniform(-pull, pull) * width, y + rng.uniform(-pull, pull) * height) for x, y in corners]
    quad = [value for corner in moved for value in corner]
    return thing.transform(thing.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)


def _camera(scene: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Uneven light, a colour cast, exposure, blur, noise and JPEG's own damage."""
    pixels = np.asarray(scene).astype(np.float32)
    side = pixels.shape[0]
    ys, xs = np.mgrid[0:side, 0:side] / side - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.5) * (np.cos(angle) * xs + np.sin(angle) * ys)
    cast = 1 + rng.normal(0, 0.05, 3)
    pixels = 255 * (np.clip(pixels * light[..., None] * cast / 255, 0, 1) ** np.exp(rng.normal(0, 0.2)))
    pixels = pixels * rng.uniform(0.75, 1.1) + rng.normal(0, rng.uniform(0, 8), pixels.shape)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.3)))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(rng.integers(35, 90)))
    return Image.open(buffer).convert("RGB")
