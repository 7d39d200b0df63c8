"""What can be turned in a training."""

from dataclasses import fields

import pytest

from indexer.errors import TrainingDataError
from indexer.training.recipe import Recipe, complete_recipe, scheduled_rate, usual_epochs


def test_settings_are_read_as_what_they_are() -> None:
    """Whole numbers and fractions, beside those with options of their own."""
    recipe = Recipe.from_settings(["margin=0.1", "patience=7", "street=1"], epochs=5, seed=3)
    assert (recipe.margin, recipe.patience, recipe.street, recipe.epochs, recipe.seed) == (0.1, 7, 1.0, 5, 3)
    assert isinstance(recipe.street, float)
    assert Recipe.from_settings([]) == Recipe()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("speed=3", "no setting 'speed'.*learning_rate"),
        ("epochs=many", "epochs=many: int is needed"),
        ("margin", "margin: float is needed"),
        ("street=often", "street=often: float is needed"),
        ("freeze_early=true", "no setting 'freeze_early'"),
        ("keep_start=2", "keep_start is 2.0; 0 to 1"),
        ("train_size=100", "train_size is 100; a multiple of 32"),
        ("image_size=0", "image_size"),
        ("batch_size=0", "batch_size"),
        ("epochs=-1", "epochs is -1"),
        ("seed=-1", "seed"),
        ("dropout=1", "dropout is 1.0; 0 to 0.99 is needed"),
        ("learning_rate=nan", "learning_rate is nan"),
        ("learning_rate=1e30", r"learning_rate is 1e\+30"),
        ("contrast_temperature=0", "contrast_temperature is 0.0"),
        ("smallest_view=0", "smallest_view"),
        ("perspective=inf", "perspective is inf"),
        ("patience=-1", "patience"),
        ("seed=99999999999", "seed"),
    ],
)
def test_unknown_settings_and_values_are_refused_in_words(setting: str, message: str) -> None:
    """Before anything is computed."""
    with pytest.raises(TrainingDataError, match=message):
        Recipe.from_settings([setting])


def test_every_number_has_its_limits() -> None:
    """No number that a command line takes makes a training that fails in the midst, or learns nothing."""
    numbers = {one.name: one.default for one in fields(Recipe) if isinstance(one.default, int | float)}
    for name, usual in numbers.items():
        for value in ("nan", "-1e9") if isinstance(usual, float) else ("-7",):
            with pytest.raises(TrainingDataError, match=f"{name} is "):
                Recipe.from_settings([f"{name}={value}"])


@pytest.mark.parametrize(("image_size", "train_size"), [(64, 64), (128, 96), (224, 192), (288, 256)])
def test_photos_are_smaller_while_training(image_size: int, train_size: int) -> None:
    """In the usual proportion, unless asked otherwise."""
    assert Recipe.from_settings([], image_size=image_size).train_size == train_size
    assert Recipe.from_settings(["train_size=64"], image_size=image_size).train_size == 64


@pytest.mark.parametrize("from_bundle", [False, True])
def test_few_photos_are_gone_through_oftener(from_bundle: bool) -> None:
    """Within limits: neither one pass over many photos nor a hundred over a few."""
    epochs = [usual_epochs(photos, from_bundle) for photos in (1, 10, 300, 1_200, 3_000, 8_000, 1_000_000)]
    assert epochs == sorted(epochs, reverse=True)
    assert epochs[0] > epochs[3] > epochs[-1]
    assert 2 <= epochs[-1] <= epochs[0] <= 20


def test_what_a_recipe_leaves_open_depends_on_the_start() -> None:
    """A network that knows products learns for a shorter time and keeps a part of what it knew; what is said, holds."""
    fresh, known = (complete_recipe(Recipe(), 300, from_bundle=from_bundle) for from_bundle in (False, True))
    assert known.epochs < fresh.epochs
    assert known.runs > fresh.runs == 1
    assert fresh.keep_start == 0.0
    assert 0.0 < known.keep_start < 1.0
    assert complete_recipe(Recipe(), 100_000, from_bundle=True).runs == 1, "which takes long enough"
    asked = Recipe(epochs=5, runs=2, keep_start=0.0)
    assert complete_recipe(asked, 300, from_bundle=True) == asked


def test_rate_rises_then_falls_to_nothing() -> None:
    """In a line to its highest, from there along half a cosine."""
    rates = [scheduled_rate(step, 105, 5) for step in range(106)]
    assert rates[:5] == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
    assert rates[5] == 1.0
    assert rates[55] == pytest.approx(0.5)
    assert rates[105] == pytest.approx(0.0)
    assert rates[5:] == sorted(rates[5:], reverse=True)
