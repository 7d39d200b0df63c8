"""What each part of the training recipe is worth: the same short training with one of them left out at a time.

    python benchmarks/ablation.py --imagenet FILE [--data DIR] [--work DIR] [--epochs 4] [--seeds 0] [--only NAME,NAME]
                                  [--set NAME=VALUE]

Learned from boutique products whose id leaves 6, 11, 16 or 21 when divided by 25 (1,549), from ImageNet weights, with
heads for type, gender and colour; judged on the 389 validation products. Test products aren't looked at. "own photo" is
how often a validation photo, changed as a shopper might have taken it, finds its own packshot first among all of them.
--set changes the recipe of all variants. Figures are means over the seeds. Finished trainings are kept in the work
directory, so a stopped benchmark goes on.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from judging import embed, label_precision, run
from sklearn.metrics import f1_score

from indexer.corpus.photo_cache import PhotoCache
from indexer.network.start import start_from_name
from indexer.training.augmentation import as_shoppers
from indexer.training.bundle import train_on_examples
from indexer.training.development_photos import HEAD_COLUMNS, data_dir, read_boutique
from indexer.training.recipe import Recipe
from search.model.bundle import DESCRIPTION, Bundle
from search.model.embedder import Embedder

VARIANTS = {
    "everything": (),
    "no instance contrast before the last step": ("style_contrast=0",),
    "no instance contrast at all": ("style_contrast=0", "fit_style_contrast=0"),
    "no margin": ("margin=0",),
    "no balance of classes": ("balance=0",),
    "no label smoothing": ("label_smoothing=0",),
    "packshots stay on white": ("street=0",),
    "nothing covered": ("erasing=0",),
    "last weights instead of averages": ("averaging=0",),
    "parts not fitted to served photos": ("fit_epochs=0",),
    "half of the branch's ImageNet weights mixed back in": ("keep_start=0.5", "refit_epochs=1"),
}
_LEARNED = (6, 11, 16, 21)  # remainders of the id
_COLUMNS = ("type", "type, macro F1", "gender", "colour", "p@10 type", "p@10 colour", "p@10 all three", "own photo")


def main() -> None:
    """Train what isn't trained yet and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--work", type=Path, default=Path("var/benchmarks"))
    parser.add_argument("--imagenet", required=True, help="PyTorch's weight file")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--only", help="names of variants")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else list(VARIANTS)
    examples = read_examples(arguments.data)
    learned = int((examples["split"] == "train").sum())
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    print(f"{learned:,} photos learned from, {arguments.epochs} epochs, seeds {arguments.seeds}, one run each\n")
    print(f"| variant | {' | '.join(_COLUMNS)} |\n|---|{'---|' * len(_COLUMNS)}", flush=True)
    for name in names:
        runs = [judge(train_variant(name, seed, examples, arguments), examples, arguments.work) for seed in seeds]
        means = (np.mean([figures[column] for figures in runs]) for column in _COLUMNS)
        print(f"| {name} | {' | '.join(f'{mean:.3f}' for mean in means)} |", flush=True)


def read_examples(data: Path) -> pd.DataFrame:
    """A part of the boutique's training products, and its validation products."""
    products = read_boutique(data)
    products = products[products["split"] != "test"]
    learned = products["id"].astype(int).mod(25).isin(_LEARNED)
    examples = products[learned | (products["split"] == "validation")].reset_index(drop=True)
    examples["split"] = np.where(examples["split"] == "validation", "validation", "train")
    examples["category"] = examples["article_type"]
    examples.attrs["heads"] = list(HEAD_COLUMNS)
    return examples


def train_variant(name: str, seed: int, examples: pd.DataFrame, arguments: argparse.Namespace) -> Embedder:
    """Train one variant, or take it from disk if that was done before."""
    changed = "".join(f"-{setting}" for setting in arguments.settings)
    of_variant = name.replace(" ", "-").replace("'", "")
    out = arguments.work / f"ablation{changed}-{of_variant}-{arguments.epochs}-{seed}"
    if not (out / DESCRIPTION).exists():
        settings = (*arguments.settings, *VARIANTS[name])
        recipe = Recipe.from_settings(settings, epochs=arguments.epochs, seed=seed, patience=1000)
        start = start_from_name("efficientnet-lite0", arguments.imagenet, recipe.image_size)
        cache = arguments.work / "photos"
        train_on_examples(
            examples, start, out, recipe, cache=cache, origin="ablation", smallest_class=1, with_test=False
        )
    return Embedder(Bundle.open(out))


def judge(embedder: Embedder, examples: pd.DataFrame, work: Path) -> dict[str, float]:
    """The table's figures on the validation products."""
    judged = examples[examples["split"] == "validation"]
    said, bundle = embed(list(judged["path"]), embedder), embedder.bundle
    columns = ("type", "gender", "colour")
    truths = [judged[head].to_numpy() for head in HEAD_COLUMNS]
    precisions = label_precision(said.vectors, bundle, bundle.balance.colour_weight, truths)
    figures = {f"p@10 {column}": value for column, value in zip((*columns, "all three"), precisions, strict=True)}
    for head, column, truth in zip(HEAD_COLUMNS, columns, truths, strict=True):
        labels = np.array(bundle.heads[head].labels)
        named = labels[said.probabilities[head].argmax(axis=1)]
        figures[column] = float(np.mean(named == truth))
        figures[f"{column}, macro F1"] = f1_score(truth, named, labels=sorted(set(truth)), average="macro")
    pixels = PhotoCache.fill(list(judged["path"]), work / "photos", bundle.image_size * 8 // 7).pixels
    asked = embedder.embed(as_shoppers(np.asarray(pixels), bundle.image_size, seed=0)).vectors
    weighted = bundle.balance.weigh(asked)
    figures["own photo"] = float(np.mean((weighted @ said.vectors.T).argmax(axis=1) == np.arange(len(judged))))
    return figures


if __name__ == "__main__":
    run(main)
