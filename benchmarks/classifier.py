"""Test accuracy of `indexer train` with the default recipe, from several seeds, on the development photos.

    python benchmarks/classifier.py [--data DIR] [--work DIR] [--sets clothing,five] [--seeds 0,1,2] [--set NAME=VALUE]

* clothing: the published small split, 10 classes (3,068 / 341 / 372 photos).
* five: the article-shaped five classes from the boutique, gender and article type; test are the ids divisible by 5.

Each seed is a training of its own, judged once on the test photos through LiteRT: in one view a photo, and "as a
query", averaged over the views that a search takes of a shopper's photo. A finished seed is kept in the work directory,
so that a stopped benchmark goes on; --set changes the recipe, for ablations.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
from judging import embed, run, whole_photo

from indexer.evaluation.metrics import classification_metrics
from indexer.network.start import start_from_bundle, start_from_name
from indexer.training.bundle import train_on_examples
from indexer.training.development_photos import data_dir, read_boutique, read_clothing
from indexer.training.recipe import Recipe
from search.bundle import Bundle
from search.embedder import Embedder
from search.preprocessing import query_views
from search.settings import bundle_dir

FIVE = ("Men Jackets", "Men Sweatshirts", "Men Sweaters", "Women Sweaters", "Women Sweatshirts")
COLUMNS = ["path", "product_id", "group_id", "sha256", "split", "category"]


def main() -> None:
    """Train what isn't trained yet and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--work", type=Path, default=Path("var/benchmarks"))
    parser.add_argument("--sets", default="clothing,five")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--imagenet", help="start from these ImageNet weights instead of the shipped bundle")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    print(
        "| set | seed | minutes | validation | test accuracy | macro F1 | as a query |\n|---|---|---|---|---|---|---|"
    )
    for name in arguments.sets.split(","):
        examples = read_set(name, arguments.data)
        results = [train_seed(name, examples, int(seed), arguments) for seed in arguments.seeds.split(",")]
        for seed, result in zip(arguments.seeds.split(","), results, strict=True):
            print(
                f"| {name} | {seed} | {result['minutes']:.1f} | {result['validation']:.4f} | {result['accuracy']:.4f} "
                f"| {result['macro_f1']:.4f} | {result['as_query']:.4f} |"
            )
        minutes = np.mean([result["minutes"] for result in results])
        one_view, as_query = (describe_spread([result[key] for result in results]) for key in ("accuracy", "as_query"))
        print(f"| {name} | mean of {len(results)} | {minutes:.1f} | | {one_view} | | {as_query} |")


def describe_spread(values: list[float]) -> str:
    """Mean and standard deviation over the seeds."""
    spread = np.std(values, ddof=1) if len(values) > 1 else 0.0
    return f"**{np.mean(values):.4f}** ± {spread:.4f}"


def read_set(name: str, data: Path) -> pd.DataFrame:
    """The examples of a benchmark set, split and all."""
    if name == "clothing":
        photos = read_clothing(data)
        examples = photos.assign(category=photos["garment"])[COLUMNS].reset_index(drop=True)
    else:
        photos = read_boutique(data)
        photos = photos.assign(category=photos["gender"] + " " + photos["article_type"])
        photos.loc[photos["id"].astype(int) % 10 == 1, "split"] = "validation"  # of so few, a few more to choose by
        examples = photos[photos["category"].isin(FIVE)][COLUMNS].reset_index(drop=True)
    examples.attrs["heads"] = ["category"]
    return examples


def train_seed(name: str, examples: pd.DataFrame, seed: int, arguments: argparse.Namespace) -> dict[str, float]:
    """Train and judge one seed, or take from disk what was found before."""
    changed = "".join(f"-{setting}" for setting in sorted(arguments.settings)) + (
        "-imagenet" if arguments.imagenet else ""
    )
    out = arguments.work / f"{name}{changed}-{seed}"
    found = out / "benchmark.json"
    if found.exists():
        return json.loads(found.read_text())
    recipe = Recipe.from_settings(arguments.settings, seed=seed)
    if arguments.imagenet:
        start = start_from_name("efficientnet-lite0", arguments.imagenet, recipe.image_size)
    else:
        start = start_from_bundle(bundle_dir())
    began = time.monotonic()
    report = train_on_examples(examples, start, out, recipe, cache=arguments.work / "photos", origin=name)
    minutes = (time.monotonic() - began) / 60
    test = examples[examples["split"] == "test"]
    embedder = Embedder(Bundle.open(out))
    labels = embedder.bundle.heads["category"].labels
    targets = np.array([labels.index(label) for label in test["category"]])
    one_view, as_query = (
        classification_metrics(embed(list(test["path"]), embedder, views).probabilities["category"], targets, labels)
        for views in (whole_photo, query_views)
    )
    result = {
        "accuracy": one_view["accuracy"],
        "macro_f1": one_view["macro_f1"],
        "as_query": as_query["accuracy"],
        "validation": report.metrics["validation_category_accuracy"],
        "minutes": minutes,
    }
    found.write_text(json.dumps(result))
    return result


if __name__ == "__main__":
    run(main)
