"""How well photos of what a shop doesn't sell are told from photos of what it sells.

    python benchmarks/unknown.py [--data DIR] [--bundle DIR] [--imagenet FILE] [--work DIR] [--seed 0]

Searched: the shipped model and a shop without one kind of thing (shoes, bags, ...). In the index are the boutique's
training products of the other kinds; asked are the test products, and the score of the nearest photo must tell which of
them are of the kind that is missing. The network has seen that kind when it was trained, the index has not.

Trained (with --imagenet): two of the ten classes of the home photos, drawn by the seed, are left out of a training from
ImageNet weights with the default recipe; asked are the test photos of the other eight, and all photos of the two.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from classifier import read_set
from judging import embed, run

from indexer.errors import TrainingDataError
from indexer.evaluation.evaluating import evaluate_bundle
from indexer.evaluation.metrics import unknown_auroc, unknown_missed
from indexer.network.start import start_from_name
from indexer.training.bundle import train_on_examples
from indexer.training.development_photos import GROUP_COLUMN, data_dir, read_boutique
from indexer.training.recipe import Recipe
from search.bundle import Bundle
from search.embedder import Embedder, weigh_parts
from search.preprocessing import query_views
from search.settings import bundle_dir

_FEWEST = 50  # test products that a kind needs to be left out
_LEFT_OUT = 2  # classes of the home photos
_AT_ONCE = 512


def main() -> None:
    """Print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--bundle", type=Path, default=bundle_dir())
    parser.add_argument("--imagenet", help="PyTorch's weight file; without it nothing is trained")
    parser.add_argument("--work", type=Path, default=Path("var/benchmarks"))
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print_searched(read_boutique(arguments.data), Embedder(Bundle.open(arguments.bundle)))
    if arguments.imagenet:
        print_trained(arguments)


def print_searched(products: pd.DataFrame, embedder: Embedder) -> None:
    """A line a kind that the shop doesn't sell."""
    bundle = embedder.bundle
    products = products[products["split"] != "validation"]
    stored, asked = products[products["split"] == "train"], products[products["split"] == "test"]
    asked = asked[~asked["sha256"].isin(stored["sha256"])]
    base = embed(list(stored["path"]), embedder).vectors
    queries = weigh_parts(
        embed(list(asked["path"]), embedder, query_views).vectors, bundle.style_dim, bundle.colour_weight
    )
    counts = asked[GROUP_COLUMN].value_counts()
    print(
        f"Bundle {bundle.name}, {len(asked):,} test products; called strange below {bundle.neighbours.strange_below}\n"
    )
    print("| not sold | photos | AUROC | passes when 95% of the sold do | called strange, of these | of those sold |")
    print("|---|---|---|---|---|---|")
    rows = []
    for kind in counts[counts >= _FEWEST].index:
        sold = base[(stored[GROUP_COLUMN] != kind).to_numpy()]
        nearest = np.concatenate(
            [(queries[i : i + _AT_ONCE] @ sold.T).max(axis=1) for i in range(0, len(queries), _AT_ONCE)]
        )
        missing = (asked[GROUP_COLUMN] == kind).to_numpy()
        known, unknown = -nearest[~missing], -nearest[missing]
        threshold = -bundle.neighbours.strange_below
        rows.append(
            (
                unknown_auroc(known, unknown),
                unknown_missed(known, unknown),
                (unknown > threshold).mean(),
                (known > threshold).mean(),
            )
        )
        print(
            f"| {kind} | {missing.sum()} | {rows[-1][0]:.3f} | "
            + " | ".join(f"{value:.1%}" for value in rows[-1][1:])
            + " |"
        )
    mean = np.mean(rows, axis=0)
    print(f"| mean | | {mean[0]:.3f} | " + " | ".join(f"{value:.1%}" for value in mean[1:]) + " |")


def print_trained(arguments: argparse.Namespace) -> None:
    """A line a score; the training is kept in the work directory."""
    examples = read_set("clothing", arguments.data)
    classes = np.array(sorted(examples["category"].unique()))
    left_out = sorted(np.random.default_rng(arguments.seed).choice(classes, _LEFT_OUT, replace=False).tolist())
    out = arguments.work / f"unknown-{'-'.join(left_out)}-{arguments.seed}"
    if not out.exists():
        recipe = Recipe(seed=arguments.seed)
        learned = examples[~examples["category"].isin(left_out)].reset_index(drop=True)
        learned.attrs["heads"] = ["category"]
        start = start_from_name("efficientnet-lite0", arguments.imagenet, recipe.image_size)
        train_on_examples(learned, start, out, recipe, cache=arguments.work / "photos", origin="clothing")
    found = evaluate_bundle(out, examples).unknown
    if found is None:
        raise TrainingDataError(f"No photos of {', '.join(left_out)} could be judged.")
    photos = f"{found['known']} known and {found['unknown']} unknown photos"
    print(f"\nHome photos, {' and '.join(left_out)} left out of training, seed {arguments.seed}: {photos}, one run\n")
    print("| score | AUROC | passes when 95% of the known do |\n|---|---|---|")
    for name, figures in found["scores"].items():
        print(f"| {name} | {figures['auroc']:.3f} | {figures['missed_at_95']:.1%} |")
    (out / "unknown.json").write_text(json.dumps(found))


if __name__ == "__main__":
    run(main)
