"""What a training recipe reaches on the validation products, without touching the test set or the shipped bundle.

    python benchmarks/recipes.py --imagenet WEIGHTS [--set margin=0.1 --set epochs=8 ...]

Trains the parts on the training products only (frozen backbone, cached features; see docs/model.md) and prints, for
several colour weights, precision@10 of type, gender, colour and all three among the validation products, and how often
the street view of a photo finds its packshot among the first five. One run.
"""

import argparse
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from retrieval import precision

from indexer.boutique import data_dir
from indexer.errors import TrainingDataError
from indexer.parts_training import Recipe, predict_parts, train_parts
from indexer.pretraining import prepare_training

COLOUR_WEIGHTS = (0.3, 0.5, 0.7)


def main() -> None:
    """Train once and print the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--imagenet", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("var/pretraining"))
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=NUMBER", help="of the recipe, repeatable")
    arguments = parser.parse_args()
    recipe = change_recipe(arguments.set)
    training = prepare_training(arguments.data, arguments.imagenet, arguments.work)
    held_out = (training.products["split"] == "validation").to_numpy()
    views = {name: view.select(~held_out) for name, view in training.views.items()}
    targets = {head: codes[~held_out] for head, codes in training.labels.targets.items()}
    parts = train_parts(views, targets, training.labels.names, recipe)
    packshot = predict_parts(parts, training.views["plain"].select(held_out))
    street = predict_parts(parts, training.views["street-1"].select(held_out))
    codes = {head: values[held_out] for head, values in training.labels.targets.items()}
    print(f"\n{recipe}\n{held_out.sum()} validation products, one run\n")
    print("| colour weight | type | gender | colour | all three | street photo finds its packshot in 5 |")
    print("|---|---|---|---|---|---|")
    for weight in COLOUR_WEIGHTS:
        cells = precision(score(packshot, packshot, weight), codes)
        matching = score(street, packshot, weight)
        rank = (matching > np.diag(matching)[:, None]).sum(axis=1)
        print(f"| {weight} | " + " | ".join(f"{cell:.3f}" for cell in (*cells, np.mean(rank < 5))) + " |")


def change_recipe(changes: list[str]) -> Recipe:
    """The default recipe with some numbers replaced."""
    kinds = {field.name: type(getattr(Recipe(), field.name)) for field in fields(Recipe)}
    pairs = (change.partition("=") for change in changes)
    return replace(Recipe(), **{name: kinds[name](value) for name, _, value in pairs})


def score(queries: dict[str, np.ndarray], stored: dict[str, np.ndarray], weight: float) -> np.ndarray:
    """The index's scores, (queries, stored)."""
    style = queries["style"] @ stored["style"].T
    return (1 - weight) * style + weight * (queries["colour_part"] @ stored["colour_part"].T)


if __name__ == "__main__":
    try:
        main()
    except TrainingDataError as error:
        print(f"Skipped: {error}")
