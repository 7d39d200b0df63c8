"""How well photos of what a shop doesn't sell are told from photos of what it sells.

    python benchmarks/unknown.py [--data DIR] [--bundle DIR] [--imagenet FILE] [--work DIR] [--seed 0]

Searched: the shipped model and a shop without one kind of thing (shoes, bags, ...). In the index are the boutique's
training products of the other kinds; asked are the packshots of its test products, and the test photos that people took
at home. The novelty score must tell which of them are of the kind that is missing. The
network has seen that kind when it was trained, the index has not. Free gifts are left out: they are sunglasses, watches
and bags.

Foreign: the same index with all kinds, asked with drawn groceries, tools and cups that no training saw, each from
twelve sides, and with noise, stripes, blots, bars and plain colours.

Trained (with --imagenet): two of the ten classes of the home photos, drawn by the seed, are left out of a training from
ImageNet weights with the default recipe; asked are the test photos of the other eight, and all photos of the two.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from classifier import read_set
from judging import embed, run

from indexer.errors import TrainingDataError
from indexer.evaluation.evaluate import evaluate_bundle
from indexer.evaluation.metrics import unknown_auroc
from indexer.network.start import start_from_name
from indexer.training.bundle import train_on_examples
from indexer.training.development_photos import GROUP_COLUMN, data_dir, read_boutique, read_renders
from indexer.training.novelty_references import draw_patterns
from indexer.training.recipe import Recipe
from search.model.bundle import CATEGORY, Bundle
from search.model.embedder import Embedder, Embeddings
from search.model.novelty import Novelty
from search.model.preprocessing import query_views
from search.photo import open_photo
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
_PATTERNS, _PATTERN_SEED = 50, 20260131  # of each sort; another seed than the references have
NOTHING_IS_STRANGE = Novelty(-1.0)  # of bundles without a threshold, which are refused before
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
    if bundle.novelty is None:
        raise TrainingDataError(f"The bundle {bundle.name} has no novelty threshold; train it again.")
    products = read_boutique(data)
    stored = products[(products["split"] == "train") & (products[GROUP_COLUMN] != _ANY_KIND)]
    asked = products[(products["split"] == "test") & (products[GROUP_COLUMN] != _ANY_KIND)]
    asked = asked[~asked["sha256"].isin(stored["sha256"])]
    home = read_set("clothing", data)
    home = home[home["split"] == "test"]
    held, kinds = embed(list(stored["path"]), embedder), stored[GROUP_COLUMN].to_numpy()
    shop = IndexedShop(held.vectors, held.probabilities[CATEGORY].argmax(axis=1), bundle)
    print(f"Bundle {bundle.name}; called not sold below a score of {bundle.novelty.threshold}")
    print_foreign(data, list(asked["path"]), shop, embedder)
    print_kinds("packshots", list(asked["path"]), asked[GROUP_COLUMN].to_numpy(), shop, kinds, embedder)
    garments = home["category"].map(_KIND_OF_GARMENT).to_numpy()
    print_kinds("photos taken at home", list(home["path"]), garments, shop, kinds, embedder)


def print_foreign(data: Path, sold: list[str], shop: "IndexedShop", embedder: Embedder) -> None:
    """A line a sort of thing that no shop of clothes sells, against packshots of what is sold."""
    renders = read_renders(data, judging=True)
    seen = shop.score(embed(sold, embedder, query_views))
    print(f"\nThings that no shop of clothes sells, against {len(sold):,} test packshots of what is sold\n")
    print("| not sold | photos | AUROC | called not sold, of these | of those sold |\n|---|---|---|---|---|")
    drawn = draw_patterns(_PATTERNS, _PATTERN_SEED)
    sorts = {"drawn things": [open_photo(Path(path)) for path in renders["path"]], **drawn}
    for name, images in sorts.items():
        each = [embedder.embed_views(query_views(image)) for image in images]
        vectors = np.concatenate([one.vectors for one in each])
        probabilities = np.concatenate([one.probabilities[CATEGORY] for one in each])
        other = shop.score(Embeddings(vectors, {CATEGORY: probabilities}))
        shares = [(~shop.novelty.in_distribution(scores)).mean() for scores in (other, seen)]
        print(f"| {name} | {len(images)} | {unknown_auroc(-seen, -other):.3f} | {shares[0]:.1%} | {shares[1]:.1%} |")


@dataclass
class IndexedShop:
    """A catalogue's photos as an index has them: vectors (B, D), and the category that the classifier sees, (B,)."""

    base: np.ndarray
    seen: np.ndarray
    bundle: Bundle

    def __post_init__(self) -> None:
        self.novelty = self.bundle.novelty or NOTHING_IS_STRANGE
        self.labels = self.bundle.heads[CATEGORY].labels
        self._general = self.bundle.general
        self._assortment = self.novelty.measure_assortment(self.base[:, self._general], self.seen, self.labels)

    def score(self, asked: Embeddings) -> np.ndarray:
        """(N,) novelty scores, as a search computes them."""
        queries = self.bundle.balance.weigh_shapes(asked.vectors)
        blocks = range(0, len(queries), _AT_ONCE)
        nearest = np.concatenate([(queries[start : start + _AT_ONCE] @ self.base.T).max(axis=1) for start in blocks])
        general, probabilities = asked.vectors[:, self._general], asked.probabilities[CATEGORY]
        return self.novelty.score(nearest, general, probabilities, self.labels, self._assortment)

    def without(self, rows: np.ndarray) -> "IndexedShop":
        """The shop without the photos that a mask (B,) names."""
        return IndexedShop(self.base[~rows], self.seen[~rows], self.bundle)


def print_kinds(
    what: str, paths: list[str], asked: np.ndarray, shop: IndexedShop, kinds: np.ndarray, embedder: Embedder
) -> None:
    """A line a kind of which enough photos are asked (N,), while the index holds the others, and their means."""
    seen = embed(paths, embedder, query_views)
    print(f"\n{what.capitalize()}, {len(paths):,} test photos\n")
    print("| not sold | photos | AUROC | called not sold, of these | of those sold |\n|---|---|---|---|---|")
    counts = pd.Series(asked).value_counts()
    rows = []
    for kind in counts[counts >= _FEWEST[what]].index:
        scores, missing = shop.without(kinds == kind).score(seen), asked == kind
        strange = ~shop.novelty.in_distribution(scores)
        auroc = unknown_auroc(-scores[~missing], -scores[missing])
        rows.append((auroc, strange[missing].mean(), strange[~missing].mean()))
        print(f"| {kind} | {missing.sum()} | {say(rows[-1])} |")
    print(f"| mean | | {say(np.mean(rows, axis=0))} |")
    print(
        f"| none: all kinds are in the index | | | | {(~shop.novelty.in_distribution(shop.score(seen))).mean():.1%} |"
    )


def say(figures: Sequence[float] | np.ndarray) -> str:
    """An area under the curve and two shares, as cells."""
    return " | ".join([f"{figures[0]:.3f}", *(f"{value:.1%}" for value in figures[1:])])


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
