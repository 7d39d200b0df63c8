"""A network of two convolutions and photos that it can tell apart, so that training can be tested in seconds."""

from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image, ImageDraw

from indexer.network.fork import fork_backbone
from indexer.network.lite0 import MAP, POOLED

SIDE = 64  # pixels
SHAPES = ("bars", "block", "steps")
COLOURS = {"black": (25, 25, 25), "red": (200, 30, 40)}


def build_tiny(*, size: int = SIDE, seed: int = 0) -> keras.Model:
    """A forked backbone: its first convolution is shared, and of the second one there is a copy to be trained."""
    keras.utils.set_random_seed(seed)
    pixels = keras.Input((size, size, 3), name="pixels")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="rescaling")(pixels)
    x = layers.Conv2D(12, 5, 2, "same", activation="relu", name="first")(x)
    x = layers.Conv2D(24, 5, 4, "same", activation="relu", name="second")(x)
    feature_map = layers.Identity(name=MAP)(x)
    pooled = layers.GlobalAveragePooling2D(name=POOLED)(feature_map)
    return fork_backbone(keras.Model(pixels, [feature_map, pooled], name="tiny"))


def draw_thing(shape: str, colour: str, seed: int, side: int = SIDE) -> Image.Image:
    """A thing on white, of its own size and place, unlike every other seed's."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (side, side), (253, 253, 253))
    draw = ImageDraw.Draw(image)
    left, top = rng.uniform(0.08, 0.25, 2) * side
    right, bottom = rng.uniform(0.75, 0.92, 2) * side
    fill = tuple(int(value) for value in np.add(COLOURS[colour], rng.integers(-20, 21, 3)).clip(0, 255))
    if shape == "block":
        draw.rectangle((left, top, right, bottom), fill=fill)
    for share in np.linspace(0, 0.86, 4):
        if shape == "bars":
            start = left + share * (right - left)
            draw.rectangle((start, top, start + side * 0.09, bottom), fill=fill)
        elif shape == "steps":
            start = top + share * (bottom - top)
            draw.rectangle((left, start, right, start + side * 0.09), fill=fill)
    return image


def draw_things(each: int, *, side: int = SIDE, first_seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """So many photos of each shape: pixels (N, side, side, 3) uint8 and the shapes' numbers (N,) int32."""
    colours = list(COLOURS)
    targets = np.repeat(np.arange(len(SHAPES), dtype=np.int32), each)
    photos = [
        np.asarray(draw_thing(SHAPES[target], colours[row % len(colours)], first_seed + row, side))
        for row, target in enumerate(targets)
    ]
    return np.stack(photos), targets


def write_table(folder: Path, each: int) -> Path:
    """A source: so many photos of each shape, two a group, and of the first one a copy that was saved anew."""
    colours = list(COLOURS)
    lines = ["product_id,group_id,category,colour,image"]
    (folder / "photos").mkdir(parents=True)
    for number, shape in enumerate(SHAPES):
        for row in range(each):
            name = f"photos/{shape}-{row}.png"
            draw_thing(shape, colours[row % 2], 100 * number + row, 90).save(folder / name)
            lines.append(f"{shape}-{row},{shape}-{row // 2},{shape},{colours[row % 2]},{name}")
        draw_thing(shape, colours[0], 100 * number, 90).save(folder / f"photos/{shape}-copy.jpg", quality=85)
        lines.append(f"{shape}-copy,{shape}-copy,{shape},{colours[0]},photos/{shape}-copy.jpg")
    table = folder / "products.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table
