"""What a training learns from the catalogue itself: its products, with the labels as they are now."""

from collections.abc import Sequence

import pandas as pd

from catalog import Catalog
from catalog.feeds import Reject
from catalog.feeds.columns import NAMES, UNDERSTOOD
from indexer.corpus.inventory import NO_PRODUCTS, take_inventory
from indexer.corpus.photo_table import tabulate_photos
from indexer.errors import TrainingDataError
from indexer.training.examples import FACTS, MAIN_HEAD, USUAL_HEADS, ReadExamples, without_plain_heads


def read_catalog_examples(
    catalog: Catalog, *, also: Sequence[str] | None = None, progress: bool = True
) -> ReadExamples:
    """The catalogue's photos with their products' labels, as ``read_examples`` gives those of a source.

    Labels that were corrected in the studio are those of the catalogue already. Splits are made by the training.

    Args:
        catalog: what the shop sells.
        also: fields or attributes of products to learn beside the category, a head each; None for gender and colour.
        progress: show bars.

    Raises:
        TrainingDataError: the catalogue has no usable photo, or one of ``also`` is no property that can be learned or
            that a product has.
    """
    _refuse_reserved(also or ())
    inventory = take_inventory(catalog, progress=progress)
    if not inventory.products:
        raise TrainingDataError(NO_PRODUCTS)
    heads = list(USUAL_HEADS if also is None else also)
    products = [inventory.products[position] for position in inventory.photo_product]
    examples = tabulate_photos(inventory).assign(split=None)
    for head in heads:
        values = (one.value_of(head) for one in products)
        examples[head] = pd.Series([value if isinstance(value, str) else None for value in values], dtype=object)
    examples = examples[[*FACTS, MAIN_HEAD, *heads]].astype(object)
    examples.attrs["heads"] = [MAIN_HEAD, *heads]
    rejects = [Reject(None, one.product_id, str(one.path), one.reason) for one in inventory.rejects]
    return ReadExamples(without_plain_heads(examples, wanted=also or ()), rejects)


def _refuse_reserved(names: Sequence[str]) -> None:
    for name in names:
        if name in (*FACTS, MAIN_HEAD) or (name in UNDERSTOOD and name not in NAMES):
            raise TrainingDataError(
                f"--also {name} is no property to learn beside the category, or its name is taken. "
                f"Give {', '.join(NAMES)} or an attribute of the catalogue's products."
            )
