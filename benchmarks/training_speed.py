"""What the trained branch costs in training: photos a second with it and with the parts on top alone, in one run.

    python benchmarks/training_speed.py [--steps 8]

Random pixels through the whole of a training: views, still layers, step and averages, in batches of the usual recipe.
The first step of each, which compiles, isn't counted. One run; the ratio is what to look at.
"""

import argparse
import time

import numpy as np

from indexer.network.start import start_from_bundle
from indexer.training.batches import TrainingPhotos, epoch_batches
from indexer.training.recipe import Recipe
from indexer.training.trainer import Trainer
from search.settings import bundle_dir

SIDE = 256  # pixels, of the cached photos
CLASSES = 20


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=8)
    steps = parser.parse_args().steps
    variants = {
        "the trained branch learns": Recipe(epochs=1, head_epochs=0),
        "only the parts on top learn": Recipe(epochs=1, head_epochs=1),
    }
    rates = {name: photos_a_second(recipe, steps) for name, recipe in variants.items()}
    slowest = next(iter(rates.values()))
    print("| training | photos a second | ratio |\n|---|---|---|")
    for name, rate in rates.items():
        print(f"| {name} | {rate:.1f} | {rate / slowest:.2f} |")


def photos_a_second(recipe: Recipe, steps: int) -> float:
    """Of so many steps, after one to warm up; each photo is seen in two views."""
    rng = np.random.default_rng(0)
    count = recipe.batch_size * (steps + 1)
    pixels = rng.integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)
    pixels[::2, :40] = pixels[::2, -40:] = 255  # half of them are packshots, as far as their edges go
    pixels[::2, :, :40] = pixels[::2, :, -40:] = 255
    targets = {"category": rng.integers(0, CLASSES, count).astype(np.int32)}
    photos = TrainingPhotos.prepare(pixels, np.arange(count), targets, progress=False)
    names = {"category": [str(label) for label in range(CLASSES)]}
    trainer = Trainer(start_from_bundle(bundle_dir()).backbone, {}, names, photos, recipe)
    began = 0.0
    for step, batch in enumerate(epoch_batches(photos, recipe, 0, 0, trainer.enter)):
        trainer.take_step(batch)
        if step == 0:
            began = time.perf_counter()
    return recipe.batch_size * steps / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
