"""Everything that can be turned in fine-tuning; ``--set NAME=VALUE`` turns it for one training."""

import math
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from indexer.errors import TrainingDataError

_TRAIN_SHARE = 192 / 224  # of the image size
_USUAL_RUNS, _FEW_PHOTOS = 3, 5_000
_LIMITS = {
    "image_size": (64, 512),
    "train_size": (64, 512),
    "epochs": (0, 10_000),
    "head_epochs": (0, 10_000),
    "runs": (0, 100),
    "keep_start": (0, 1),
    "refit_epochs": (0, 10_000),
    "fit_epochs": (0, 10_000),
    "fit_style_contrast": (0, 100),
    "batch_size": (2, 4096),
    "learning_rate": (0, 1),
    "head_learning_rate": (0, 1),
    "weight_decay": (0, 1),
    "label_smoothing": (0, 1),
    "margin": (0, 1),
    "balance": (0, 1),
    "style_contrast": (0, 100),
    "mask_weight": (0, 100),
    "contrast_temperature": (0.001, 100),
    "dropout": (0, 0.99),
    "street": (0, 1),
    "smallest_view": (0.05, 1),
    "tilt": (0, 180),
    "perspective": (0, 0.9),
    "erasing": (0, 1),
    "averaging": (0, 1),
    "patience": (0, 10_000),
    "other_head_weight": (0, 100),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class Recipe:
    """How a network is fine-tuned."""

    image_size: int = 224  # pixels: side of the square that the bundle takes
    train_size: int = 192  # pixels: side while training; crops make things larger, so smaller photos show the same size
    fork: str = ""  # the layer behind which a trained branch begins, such as block4_add; empty: where it begins so far
    epochs: int = 0  # over the training photos, each seen in two views; 0 for as many as usual_epochs says
    head_epochs: float = 0.5  # of these, with only the projection heads moving
    runs: int = 0  # trainings of so many epochs, whose weights are averaged; 0 for as many as usual_runs says
    keep_start: float = -1.0  # share of the branch's first weights mixed back in then; -1: as usual_share_kept says
    refit_epochs: int = 0  # after that, with only the projection heads moving
    fit_epochs: int = 10  # in the end, of the projection heads over photos as they are served
    fit_style_contrast: float = 0.6  # of these: weight of telling products apart
    batch_size: int = 48  # photos, each in two views
    learning_rate: float = 4e-4  # of the backbone's trained branch, at its highest
    head_learning_rate: float = 3e-3  # of the projection heads
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    margin: float = 0.2  # cosine by which the right label must lead (CosFace)
    balance: float = 0.2  # a class of n photos counts n ** -balance a photo: 0 ignores imbalance, 1 evens it out
    style_contrast: float = 0.2  # weight of telling products apart by all parts together, of which the style part moves
    mask_weight: float = 1.0  # weight of telling the product's pixels from all others
    contrast_temperature: float = 0.1
    dropout: float = 0.3  # of the pooled features, of both branches
    street: float = 0.5  # how often the second view of a packshot lays the product on another scene
    smallest_view: float = 0.6  # share of each side of a photo that a view shows at least
    tilt: float = 9.0  # degrees, standard deviation
    perspective: float = 0.12  # how much nearer one side of a view may be, as a share
    erasing: float = 0.25  # how often a rectangle of a photo is blanked
    averaging: float = 0.995  # of the weights, a step; 0 takes the last weights
    patience: int = 3  # epochs without a better validation before it stops
    head_weights: dict[str, float] = field(default_factory=lambda: {"category": 1.5, "colour": 1.0})
    other_head_weight: float = 0.7
    seed: int = 0

    @classmethod
    def from_settings(cls, settings: Sequence[str], **given: int) -> "Recipe":
        """The usual recipe with some settings changed.

        Args:
            settings: ``name=value`` for any number of a recipe.
            given: the same as keywords.

        Raises:
            TrainingDataError: no such setting, or no such value of it.
        """
        kinds = {one.name: type(one.default) for one in fields(cls) if one.default is not MISSING}
        values: dict[str, Any] = dict(given)
        for setting in settings:
            name, _, text = setting.partition("=")
            if name not in kinds:
                raise TrainingDataError(f"There is no setting {name!r}. The settings are: {', '.join(kinds)}.")
            try:
                values[name] = kinds[name](text)
            except ValueError as error:
                raise TrainingDataError(
                    f"--set {setting}: {kinds[name].__name__} is needed, as in {name}=1."
                ) from error
        for name, (low, high) in _LIMITS.items():
            if not low <= values.get(name, low) <= high:
                raise TrainingDataError(f"{name} is {values[name]}; {low} to {high} is needed.")
        for name in ("image_size", "train_size"):
            if values.get(name, 32) % 32:
                raise TrainingDataError(f"{name} is {values[name]}; a multiple of 32 is needed.")
        if "image_size" in values and "train_size" not in values:
            values["train_size"] = max(64, round(values["image_size"] * _TRAIN_SHARE / 32) * 32)
        return cls(**values)

    def advise_smaller_rates(self) -> str:
        """What to do where numbers have grown beyond all bounds."""
        return (
            "Nothing is learned from there on. Begin anew with smaller rates, for example "
            f"--set learning_rate={self.learning_rate / 10:.1g} --set head_learning_rate="
            f"{self.head_learning_rate / 10:.1g}, or with the usual settings."
        )


def complete_recipe(recipe: Recipe, photos: int, *, from_bundle: bool) -> Recipe:
    """The recipe with what it leaves open filled in.

    Args:
        recipe: as asked for.
        photos: to learn from.
        from_bundle: whether the network has been trained on products before.
    """
    epochs = recipe.epochs or usual_epochs(photos, from_bundle)
    runs = recipe.runs or usual_runs(photos, from_bundle)
    keep_start = recipe.keep_start if recipe.keep_start >= 0 else usual_share_kept(from_bundle)
    return replace(recipe, epochs=epochs, runs=runs, keep_start=keep_start)


def usual_epochs(photos: int, from_bundle: bool) -> int:
    """How often so many training photos are gone through.

    Few photos oftener, many at least so that each is learned; less often where the network knows products already.
    """
    steps, most = (8_000, 8) if from_bundle else (12_000, 12)
    return min(most, max(3, round(steps / photos)))


def usual_runs(photos: int, from_bundle: bool) -> int:
    """How many trainings are averaged: several where a network that knows products learns from few photos.

    From many photos one training takes as long as several from few. Averages weren't measured there, nor
    from ImageNet's weights.
    """
    return _USUAL_RUNS if from_bundle and photos <= _FEW_PHOTOS else 1


def usual_share_kept(from_bundle: bool) -> float:
    """How much of the first weights stays: half of those that know products, none of those that know only ImageNet."""
    return 0.5 if from_bundle else 0.0


def scheduled_rate(step: int, steps: int, warmup: int) -> float:
    """The share of the highest learning rate at a step: a linear rise, then half a cosine down to nothing.

    Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (ICLR 2017), without restarts.
    """
    if step < warmup:
        return (step + 1) / (warmup + 1)
    share = (step - warmup) / max(1, steps - warmup)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
