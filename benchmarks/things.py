"""How well the things that people wear in a street photo are found, and what finding them costs.

    python benchmarks/things.py [--data DIR]

The last 204 street photos, which nothing was fitted to or chosen by. Counted is each thing that somebody wears and
that covers 3 % of the photo or more; hair and skin are none. Its box is that of its mask, without specks (parts under
a twentieth of it). *Found* is a thing if one of the first five boxes has an intersection over union of 0.5 or more with
its box; *found as what it is* if that box also has its kind. Rows before the last are baselines: the whole photo, its
middle, and the one box that the network's mask of the product gives.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from judging import run
from PIL import Image
from scipy import ndimage

from indexer.training.development_photos import StreetPhoto, data_dir, read_street_photos
from indexer.training.things_head import kind_of
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.foreground import box_of_mask
from search.model.preprocessing import image_to_pixels, query_views
from search.model.things import ThingFinder, overlap
from search.model.things_head import BACKGROUND, BODY
from search.photo import Box, open_photo
from search.settings import bundle_dir

LEAST_SHARE = 0.03  # of the photo
SPECK = 0.05  # of the thing's mask
FOUND_FROM = 0.5  # intersection over union

Guess = tuple[str, Box]
Guesser = Callable[[Image.Image], list[Guess]]


def main() -> None:
    """Print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    photos = read_street_photos(parser.parse_args().data, judging=True)
    worn = [list_worn(photo) for photo in photos]
    images = [open_photo(photo.path) for photo in photos]
    embedder = Embedder(Bundle.open(bundle_dir()))
    finder = ThingFinder(embedder)

    def first_guess(image: Image.Image) -> list[Guess]:
        mask = embedder.embed(image_to_pixels(image, embedder.bundle.image_size)[None]).masks
        return [("", box_of_mask(mask[0], image.size))] if mask is not None else []

    guessers: dict[str, Guesser] = {
        "the whole photo": lambda image: [("", (0.0, 0.0, 1.0, 1.0))],
        "its middle, 0.6 of each side": lambda image: [("", (0.2, 0.2, 0.6, 0.6))],
        "the product mask's box": first_guess,
        "things": lambda image: [(thing.kind, thing.box) for thing in finder.find(image)],
    }
    print(f"{sum(map(len, worn))} things in {len(photos)} street photos, one run\n")
    print("| boxes | found | found as what it is | boxes a photo |\n|---|---|---|---|")
    for name, guess in guessers.items():
        guesses = [guess(image) for image in images]
        found, right = count_found(worn, guesses)
        total, each = sum(map(len, worn)), statistics.mean(map(len, guesses))
        print(f"| {name} | {found.total() / total:.1%} | {right.total() / total:.1%} | {each:.1f} |")
    print_kinds(worn, found, right)
    print_cost(images, embedder, finder)


def list_worn(photo: StreetPhoto) -> list[Guess]:
    """The kind and the box of each thing that is large enough."""
    numbers = photo.read_mask()
    large = [number for number in np.unique(numbers) if (numbers == number).mean() >= LEAST_SHARE]
    kinds = {number: kind_of(photo.labels[number]) for number in large}
    return [(kind, _box_of(numbers == number)) for number, kind in kinds.items() if kind not in (BACKGROUND, BODY)]


def count_found(worn: list[list[Guess]], guesses: list[list[Guess]]) -> tuple[Counter[str], Counter[str]]:
    """By kind, how many things are found, and found as what they are."""
    found, right = Counter[str](), Counter[str]()
    for things, boxes in zip(worn, guesses, strict=True):
        for kind, place in things:
            near = [guessed for guessed, box in boxes if overlap(place, box) >= FOUND_FROM]
            found[kind] += bool(near)
            right[kind] += kind in near
    return found, right


def print_kinds(worn: list[list[Guess]], found: Counter[str], right: Counter[str]) -> None:
    """How each kind of thing fares."""
    print("\n| kind | things | found | found as what it is |\n|---|---|---|---|")
    for kind, count in Counter(kind for things in worn for kind, _ in things).most_common():
        print(f"| {kind} | {count} | {found[kind] / count:.1%} | {right[kind] / count:.1%} |")


def print_cost(images: list[Image.Image], embedder: Embedder, finder: ThingFinder) -> None:
    """What finding takes beside embedding, in the same run: of street photos, and of one thing on white."""
    some = images[:40]
    packshots = [_on_white(image) for image in some]
    embedding = statistics.median(_milliseconds(lambda image: embedder.embed_views(query_views(image)), some))
    print("\n| | ms, median of 40 | of embedding a photo |\n|---|---|---|")
    print(f"| embedding a photo, which each search does | {embedding:.0f} | 1 |")
    for name, photos in (("finding things in a street photo", some), ("finding none in a packshot", packshots)):
        took = statistics.median(_milliseconds(finder.find, photos))
        print(f"| {name} | {took:.0f} | {took / embedding:.2f} |")


def _milliseconds(act: Callable[[Image.Image], object], images: list[Image.Image]) -> list[float]:
    times = []
    for image in images:
        started = time.perf_counter()
        act(image)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _on_white(image: Image.Image) -> Image.Image:
    """A stand-in for a packshot: a patch of a photo's middle on white."""
    width, height = image.size
    packshot = Image.new("RGB", image.size, (255, 255, 255))
    middle = (width // 3, height // 3, width * 2 // 3, height * 2 // 3)
    packshot.paste(image.crop(middle), middle[:2])
    return packshot


def _box_of(mask: np.ndarray) -> Box:
    part_of, _ = ndimage.label(mask)
    sizes = np.bincount(part_of[mask])
    thing = np.isin(part_of, np.flatnonzero(sizes >= SPECK * mask.sum()))
    rows, columns = (np.flatnonzero(thing.any(axis=axis)) for axis in (1, 0))
    height, width = mask.shape
    left, top = columns[0] / width, rows[0] / height
    return left, top, (columns[-1] + 1) / width - left, (rows[-1] + 1) / height - top


if __name__ == "__main__":
    run(main)
