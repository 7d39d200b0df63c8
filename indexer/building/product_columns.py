"""What an index says of each product and category beside the vectors: the columns of its product table."""

from collections import Counter

from indexer.corpus.embedded_catalog import EmbeddedCatalog
from indexer.corpus.embedding_cache import PhotoEmbedding
from search.fields import FIELD_NAMES
from search.model.bundle import CATEGORY, COLOUR, GENDER, Bundle
from search.words.supercategory_names import supercategory_in_name

_CLEAR_SHARE = 0.5  # of a category's photos that must agree on its supercategory
_OF_PRODUCT = ("product_id", *FIELD_NAMES)


def make_product_columns(corpus: EmbeddedCatalog) -> dict[str, list]:
    """Column of ``PRODUCT_SCHEMA`` -> one value a product; what is seen on a product comes from its first photo."""
    products = corpus.inventory.products
    firsts = [corpus.embeddings[row] for row in corpus.first_row]
    columns: dict[str, list] = {name: [getattr(product, name) for product in products] for name in _OF_PRODUCT}
    for head in (GENDER, COLOUR):
        columns[f"seen_{head}"] = [_seen_label(first, head, corpus.bundle) for first in firsts]
    return columns


def find_supercategories(corpus: EmbeddedCatalog) -> dict[str, str]:
    """Category -> the supercategory that its name says, else the one of most of its photos if at least half agree.

    Names and photos speak of the model's supercategories; with a model that has none nothing is found.
    """
    bundle = corpus.bundle
    if CATEGORY not in bundle.heads or not bundle.heads[CATEGORY].supercategories:
        return {}
    supercategories = bundle.heads[CATEGORY].supercategories
    place = list(bundle.heads).index(CATEGORY)
    votes: dict[str, Counter[str]] = {}
    for position, embedding in zip(corpus.photo_product, corpus.embeddings, strict=True):
        category = corpus.categories[position]
        votes.setdefault(category, Counter())[supercategories[embedding.seen[place]]] += 1
    best = {category: counter.most_common(1)[0] for category, counter in votes.items()}
    by_photos = {
        category: found for category, (found, count) in best.items() if count >= _CLEAR_SHARE * votes[category].total()
    }
    named = {category: supercategory_in_name(category) for category in votes}
    return by_photos | {category: name for category, name in named.items() if name in supercategories}


def _seen_label(embedding: PhotoEmbedding, head: str, bundle: Bundle) -> str | None:
    if head not in bundle.heads:
        return None
    return bundle.heads[head].labels[embedding.seen[list(bundle.heads).index(head)]]
