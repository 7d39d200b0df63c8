"""How often a photo finds another side of its product first, in shops that no training saw.

    python benchmarks/cross_view.py [--data DIR] [--bundle DIR] [--before REVISION] [--weights general=0.5,...]

Each photo of a shop asks, as a search embeds and weighs it; all its other photos are the gallery, as an index stores
them. Photos that are nearly the same picture are left out of the asking one's gallery, and photos that then have no
other photo of their product don't ask. R@1 and R@5, of products, with 95 % intervals (bootstrap over products). Five
rows: the *floor*, features that were never trained on products and a colour histogram; the bundle that the project
shipped before; the bundle, with its own weights, where a product counts with its best photo alone; the same as a search
ranks, by a product's photos together; and with the weights that an index learns from all of the shop's photos.

Then what a shop's own weights are worth: half of the products teach, the other half is judged, both ways round.

These four shops chose settings of the bundle (docs/model.md), so their figures are those of a development set.
"""

import argparse
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from judging import Views, run, whole_photo
from PIL import Image

from indexer.building.shop_balance import learn_balance
from indexer.evaluation.cross_view import Shop, embed_photos_of, found_within, read_shops, score_galleries
from indexer.training.development_photos import data_dir
from search.model.balance import Balance
from search.model.bundle import CLASSIFIER, Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels, query_views, stored_views
from search.photo import open_photo
from search.settings import bundle_dir

BEFORE = "3271244"  # the last revision that shipped vitrina-lite0-3
FLOOR_WEIGHT = 0.7  # of the histogram's cosine beside the features'
_RESAMPLINGS = 2000


def main() -> None:
    """Print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--bundle", type=Path, default=bundle_dir())
    parser.add_argument("--before", default=BEFORE, help="revision whose shipped bundle is compared; empty for none")
    parser.add_argument("--weights", help="other weights than the bundle's: part=weight,part=weight")
    arguments = parser.parse_args()
    shops = read_shops(arguments.data)
    embedder = Embedder(Bundle.open(arguments.bundle))
    balance = _read_weights(arguments.weights, embedder.bundle.balance)
    print(f"Bundle {embedder.bundle.name} ({embedder.bundle.hash}), one run; development photos, see docs/model.md")
    rows = {"floor": [floor_scores(shop, arguments.bundle) for shop in shops]}
    if arguments.before:
        with tempfile.TemporaryDirectory() as directory:
            earlier = _earlier_bundle(arguments.before, Path(directory))
            if earlier is not None:
                name = f"bundle of {arguments.before}"
                rows[name] = [scores_of(shop, Embedder(earlier), earlier.balance, four_views) for shop in shops]
    embedded = [embed_shop(shop, embedder, query_views) for shop in shops]
    rows["bundle, each photo by itself"] = [
        balance.for_catalog(stored).weigh(asked) @ stored.T for asked, stored in embedded
    ]
    rows["bundle"] = [
        score_galleries(shop, balance.for_catalog(stored).weigh(asked), stored, balance.dims)
        for shop, (asked, stored) in zip(shops, embedded, strict=True)
    ]
    own = [
        learn_balance(*by_product(stored, shop.products), balance)
        for shop, (_, stored) in zip(shops, embedded, strict=True)
    ]
    rows["bundle, the shop's own weights"] = [
        score_galleries(shop, learned.balance.weigh(asked), stored, balance.dims)
        for shop, learned, (asked, stored) in zip(shops, own, embedded, strict=True)
    ]
    print_rows(shops, rows)
    print_halves(shops, embedded, balance)


def embed_shop(shop: Shop, embedder: Embedder, views: Views) -> tuple[np.ndarray, np.ndarray]:
    """The vectors (N, D) of the photos as they ask, and as they are stored."""
    return embed_photos_of(shop, embedder, views), embed_photos_of(shop, embedder, stored_views)


def by_product(stored: np.ndarray, products: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors and products in the order of an index, where a product's photos lie one after the other."""
    order = np.argsort(products, kind="stable")
    return stored[order], products[order]


def scores_of(shop: Shop, embedder: Embedder, balance: Balance, views: Views) -> np.ndarray:
    """(N, N) the score of each photo of the gallery for each asking photo."""
    asked, stored = embed_shop(shop, embedder, views)
    return balance.weigh(asked) @ stored.T


def four_views(image: Image.Image) -> list[Image.Image]:
    """How a search looked at a photo before: as it is stored, and mirrored."""
    views = stored_views(image)
    return [*views, *(view.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for view in views)]


def floor_scores(shop: Shop, bundle: Path) -> np.ndarray:
    """(N, N) by features that were never trained on products, and a histogram of what differs from the border.

    The features are those of the bundle's general part before they are projected: ImageNet's weights.
    """
    import keras

    from indexer.network.lite0 import POOLED

    classifier = keras.saving.load_model(bundle / CLASSIFIER, compile=False)
    backbone = keras.Model(classifier.input, classifier.get_layer(POOLED).output)
    images = [open_photo(Path(path)) for path in shop.paths]
    pixels = np.stack([image_to_pixels(whole_photo(image)[0], backbone.input_shape[1]) for image in images])
    features = _unit(backbone.predict(pixels.astype(np.float32), verbose=0))
    histograms = _unit(np.sqrt(np.stack([hsv_histogram(photo) for photo in pixels])))
    return features @ features.T + FLOOR_WEIGHT * histograms @ histograms.T


def hsv_histogram(pixels: np.ndarray) -> np.ndarray:
    """(360,) hues, saturations and values (18 x 4 x 5 bins) of pixels (S, S, 3) that differ from the border's median.

    Those in the middle count more.
    """
    colours = pixels.astype(np.float32) / 255
    border = np.concatenate([colours[0], colours[-1], colours[:, 0], colours[:, -1]])
    differs = np.linalg.norm(colours - np.median(border, axis=0), axis=2) > 0.12
    line = np.linspace(-1, 1, len(pixels))
    middle = np.exp(-(line[:, None] ** 2 + line[None] ** 2) / (2 * 0.7**2))
    weights = differs * middle if differs.any() else middle
    hsv = np.asarray(Image.fromarray(pixels).convert("HSV"), np.float32) / 256
    places = [(hsv[..., channel] * bins).astype(int) for channel, bins in enumerate((18, 4, 5))]
    return np.bincount(((places[0] * 4 + places[1]) * 5 + places[2]).ravel(), weights.ravel(), 360)


def print_rows(shops: Sequence[Shop], rows: dict[str, list[np.ndarray]]) -> None:
    """R@1 with its interval, and R@5, of each shop."""
    print(f"\n| R@1 (95 %), R@5 | {' | '.join(shop.name for shop in shops)} | mean R@1 | mean R@5 |")
    print("|---|" + "---|" * (len(shops) + 2))
    for name, of_shops in rows.items():
        first, five = ([found_within(*pair, k) for pair in zip(shops, of_shops, strict=True)] for k in (1, 5))
        cells = [
            f"{one.mean():.3f} ({_interval(one, shop.products[shop.asking])}), {other.mean():.3f}"
            for shop, one, other in zip(shops, first, five, strict=True)
        ]
        means = [float(np.mean([found.mean() for found in kind])) for kind in (first, five)]
        print(f"| {name} | {' | '.join(cells)} | {means[0]:.3f} | {means[1]:.3f} |")


def print_halves(shops: Sequence[Shop], embedded: Sequence[tuple[np.ndarray, np.ndarray]], balance: Balance) -> None:
    """R@1 of the products that didn't teach, by the bundle's weights and by those that the other half taught."""
    print("\n| R@1, half teaches, half is judged | bundle's weights | shop's own | taught |\n|---|---|---|---|")
    for shop, (asked, stored) in zip(shops, embedded, strict=True):
        found: dict[str, list[np.ndarray]] = {"default": [], "own": []}
        taught = []
        for half in (0, 1):
            teaches = shop.products % 2 == half
            learned = learn_balance(*by_product(stored[teaches], shop.products[teaches]), balance)
            taught.append("yes" if learned.learned_from == "photos" else "no")
            judged = (shop.products % 2 != half)[shop.asking]
            for name, used in (("default", balance), ("own", learned.balance)):
                scores = score_galleries(shop, used.for_catalog(stored).weigh(asked), stored, used.dims)
                found[name].append(found_within(shop, scores, 1)[judged])
        default, own = (np.concatenate(found[name]).mean() for name in ("default", "own"))
        print(f"| {shop.name} | {default:.3f} | {own:.3f} | {', '.join(taught)} |")


def _interval(found: np.ndarray, products: np.ndarray) -> str:
    """The middle 95 % of means over products drawn with replacement."""
    _, codes = np.unique(products, return_inverse=True)
    hits, counts = np.bincount(codes, found), np.bincount(codes)
    drawn = np.random.default_rng(0).integers(0, len(hits), (_RESAMPLINGS, len(hits)))
    means = hits[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return "-".join(f"{edge:.2f}" for edge in np.quantile(means, (0.025, 0.975)))


def _read_weights(text: str | None, balance: Balance) -> Balance:
    if text is None:
        return balance
    given = {name: float(weight) for name, _, weight in (one.partition("=") for one in text.split(","))}
    return replace(balance, weights=tuple(given.get(part.name, 0.0) for part in balance.parts))


def _earlier_bundle(revision: str, directory: Path) -> Bundle | None:
    """The bundle that the project shipped in a revision; None, with the reason, where git can't give it."""
    try:
        command = ["git", "archive", revision, "search/pretrained"]
        archive = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        print(f"(The bundle of {revision} is left out: this is no git clone that has that revision.)")
        return None
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(directory, filter="data")
    return Bundle.open(directory / "search" / "pretrained")


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


if __name__ == "__main__":
    run(main)
