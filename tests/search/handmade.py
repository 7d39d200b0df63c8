"""A tiny shop with vectors made by hand, so that every expected ranking can be worked out."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from search.index.category_head import CategoryHead
from search.index.snapshot import SnapshotContent
from search.model.balance import Balance, LearnedBalance, VectorPart
from search.model.bundle import Bundle
from search.model.embedder import Embeddings

STYLE_DIM, COLOUR_DIM = 6, 3
BALANCE = Balance((VectorPart("style", STYLE_DIM), VectorPart("colour_part", COLOUR_DIM)), (0.7, 0.3))
STYLES = {"coat": 0, "hood": 1, "trousers": 2, "shoes": 3, "scarf": 4, "suit": 5}
COLOURS = {"Red": 0, "Black": 1, "Green": 2}

# id, category, style, colour, group, gender, cents, in stock; a second style mixed in makes near neighbours
PRODUCTS = [
    ("coat-red", "Coats", "coat", "Red", "coat", "Women", 20_000, True),
    ("coat-black", "Coats", "coat", "Black", "coat", "Women", 20_000, True),
    ("parka/green ñ", "Coats", "coat+hood", "Green", None, "Women", 15_000, False),
    ("hood-red", "Hoods", "hood", "Red", None, "Women", 8_000, True),
    ("trousers-black", "Trousers", "trousers", "Black", None, "Women", 6_000, True),
    ("trousers-green", "Trousers", "trousers", "Green", None, "Women", 6_000, True),
    ("trousers-men", "Trousers", "trousers", "Black", None, "Men", 6_000, True),
    ("shoes-black", "Shoes", "shoes", "Black", "shoes", "Women", 9_000, False),
    ("shoes-red", "Shoes", "shoes", "Red", "shoes", "Women", 9_000, True),
    ("scarf-red", "Scarves", "scarf", "Red", None, "Unisex", 3_000, True),
]
SUPERCATEGORIES = {
    "Coats": "Topwear",
    "Hoods": "Topwear",
    "Trousers": "Bottomwear",
    "Shoes": "Shoes",
    "Scarves": "Accessories",
}
CATEGORIES = tuple(sorted(SUPERCATEGORIES))


def make_vector(style: str, colour: str) -> np.ndarray:
    """A unit style part and a unit colour part; "coat+hood" lies between the two, nearer to the coat."""
    vector = np.zeros(STYLE_DIM + COLOUR_DIM, np.float32)
    for weight, name in zip((1.0, 0.5), style.split("+"), strict=False):
        vector[STYLES[name]] = weight
    vector[:STYLE_DIM] /= np.linalg.norm(vector[:STYLE_DIM])
    vector[STYLE_DIM + COLOURS[colour]] = 1.0
    return vector


def make_head() -> CategoryHead:
    """Reads the category off the style part."""
    kernel = np.zeros((STYLE_DIM + COLOUR_DIM, len(CATEGORIES)), np.float32)
    for _, category, style, *_ in PRODUCTS:
        kernel[STYLES[style.split("+")[0]], CATEGORIES.index(category)] = 8.0
    return CategoryHead(CATEGORIES, kernel, np.zeros(len(CATEGORIES), np.float32), 1.0)


class HandEmbedder:
    """Says of every photo what a test told it to."""

    has_maps = False

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.style, self.colour, self.gender = "coat", "Red", "Women"

    def embed_views(self, views: Sequence[Image.Image]) -> Embeddings:
        def certain(head: str, label: str) -> np.ndarray:
            labels = self.bundle.heads[head].labels
            return np.array([[float(label == one) for one in labels]], np.float32)

        probabilities = {"gender": certain("gender", self.gender), "colour": certain("colour", self.colour)}
        return Embeddings(make_vector(self.style, self.colour)[None], probabilities)


def make_content(products: list[tuple] = PRODUCTS, **changes: object) -> SnapshotContent:
    """A snapshot's content: each product with its photo and a second one of half the likeness."""
    ids, categories, styles, colours, groups, genders, cents, stock = map(list, zip(*products, strict=True))
    columns = {
        "product_id": ids,
        "category": categories,
        "title": [f"Title of {product_id}" for product_id in ids],
        "group_id": groups,
        "gender": genders,
        "colour": colours,
        "price_cents": cents,
        "in_stock": stock,
        **dict.fromkeys(("brand", "sizes", "material"), [None] * len(genders)),
        "seen_gender": genders,
        "seen_colour": colours,
    }
    first = [make_vector(style, colour) for style, colour in zip(styles, colours, strict=True)]
    second = [make_vector(f"{style.split('+')[0]}+suit", colour) for style, colour in zip(styles, colours, strict=True)]
    vectors = np.stack([vector for pair in zip(first, second, strict=True) for vector in pair])
    fields: dict = {
        "vectors": vectors,
        "photo_product": np.repeat(np.arange(len(products)), 2).astype(np.int32),
        "photo_sha256": [f"{row:064x}" for row in range(len(vectors))],
        "products": columns,
        "supercategories": SUPERCATEGORIES,
        "head": make_head(),
        "rejects": 0,
        "digest": "d" * 16,
        "balance": LearnedBalance(BALANCE),
    }
    return SnapshotContent(**(fields | changes))
