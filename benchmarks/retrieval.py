"""Precision@10 of the shipped bundle on the boutique's test products, against themselves.

    python benchmarks/retrieval.py [--data DIR] [--bundle DIR]

For each of the 1,912 test products, the ten nearest others by the index's own score; the share of them that has the
product's article type, gender, colour, and all three. The baseline and the ceiling were measured the same way.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from indexer.boutique import HEAD_COLUMNS, data_dir, read_boutique
from indexer.errors import TrainingDataError
from search.bundle import Bundle
from search.embedder import Embedder
from search.photo import open_photo
from search.preprocessing import image_to_pixels
from search.settings import bundle_dir

K = 10
COLOUR_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
BASELINE = "| baseline: ImageNet features, frozen | 0.708 | 0.798 | 0.242 | 0.146 |"


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--bundle", type=Path, default=bundle_dir())
    arguments = parser.parse_args()
    products = read_boutique(arguments.data)
    products = products[products["split"] == "test"]
    embedder = Embedder(Bundle.open(arguments.bundle))
    bundle = embedder.bundle
    vectors, predicted = embed(list(products["path"]), embedder)
    codes = {head: products[column].astype("category").cat.codes.to_numpy() for head, column in HEAD_COLUMNS.items()}
    print(f"Bundle {bundle.name} ({bundle.hash}), {len(products)} test products, one run\n")
    print("| colour weight | type | gender | colour | all three |\n|---|---|---|---|---|")
    print(BASELINE)
    for weight in sorted({*COLOUR_WEIGHTS, bundle.colour_weight}):
        query = vectors.copy()
        query[:, : bundle.style_dim] *= 1 - weight
        query[:, bundle.style_dim :] *= weight
        cells = " | ".join(f"{value:.3f}" for value in precision(query @ vectors.T, codes))
        default = " (default)" if weight == bundle.colour_weight else ""
        print(f"| {weight}{default} | {cells} |")
    print("\n| head | accuracy |\n|---|---|")
    for head, column in HEAD_COLUMNS.items():
        labels = np.array(bundle.heads[head].labels)
        print(f"| {column} | {np.mean(labels[predicted[head]] == products[column].to_numpy()):.3f} |")


def embed(paths: list[Path], embedder: Embedder) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Vectors (N, D) and for each head the most probable labels (N,)."""
    embedded = [
        embedder.embed(image_to_pixels(open_photo(path), embedder.bundle.image_size)[None])
        for path in tqdm(paths, unit="photo", desc="embedding")
    ]
    vectors = np.concatenate([one.vectors for one in embedded])
    heads = embedded[0].probabilities
    return vectors, {name: np.array([one.probabilities[name][0].argmax() for one in embedded]) for name in heads}


def precision(scores: np.ndarray, codes: dict[str, np.ndarray]) -> list[float]:
    """Precision@K of each label, then of all together, by scores (N, N)."""
    np.fill_diagonal(scores, -np.inf)
    nearest = np.argpartition(-scores, K, axis=1)[:, :K]
    agree = [code[nearest] == code[:, None] for code in codes.values()]
    return [float(one.mean()) for one in agree] + [float(np.logical_and.reduce(agree).mean())]


if __name__ == "__main__":
    try:
        main()
    except TrainingDataError as error:
        print(f"Skipped: {error}")
