"""For whom the product in a photo is: as its category says, else as the products that are nearest to it."""

from collections.abc import Sequence

import numpy as np

from search.index.product_columns import MISSING, ProductColumns
from search.ranking.category_names import gender_in_name

_AGREED = 0.95  # share of a category's products that must be for one gender


def find_gender(category: str, nearest: Sequence[tuple[int, bool]], columns: ProductColumns) -> str | None:
    """The gender of a photo's product; None where neither its category nor its neighbours tell.

    Args:
        category: the category that is shown for it.
        nearest: products of the index, the nearest first, each with whether it is nearly the same as the photo's.
        columns: the products.
    """
    stated = _gender_of_category(category, columns)
    if stated is not None:
        return stated
    genders = [columns.known_gender.value(position) for position, _ in nearest]
    if nearest and nearest[0][1]:
        return genders[0]
    return genders[0] if genders and len(set(genders)) == 1 else None


def _gender_of_category(category: str, columns: ProductColumns) -> str | None:
    """The gender of (nearly) all products of a category, or the one in its name."""
    codes = columns.gender.codes[columns.category.codes == columns.category.code(category)]
    codes = codes[codes != MISSING]
    if not len(codes):
        return gender_in_name(category)
    counts = np.bincount(codes)
    best = int(counts.argmax())
    return columns.gender.values[best] if counts[best] >= _AGREED * len(codes) else None
