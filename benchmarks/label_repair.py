"""How many wrong labels are repaired by accepting the first of the queue's suggestions, and what that is worth.

    python benchmarks/label_repair.py --imagenet WEIGHTS [--data DIR] [--features FILE] [--seeds 0 1 2] [--train DIR]

Gives 5 % of the boutique's training products another article type at random, ranks all labels as the studio's queue
does, and takes the suggestion for as many as were flipped, unseen. Prints how many flipped labels are right again, and
the accuracy on the test products of a linear classifier on frozen features that learned the true, the flipped and the
repaired labels. Photos are seen by ImageNet's network, which no label was shown to; its features are kept in
``--features``. ``--train`` fine-tunes the network on each of the three instead, below the directory it names (hours).
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from label_noise import EVERY, NOISE, encode, flip_labels, load_features
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from indexer.errors import TrainingDataError
from indexer.evaluation.metrics import wilson_interval
from indexer.labels.label_issues import find_label_issues, out_of_fold_probabilities
from indexer.network import lite0
from indexer.training.development_photos import data_dir, read_boutique

KINDS = ("true", "flipped", "repaired")
STRENGTH = 4.0  # inverse regularisation for features of length 1, as the label check has it
STEPS = 200


def main() -> None:
    """Print both tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--imagenet", type=Path, help="weights of EfficientNet-Lite0; see docs/model.md")
    parser.add_argument("--features", type=Path, default=Path("var/label_repair.npz"), help="where features are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--train", type=Path, help="fine-tune on each kind of labels, in this directory (hours)")
    arguments = parser.parse_args()
    products = read_boutique(arguments.data)
    products = products.assign(category=products["article_type"], path=products["path"].map(Path))
    known = products["category"].isin(products["category"][products["split"] != "test"])  # a test can't ask for others
    products = products[known].reset_index(drop=True)
    features = load_features({"boutique": products}, arguments.features, arguments.imagenet)["boutique"]
    tested = (products["split"] == "test").to_numpy()
    labels = sorted(products["category"].unique())
    codes = encode(products, labels)
    print(f"{(~tested).sum():,} training products, {tested.sum():,} test products, {len(labels)} article types\n")
    print("| seed | flipped | repaired | wrong before | wrong after | spoilt |\n|---|---|---|---|---|---|")
    rows = []
    for seed in arguments.seeds:
        flipped, repaired = repair(
            products[~tested].reset_index(drop=True), features[~tested], codes[~tested], labels, seed
        )
        by_kind = dict(zip(KINDS, (codes[~tested], flipped, repaired), strict=True))
        if arguments.train:
            folder = arguments.train / f"seed-{seed}"
            hits = [
                fine_tune(products, tested, labels, of, arguments.imagenet, folder / kind)
                for kind, of in by_kind.items()
            ]
        else:
            hits = [count_hits(features[~tested], of, features[tested], codes[tested]) for of in by_kind.values()]
        rows.append((seed, hits))
    print("\nCorrect on the test products, with 95 % intervals, after learning the labels that are\n")
    print("| seed | true | 5 % flipped | repaired |\n|---|---|---|---|")
    for seed, hits in rows:
        print(f"| {seed} | {' | '.join(describe(right, int(tested.sum())) for right in hits)} |")


def repair(
    products: pd.DataFrame, features: np.ndarray, codes: np.ndarray, labels: list[str], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The labels with 5 % flipped, and after accepting as many suggestions from the top of the queue."""
    flipped, is_flipped = flip_labels(codes, len(labels), seed)
    probabilities = out_of_fold_probabilities(features, flipped, len(labels), np.arange(len(codes)))
    ranked = find_label_issues(probabilities, flipped, products, labels, max_score=EVERY)[: round(NOISE * len(codes))]
    repaired = flipped.copy()
    repaired[ranked["row"].to_numpy(np.int64)] = ranked["predicted"].map(
        {label: code for code, label in enumerate(labels)}
    )
    mended = (repaired == codes)[is_flipped].sum()
    spoilt = (repaired != codes)[~is_flipped].sum()
    print(
        f"| {seed} | {is_flipped.sum()} | {mended} ({mended / is_flipped.sum():.1%}) | {(flipped != codes).sum()} | "
        f"{(repaired != codes).sum()} | {spoilt} |",
        flush=True,
    )
    return flipped, repaired


def count_hits(learned: np.ndarray, targets: np.ndarray, judged: np.ndarray, truth: np.ndarray) -> int:
    """How many test products a linear classifier on the features gets right."""
    centre = unit(learned).mean(axis=0)
    scale = (unit(learned) - centre).std()
    model = LogisticRegression(C=STRENGTH / learned.shape[1], max_iter=STEPS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        model.fit((unit(learned) - centre) / scale, targets)
    return int((model.predict((unit(judged) - centre) / scale) == truth).sum())


def unit(features: np.ndarray) -> np.ndarray:
    """The features scaled to length 1."""
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)


def fine_tune(
    products: pd.DataFrame, tested: np.ndarray, labels: list[str], targets: np.ndarray, weights: Path, out: Path
) -> int:
    """How many test products a network gets right that was trained on these labels, starting from ImageNet."""
    from indexer.evaluation.evaluate import evaluate_bundle
    from indexer.network.start import start_from_name
    from indexer.training.bundle import train_on_examples
    from indexer.training.recipe import Recipe

    examples = products.assign(path=products["path"].map(str))
    truth = examples.copy()
    examples.loc[~tested, "category"] = np.array(labels, object)[targets]
    examples.attrs["heads"] = ["category"]
    recipe = Recipe()
    if not out.exists():
        out.with_name(out.name + ".training").mkdir(parents=True, exist_ok=True)
        start = start_from_name(lite0.NAME, str(weights), recipe.image_size)
        train_on_examples(
            examples, start, out, recipe, cache=out.parent.parent / "cache", origin="packshots", smallest_class=1
        )
    main = evaluate_bundle(out, truth, split="test").main
    return int((main.predicted == main.targets).sum())


def describe(right: int, count: int) -> str:
    """A share of the test products with its interval."""
    low, high = wilson_interval(right, count)
    return f"{right / count:.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    try:
        main()
    except TrainingDataError as error:
        print(f"Skipped: {error}")
