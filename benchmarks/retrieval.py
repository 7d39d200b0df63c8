"""What the bundle's vectors and heads are worth on the development photos' test sets.

    python benchmarks/retrieval.py [--data DIR] [--bundle DIR] [--split validation]

Boutique: for each of the 1,912 test products, the ten nearest others among them by the index's own score; the share of
them that has the product's article type, gender, colour, and all three. Clothing: for each test photo, the ten nearest
training photos; the share of its class. Then the heads' accuracies, and how well Keras and LiteRT agree on 500 test
photos. The baselines and the ceiling were measured the same way. ``--split validation`` is for choosing.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from judging import K, embed, label_precision, run

from indexer.building.category_fit import fit_category_head, scale_parts
from indexer.evaluation.metrics import calibration_error, reliability_bins
from indexer.training.development_photos import HEAD_COLUMNS, data_dir, read_boutique, read_clothing
from search.model.bundle import CLASSIFIER, Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels, query_views
from search.photo import open_photo
from search.query import SURE_FROM
from search.ranking.category_prediction import vote_category
from search.settings import bundle_dir

COLOUR_WEIGHTS = (0.0, 0.25, 0.35, 0.5, 0.75, 1.0)
BASELINE = "| baseline: ImageNet features, frozen | 0.708 | 0.798 | 0.242 | 0.146 |"
CLOTHING_BASELINE = "| baseline: ImageNet features, frozen | 0.713 |"
PARITY_PHOTOS = 500
_AT_ONCE = 32


def main() -> None:
    """Print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--bundle", type=Path, default=bundle_dir())
    parser.add_argument("--split", choices=["test", "validation"], default="test")
    arguments = parser.parse_args()
    embedder = Embedder(Bundle.open(arguments.bundle))
    everything = read_boutique(arguments.data)
    boutique = everything[everything["split"] == arguments.split]
    clothing = read_clothing(arguments.data)
    print(f"Bundle {embedder.bundle.name} ({embedder.bundle.hash}), {arguments.split} photos, one run")
    said = embed(list(boutique["path"]), embedder)
    print_boutique(embedder.bundle, boutique, said.vectors)
    print_clothing(embedder, clothing[clothing["split"] == arguments.split], clothing[clothing["split"] == "train"])
    print("\n| head | photos | accuracy |\n|---|---|---|")
    for head, column in HEAD_COLUMNS.items():
        labels = np.array(embedder.bundle.heads[head].labels)
        accuracy = np.mean(labels[said.probabilities[head].argmax(axis=1)] == boutique[column].to_numpy())
        print(f"| {column} | {len(boutique):,} | {accuracy:.3f} |")
    print_categories(embedder, everything, arguments.split)
    print_parity(embedder, list(boutique["path"])[:PARITY_PHOTOS])


def print_boutique(bundle: Bundle, products: pd.DataFrame, vectors: np.ndarray) -> None:
    """Precision@K of the products against each other, for several weights of the colour part."""
    codes = {head: products[column].astype("category").cat.codes.to_numpy() for head, column in HEAD_COLUMNS.items()}
    print(
        f"\n| colour weight ({len(products):,} products) | type | gender | colour | all three |\n|---|---|---|---|---|"
    )
    print(BASELINE)
    for weight in sorted({*COLOUR_WEIGHTS, bundle.balance.colour_weight}):
        values = label_precision(vectors, bundle, weight, list(codes.values()))
        default = " (default)" if weight == bundle.balance.colour_weight else ""
        print(f"| {weight}{default} | {' | '.join(f'{value:.3f}' for value in values)} |")


def print_clothing(embedder: Embedder, queries: pd.DataFrame, base: pd.DataFrame) -> None:
    """Precision@K of home photos against others, by the default weight and by style alone."""
    bundle = embedder.bundle
    asked = embed(list(queries["path"]), embedder, query_views).vectors
    stored = embed(list(base["path"]), embedder).vectors
    print(f"\n| clothing, {len(queries):,} photos against {len(base):,} | class |\n|---|---|\n{CLOTHING_BASELINE}")
    balance = bundle.balance.for_catalog(stored)
    for weight in sorted({0.0, balance.colour_weight}):
        scores = balance.with_colour_weight(weight).weigh(asked) @ stored.T
        nearest = np.argpartition(-scores, K, axis=1)[:, :K]
        value = (base["garment"].to_numpy()[nearest] == queries["garment"].to_numpy()[:, None]).mean()
        print(f"| colour weight {weight}{' (default)' if weight == balance.colour_weight else ''} | {value:.3f} |")


def print_categories(embedder: Embedder, products: pd.DataFrame, split: str) -> None:
    """How right and how sure the category is that a search names, in a shop of the boutique's training products.

    The shop's head is fitted as ``make index`` fits it; the photos of the other split ask.
    """
    bundle = embedder.bundle
    sold, asked = products[products["split"] == "train"], products[products["split"] == split]
    stored = embed(list(sold["path"]), embedder).vectors
    scales = scale_parts(bundle.balance.parts)
    head = fit_category_head(stored, list(sold["article_type"]), np.arange(len(sold)), scales=scales)
    labels = np.searchsorted(head.labels, sold["article_type"].to_numpy(str))
    vectors = embed(list(asked["path"]), embedder, query_views).vectors
    scores = bundle.balance.weigh_shapes(vectors) @ stored.T
    nearest = np.argsort(-scores, axis=1)[:, : bundle.neighbours.limit]
    said = np.stack(
        [
            vote_category(probabilities, score[near], labels[near], bundle.neighbours)
            for probabilities, score, near in zip(head.predict(vectors), scores, nearest, strict=True)
        ]
    )
    known = asked["article_type"].isin(head.labels).to_numpy()
    confident = said.max(axis=1)[known]
    right = np.array(head.labels)[said.argmax(axis=1)][known] == asked["article_type"].to_numpy()[known]
    error = calibration_error(reliability_bins(confident, right))
    sure = confident >= SURE_FROM
    shop = f"a shop of {len(sold):,} products of {len(head.labels)} types"
    print(f"\nThe category that a search names, {known.sum():,} photos, {shop}\n")
    print(
        "| right | expected calibration error | sure of | right of these | right of the others |\n|---|---|---|---|---|"
    )
    shares = " | ".join(f"{share:.1%}" for share in (sure.mean(), right[sure].mean(), right[~sure].mean()))
    print(f"| {right.mean():.1%} | {error:.3f} | {shares} |")


def print_parity(embedder: Embedder, paths: list[str]) -> None:
    """Keras against LiteRT."""
    import keras

    size = embedder.bundle.image_size
    pixels = np.stack([image_to_pixels(open_photo(Path(path)), size) for path in paths])
    lite = embedder.embed(pixels)
    classifier = keras.saving.load_model(embedder.bundle.path / CLASSIFIER, compile=False)
    parts = [
        classifier.predict_on_batch(pixels[i : i + _AT_ONCE].astype(np.float32))
        for i in range(0, len(pixels), _AT_ONCE)
    ]
    full = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    names = [part.name for part in embedder.bundle.balance.parts]
    vectors = np.concatenate([full[name] for name in names], axis=1)
    cosines = (vectors * lite.vectors).sum(axis=1) / len(names)  # each part has length 1
    same = np.mean(full["category"].argmax(axis=1) == lite.probabilities["category"].argmax(axis=1))
    print(f"\nKeras and LiteRT on {len(paths)} photos: lowest cosine {cosines.min():.5f}, same top class on {same:.1%}")


if __name__ == "__main__":
    run(main)
