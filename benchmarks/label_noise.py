"""How many wrong labels the label check finds, and what it says of photos as people labelled them.

    python benchmarks/label_noise.py --imagenet WEIGHTS [--data DIR] [--features FILE] [--sheet PNG]

Gives 5 % of the boutique's training products another article type at random, and counts how many of them are in the
first 5 % of the ranking (three seeds; settings were chosen with seeds 101 to 105). Then lists the twenty best
candidates among the home photos' own labels, with their photos in ``--sheet``. Photos are seen by ImageNet's network,
which no label of either set was shown to; its features are kept in ``--features``.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

from indexer.errors import TrainingDataError
from indexer.labels.label_issues import CONFIDENT, LOOKS_WRONG, find_label_issues, out_of_fold_probabilities
from indexer.labels.text_evidence import weigh_in_texts
from indexer.network import lite0
from indexer.training.development_photos import data_dir, read_boutique
from search.model.preprocessing import image_to_pixels
from search.photo import open_photo

SEEDS = (0, 1, 2)
NOISE = 0.05
NO_CLASSES = ("Not sure", "Other", "Skip")  # of the home photos: what their senders said of no class
BEST = 20
EVERY = 2.0  # a score that no label reaches: ranks them all
BATCH = 64
COLUMNS, CELL, CAPTION = 5, 330, 50  # of the sheet: photos a line, pixels


def main() -> None:
    """Print both tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--imagenet", type=Path, help="weights of EfficientNet-Lite0; see docs/model.md")
    parser.add_argument("--features", type=Path, default=Path("var/label_noise.npz"), help="where features are kept")
    parser.add_argument("--sheet", type=Path, help="also draw the best candidates")
    arguments = parser.parse_args()
    boutique, home = read_packshots(arguments.data), read_home_photos(arguments.data)
    features = load_features({"boutique": boutique, "home": home}, arguments.features, arguments.imagenet)
    count_found(boutique, features["boutique"])
    judged = ~home["category"].isin(NO_CLASSES).to_numpy()
    list_candidates(home[judged].reset_index(drop=True), features["home"][judged], arguments.sheet)


def read_packshots(data: Path) -> pd.DataFrame:
    """The boutique's products that are not for testing."""
    products = read_boutique(data)
    products = products[products["split"] != "test"].reset_index(drop=True)
    return products.assign(category=products["article_type"], path=products["path"].map(Path))


def read_home_photos(data: Path) -> pd.DataFrame:
    """The photos that people took of their clothes, all of them, as they were labelled."""
    table = data / "clothing" / "images.csv"
    if not table.is_file():
        raise TrainingDataError(f"There is no {table}. Name the folder of the development photos in VITRINA_DATA.")
    photos = pd.read_csv(table, keep_default_na=False, dtype=str)
    paths = [table.parent / image for image in photos["image"]]
    return photos.assign(path=paths, product_id=photos["id"], category=photos["label"])


def load_features(sets: dict[str, pd.DataFrame], kept: Path, weights: Path | None) -> dict[str, np.ndarray]:
    """ImageNet's pooled features (N, 1280) of each set's photos, computed once."""
    if kept.exists():
        features = dict(np.load(kept))
        if {name: len(one) for name, one in features.items()} == {name: len(one) for name, one in sets.items()}:
            return features
        raise TrainingDataError(f"{kept} belongs to other photos; remove it.")
    if weights is None:
        raise TrainingDataError(f"There is no {kept} yet; name the ImageNet weights in --imagenet to make it.")
    from indexer.network.start import start_from_name

    backbone = start_from_name(lite0.NAME, str(weights), lite0.IMAGE_SIZE).backbone
    features = {name: embed(list(photos["path"]), backbone, name) for name, photos in sets.items()}
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.savez(kept, **features)
    return features


def embed(paths: list[Path], backbone: Any, name: str) -> np.ndarray:
    """The backbone's pooled features (N, F) float32."""
    features = []
    for start in tqdm(range(0, len(paths), BATCH), unit="batch", desc=name):
        images = [open_photo(path, max_side=2 * lite0.IMAGE_SIZE) for path in paths[start : start + BATCH]]
        pixels = np.stack([image_to_pixels(image, lite0.IMAGE_SIZE) for image in images])
        features.append(backbone.predict_on_batch(pixels.astype(np.float32))[1])
    return np.concatenate(features)


def count_found(products: pd.DataFrame, features: np.ndarray) -> None:
    """Flip labels, rank them all by photos alone and by photos and titles, count."""
    labels = sorted(products["category"].unique())
    codes = encode(products, labels)
    inspected = round(NOISE * len(codes))
    titles, groups = products["title"].tolist(), np.arange(len(codes))
    print(f"{len(codes):,} packshots, {len(labels)} article types, {inspected} labels flipped at random\n")
    print("| seed | judged by | flipped ones in the first 5 % | in the first 1 % | labels named | flipped among them |")
    print("|---|---|---|---|---|---|")
    shares: dict[str, list[float]] = {}
    for seed in SEEDS:
        targets, flipped = flip_labels(codes, len(labels), seed)
        by_photo = out_of_fold_probabilities(features, targets, len(labels), groups)
        both = weigh_in_texts(by_photo, titles, titles, targets, groups, labels)
        for evidence, probabilities in (("photos", by_photo), ("photos and titles", both)):
            ranked = find_label_issues(probabilities, targets, products, labels, max_score=EVERY)
            hits = flipped[ranked["row"].to_numpy(np.int64)]
            named = (ranked["score"] < LOOKS_WRONG) & (ranked["predicted_probability"] >= CONFIDENT)
            found, first = hits[:inspected].mean(), hits[: inspected // 5].mean()
            shares.setdefault(evidence, []).append(found)
            counts = f"{named.sum()} | {hits[named.to_numpy()].sum()}"
            print(f"| {seed} | {evidence} | {found:.1%} | {first:.1%} | {counts} |", flush=True)
    for evidence, found in shares.items():
        print(f"\n{evidence}: mean {np.mean(found):.1%}, {min(found):.1%} to {max(found):.1%}")


def flip_labels(codes: np.ndarray, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The labels with a share of them moved to any other class, and which ones (N,) bool."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(codes), round(NOISE * len(codes)), replace=False)
    targets, flipped = codes.copy(), np.zeros(len(codes), bool)
    targets[rows] = (targets[rows] + rng.integers(1, classes, len(rows))) % classes
    flipped[rows] = True
    return targets, flipped


def list_candidates(photos: pd.DataFrame, features: np.ndarray, sheet: Path | None) -> None:
    """The labels that look most wrong; whoever sent a photo doesn't vouch for his other ones."""
    labels = sorted(photos["category"].unique())
    targets = encode(photos, labels)
    senders = photos["sender_id"].to_numpy()
    probabilities = out_of_fold_probabilities(features, targets, len(labels), senders)
    ranked = find_label_issues(probabilities, targets, photos, labels, max_score=EVERY)
    named = int((ranked["score"] < LOOKS_WRONG).sum())
    print(f"{len(photos):,} home photos, {len(labels)} classes, as they were labelled: {named} labels named")
    moved = (photos["label_small"] != "") & (photos["label_small"] != photos["label"].str.lower())
    first = ranked["row"][: round(NOISE * len(photos))]
    agreed = np.mean(probabilities.argmax(axis=1) == targets)
    print(f"The judges agree with {agreed:.1%} of the labels")
    print(f"Of {moved.sum()} that the published subset moved to another class, {moved[first].sum()} in the first 5 %\n")
    print("| | row | given | suggested | probability | published subset |\n|---|---|---|---|---|---|")
    for place, one in enumerate(ranked[:BEST].itertuples(), start=1):
        published = photos["label_small"][one.row]
        print(
            f"| {place} | {one.row} | {one.given} | {one.predicted} | {one.predicted_probability:.2f} | {published} |"
        )
    if sheet:
        draw_sheet(ranked[:BEST], photos).save(sheet)


def encode(photos: pd.DataFrame, labels: list[str]) -> np.ndarray:
    """Each photo's class as its place among the labels."""
    return photos["category"].map({label: code for code, label in enumerate(labels)}).to_numpy(np.int64)


def draw_sheet(candidates: pd.DataFrame, photos: pd.DataFrame) -> Image.Image:
    """The candidates' photos, each under its place, given and predicted label."""
    height = CELL + CAPTION
    sheet = Image.new("RGB", (COLUMNS * CELL, -(-len(candidates) // COLUMNS) * height), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=18)
    for place, one in enumerate(candidates.itertuples()):
        x, y = place % COLUMNS * CELL, place // COLUMNS * height
        photo = open_photo(photos["path"][one.row], max_side=CELL - 10)
        photo.thumbnail((CELL - 10, CELL - 10))
        sheet.paste(photo, (x, y + CAPTION))
        draw.text((x, y + 2), f"{place + 1}: given {one.given}", "black", font)
        draw.text((x, y + 24), f"suggested {one.predicted} {one.predicted_probability:.2f}", "black", font)
    return sheet


if __name__ == "__main__":
    try:
        main()
    except TrainingDataError as error:
        print(f"Skipped: {error}")
