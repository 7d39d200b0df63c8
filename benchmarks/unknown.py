"""How well photos of what a shop doesn't sell are told from photos of what it sells.

    python benchmarks/unknown.py [--data DIR] [--bundle DIR] [--imagenet FILE] [--work DIR] [--seed 0]

Searched: the shipped model and a shop without one kind of thing (shoes, bags, ...). In the index are the boutique's
training products of the other kinds; asked are the packshots of its test products, and the test photos that people took
at home. How far the nearest photo stands out must tell which of them are of the kind that is missing. The network has
seen that kind when it was trained, the index has not. Free gifts are left out: they are sunglasses, watches and bags.

Trained (with --imagenet): two of the ten classes of the home photos, drawn by the seed, are left out of a training from
ImageNet weights with the default recipe; asked are the test photos of the other eight, and all photos of the two.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from classifier import read_set
from judging import embed, run

from indexer.errors import TrainingDataError
from indexer.evaluation.evaluating import evaluate_bundle
from indexer.evaluation.metrics import unknown_auroc
from indexer.network.start import start_from_name
from indexer.training.bundle import train_on_examples
from indexer.training.development_photos import GROUP_COLUMN, data_dir, read_boutique
from indexer.training.recipe import Recipe
from search.bundle import Bundle
from search.embedder import Embedder
from search.preprocessing import query_views
from search.settings import bundle_dir

_FEWEST = {"packshots": 50, "photos taken at home": 20}  # test photos of a kind that is left out
_ANY_KIND = "Free Gifts"
_KIND_OF_GARMENT = {
    "t-shirt": "Topwear",
    "longsleeve": "Topwear",
    "shirt": "Topwear",
    "outwear": "Topwear",
    "pants": "Bottomwear",
    "shorts": "Bottomwear",
    "skirt": "Bottomwear",
    "shoes": "Shoes",
    "dress": "Dress",
    "hat": "Headwear",
}
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
    print_searched(arguments.data, Embedder(Bundle.open(arguments.bundle)))
    if arguments.imagenet:
        print_trained(arguments)


def print_searched(data: Path, embedder: Embedder) -> None:
    """A table a sort of photo, with a line a kind that the shop doesn't sell."""
    bundle = embedder.bundle
    if bundle.familiarity is None:
        raise TrainingDataError(f"The bundle {bundle.name} has not measured what is usual; train it again.")
    products = read_boutique(data)
    stored = products[(products["split"] == "train") & (products[GROUP_COLUMN] != _ANY_KIND)]
    asked = products[(products["split"] == "test") & (products[GROUP_COLUMN] != _ANY_KIND)]
    asked = asked[~asked["sha256"].isin(stored["sha256"])]
    home = read_set("clothing", data)
    home = home[home["split"] == "test"]
    base, kinds = embed(list(stored["path"]), embedder).vectors, stored[GROUP_COLUMN].to_numpy()
    print(f"Bundle {bundle.name}; called strange below a lead of {bundle.familiarity.least_lead}")
    print_kinds("packshots", list(asked["path"]), asked[GROUP_COLUMN].to_numpy(), base, kinds, embedder)
    garments = home["category"].map(_KIND_OF_GARMENT).to_numpy()
    print_kinds("photos taken at home", list(home["path"]), garments, base, kinds, embedder)


def print_kinds(
    what: str, paths: list[str], asked: np.ndarray, base: np.ndarray, kinds: np.ndarray, embedder: Embedder
) -> None:
    """A line a kind of which enough photos are asked (N,), while the index holds the others (B, D) and (B,)."""
    bundle = embedder.bundle
    familiarity = bundle.familiarity
    seen = embed(paths, embedder, query_views).vectors
    queries = bundle.balance.weigh(seen)
    print(f"\n{what.capitalize()}, {len(paths):,} test photos\n")
    print("| not sold | photos | AUROC | of the nearest score alone | called strange, of these | of those sold |")
    print("|---|---|---|---|---|---|")
    counts = pd.Series(asked).value_counts()
    rows = []
    for kind in counts[counts >= _FEWEST[what]].index:
        sold = base[kinds != kind]
        nearest = np.concatenate(
            [(queries[i : i + _AT_ONCE] @ sold.T).max(axis=1) for i in range(0, len(queries), _AT_ONCE)]
        )
        leads, missing = familiarity.leads(queries, nearest), asked == kind
        strange = leads < familiarity.least_lead
        rows.append(
            (
                unknown_auroc(-leads[~missing], -leads[missing]),
                unknown_auroc(-nearest[~missing], -nearest[missing]),
                strange[missing].mean(),
                strange[~missing].mean(),
            )
        )
        print(f"| {kind} | {missing.sum()} | {say(rows[-1])} |")
    print(f"| mean | | {say(np.mean(rows, axis=0))} |")


def say(figures: Sequence[float] | np.ndarray) -> str:
    """Two areas under the curve and two shares, as cells."""
    return " | ".join([f"{value:.3f}" for value in figures[:2]] + [f"{value:.1%}" for value in figures[2:]])


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
