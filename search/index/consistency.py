"""Whether the parts of an opened snapshot fit together, so that no search stumbles over one that doesn't.

Checksums are compared elsewhere, as that reads every byte; these checks look at shapes and numbers alone.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from search.index.category_head import CategoryHead
from search.index.parquet import to_numbers


def find_contradictions(
    *,
    photo_product: pa.ChunkedArray,
    products: pa.Table,
    supercategories: object,
    head: CategoryHead | None,
    nearest: np.ndarray | None,
    dim: int,
) -> Iterator[str]:
    """Sentences about what doesn't fit; none where everything does.

    Args:
        photo_product: (N,) for each photo the position of its product.
        products: P rows.
        supercategories: what was read as category -> supercategory.
        head: the shop's own categories, if it has some.
        nearest: each product's score with its nearest neighbour, if that was measured.
        dim: length of a vector.
    """
    positions = to_numbers(photo_product) if not photo_product.null_count else np.empty(0)
    counts = np.bincount(positions, minlength=len(products)) if _are_positions(positions) else np.empty(0)
    if len(positions) == 0 or len(counts) != len(products) or not counts.all():
        yield "its photos belong to products that it doesn't have, or a product has no photo"
    if products["product_id"].null_count:
        yield "a product has no id"
    if not isinstance(supercategories, dict) or not all(isinstance(name, str) for name in supercategories.values()):
        yield "its supercategories are no texts by category"
    if head is not None and not _is_head_for(head, dim):
        yield "its categories are for other vectors"
    if nearest is not None and not _is_vector_of(nearest, len(products)):
        yield "its nearest neighbours are other products'"


def _are_positions(numbers: np.ndarray) -> bool:
    """Whether numbers can be positions of products by which photos are sorted."""
    return bool(len(numbers) and numbers[0] == 0 and (np.diff(numbers) >= 0).all() and (np.diff(numbers) <= 1).all())


def _is_head_for(head: CategoryHead, dim: int) -> bool:
    shapes: tuple[Sequence[int], Sequence[int]] = (np.shape(head.kernel), np.shape(head.bias))
    if shapes != ((dim, len(head.labels)), (len(head.labels),)):
        return False
    numbers = (head.kernel, head.bias, np.array([head.temperature]))
    return all(array.dtype.kind == "f" and np.isfinite(array).all() for array in numbers) and head.temperature > 0


def _is_vector_of(numbers: np.ndarray, length: int) -> bool:
    return numbers.shape == (length,) and numbers.dtype.kind == "f" and not np.isnan(numbers).any()
