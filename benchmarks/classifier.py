"""Test accuracy of `indexer train` with the default recipe, from several seeds, on the development photos.

    python benchmarks/classifier.py [--data DIR] [--work DIR] [--sets clothing,five,boutique] [--seeds 0,1,2]
                                    [--set NAME=VALUE]

* clothing: the published small split, 10 classes (3,068 / 341 / 372 photos).
* five: the article-shaped five classes from the boutique, gender and article type; test are the ids divisible by 5.
* boutique: all its article types, with heads for gender and colour beside; the same test photos.

Each seed is a training of its own, judged once on the test photos through LiteRT: in one view a photo, and "as a
query", averaged over the views that a search takes of a shopper's photo. A finished seed is kept in the work directory,
so that a stopped benchmark goes on; --set changes the recipe, for ablations.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from judging import embed, run, whole_photo

from indexer.evaluation.metrics import classification_metrics
from indexer.network.start import start_from_bundle, start_from_name
from indexer.training.bundle import train_on_examples
from indexer.training.development_photos import HEAD_COLUMNS, data_dir, read_boutique, read_clothing
from indexer.training.recipe import Recipe
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import query_views
from search.settings import bundle_dir

FIVE = ("Men Jackets", "Men Sweatshirts", "Men Sweaters", "Women Sweaters", "Women Sweatshirts")
COLUMNS = ["path", "product_id", "group_id", "sha256", "split"]
FIGURES = ("validation", "accuracy", "macro_f1", "as_query")


def main() -> None:
    """Train what isn't trained yet and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--work", type=Path, default=Path("var/benchmarks"))
    parser.add_argument("--sets", default="clothing,five,boutique")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--imagenet", help="start from these ImageNet weights instead of the shipped bundle")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    print(
        "| set | seed | minutes | validation | test accuracy | macro F1 | as a query |\n|---|---|---|---|---|---|---|"
    )
    for name in arguments.sets.split(","):
        examples = read_set(name, arguments.data)
        seeds = [int(seed) for seed in arguments.seeds.split(",")]
        results = [train_seed(name, examples, seed, arguments) for seed in seeds]
        minutes = [result["minutes"] for result in results]
        for head in examples.attrs["heads"]:
            of_head = name if head == "category" else f"{name}, {head}"
            figures = [result[head] for result in results]
            for seed, took, found in zip(seeds, minutes, figures, strict=True):
                print(f"| {of_head} | {seed} | {took:.1f} | {' | '.join(f'{found[key]:.4f}' for key in FIGURES)} |")
            one_view, as_query = (
                describe_spread([found[key] for found in figures]) for key in ("accuracy", "as_query")
            )
            print(
                f"| {of_head} | mean of {len(seeds)} | {np.mean(minutes):.1f} | | {one_view} | | {as_query} |",
                flush=True,
            )


def describe_spread(values: list[float]) -> str:
    """Mean and standard deviation over the seeds."""
    spread = np.std(values, ddof=1) if len(values) > 1 else 0.0
    return f"**{np.mean(values):.4f}** ± {spread:.4f}"


def read_set(name: str, data: Path) -> pd.DataFrame:
    """The examples of a benchmark set, split and all."""
    if name == "clothing":
        photos = read_clothing(data)
        return select(photos.assign(category=photos["garment"]), ["category"])
    photos = read_boutique(data)
    if name == "boutique":
        return select(photos.assign(category=photos["article_type"]), list(HEAD_COLUMNS))
    photos["category"] = photos["gender"] + " " + photos["article_type"]
    photos.loc[photos["id"].astype(int) % 10 == 1, "split"] = "validation"  # of so few, a few more to choose by
    return select(photos[photos["category"].isin(FIVE)], ["category"])


def select(photos: pd.DataFrame, heads: list[str]) -> pd.DataFrame:
    """The columns that a training needs, with its heads named; without copies of test photos among the others."""
    judged = photos["split"] == "test"
    copies = ~judged & photos["sha256"].isin(photos["sha256"][judged])
    examples = photos.loc[~copies, [*COLUMNS, *heads]].reset_index(drop=True)
    examples.attrs["heads"] = heads
    return examples


def train_seed(name: str, examples: pd.DataFrame, seed: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Train and judge one seed, or take from disk what was found before: minutes, and for each head its figures."""
    changed = "".join(f"-{setting}" for setting in sorted(arguments.settings)) + (
        "-imagenet" if arguments.imagenet else ""
    )
    out = arguments.work / f"{name}{changed}-{seed}"
    found = out / "benchmark.json"
    if found.exists():
        kept: dict[str, Any] = json.loads(found.read_text())
        return kept
    recipe = Recipe.from_settings(arguments.settings, seed=seed)
    if arguments.imagenet:
        start = start_from_name("efficientnet-lite0", arguments.imagenet, recipe.image_size)
    else:
        start = start_from_bundle(bundle_dir())
    cache = arguments.work / "photos"
    report = train_on_examples(examples, start, out, recipe, cache=cache, origin=name, smallest_class=1)
    result = judge(Embedder(Bundle.open(out)), examples, report.metrics)
    result["minutes"] = report.seconds / 60
    found.write_text(json.dumps(result))
    return result


def judge(embedder: Embedder, examples: pd.DataFrame, validation: dict[str, Any]) -> dict[str, Any]:
    """For each head its figures on the test photos."""
    test = examples[examples["split"] == "test"]
    seen = {views: embed(list(test["path"]), embedder, views).probabilities for views in (whole_photo, query_views)}
    result: dict[str, Any] = {}
    for head in examples.attrs["heads"]:
        learned = embedder.bundle.heads[head].labels
        labels = [*learned, *sorted(set(test[head]) - set(learned))]  # which are never predicted
        targets = np.array([labels.index(label) for label in test[head]])
        one_view, as_query = (
            classification_metrics(np.pad(found[head], [(0, 0), (0, len(labels) - len(learned))]), targets, labels)
            for found in seen.values()
        )
        result[head] = {
            "validation": validation[f"validation_{head}_accuracy"],
            "accuracy": one_view["accuracy"],
            "macro_f1": one_view["macro_f1"],
            "as_query": as_query["accuracy"],
        }
    return result


if __name__ == "__main__":
    run(main)
