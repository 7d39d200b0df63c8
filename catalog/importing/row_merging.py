"""From the rows of a feed to products: several rows of one product are merged into one, and must agree.

A feed is read twice. The first reading keeps a few bytes per product, and finds the ids that occur in several rows and
whether these rows agree. The second reading delivers the products. So a source of a million products never has to fit
into memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tqdm import tqdm

from catalog.errors import ContradictingRowsError, NothingUsableError
from catalog.feeds import Feed, FeedRow, Reject
from catalog.products import DETAIL_FIELDS, Product

_CONTRADICTIONS_SHOWN = 3


@dataclass
class Survey:
    """What the first reading of a feed found."""

    first_rows: dict[str, tuple[int | None, int]] = field(default_factory=dict)  # id -> (row, hash of its details)
    further_rows: dict[str, int] = field(default_factory=dict)  # id -> number of its rows after the first
    rejected_ids: set[str] = field(default_factory=set)
    nameless_rejects: int = 0  # rejected rows or folders without a readable product id
    photos: int = 0
    repeated_rows: int = 0  # rows that add nothing to an earlier row; known after the second reading

    def mentions(self, product_id: str) -> bool:
        """Whether a row of the source names this product, even if the row can't be used."""
        return product_id in self.first_rows or product_id in self.rejected_ids


def survey_feed(feed: Feed, *, hide_progress: bool | None = True) -> Survey:
    """Read a feed for the first time.

    Args:
        feed: the feed to read.
        hide_progress: whether to hide the progress bar; None hides it where there is no terminal.

    Raises:
        ContradictingRowsError: two rows of one product differ in more than the photo.
        NothingUsableError: the feed holds not a single row or photo.
    """
    survey = Survey()
    contradicting: dict[str, None] = {}  # a set that keeps its order
    for item in tqdm(feed.rows(), desc="Reading", unit=" rows", disable=hide_progress):
        if isinstance(item, Reject):
            survey.rejected_ids.add(item.product_id)
            survey.nameless_rejects += not item.product_id
            continue
        survey.photos += len(item.photos)
        product_id, digest = item.product.product_id, hash(_details(item.product))
        if product_id not in survey.first_rows:
            survey.first_rows[product_id] = (item.row, digest)
            continue
        survey.further_rows[product_id] = survey.further_rows.get(product_id, 0) + 1
        if survey.first_rows[product_id][1] != digest:
            contradicting[product_id] = None
    if contradicting:
        raise ContradictingRowsError(_describe_contradictions(feed, list(contradicting)))
    if not survey.first_rows and not survey.rejected_ids:
        raise NothingUsableError(f"{feed.location} holds no products; nothing was imported.")
    return survey


def merged_rows(feed: Feed, survey: Survey) -> Iterator[FeedRow | Reject]:
    """Read a feed for the second time: every product once, with the photos of all its rows, and every reject.

    A product of several rows comes when its last row has been read.
    """
    expected = {product_id: count + 1 for product_id, count in survey.further_rows.items()}
    waiting: dict[str, FeedRow] = {}
    for item in feed.rows():
        if isinstance(item, Reject) or item.product.product_id not in expected:
            yield item
            continue
        product_id = item.product.product_id
        first = waiting.get(product_id, item)
        merged = replace(first, photos=tuple(dict.fromkeys(first.photos + item.photos)))
        survey.repeated_rows += product_id in waiting and merged == first
        expected[product_id] -= 1
        if expected[product_id]:
            waiting[product_id] = merged
        else:
            waiting.pop(product_id, None)
            del expected[product_id]
            yield merged
    yield from waiting.values()  # only if the file has lost rows since the first reading


def _details(product: Product) -> tuple[Any, ...]:
    values = (getattr(product, name) for name in DETAIL_FIELDS)
    return tuple(tuple(value.items()) if isinstance(value, dict) else value for value in values)


def _describe_contradictions(feed: Feed, product_ids: list[str]) -> str:
    shown = product_ids[:_CONTRADICTIONS_SHOWN]
    rows: dict[str, list[FeedRow]] = {product_id: [] for product_id in shown}
    for item in feed.rows():
        if isinstance(item, FeedRow) and item.product.product_id in rows:
            rows[item.product.product_id].append(item)
    described = "; ".join(_describe_contradiction(rows[product_id]) for product_id in shown)
    more = len(product_ids) - len(shown)
    return (
        f"{feed.location.name} contradicts itself: {described}"
        + (f"; and {more:,} more products" if more else "")
        + ". Rows of one product may differ in the photo only. Nothing was imported; correct the rows and import again."
    )


def _describe_contradiction(rows: list[FeedRow]) -> str:
    first = rows[0]
    other = next(row for row in rows if _details(row.product) != _details(first.product))
    mine, theirs = _flat_details(first.product), _flat_details(other.product)
    differences = [
        f"{name} {mine.get(name)!r} and {theirs.get(name)!r}"
        for name in dict.fromkeys([*mine, *theirs])
        if mine.get(name) != theirs.get(name)
    ]
    return f"product {first.product.product_id!r} has in rows {first.row} and {other.row} {', '.join(differences)}"


def _flat_details(product: Product) -> dict[str, Any]:
    details = {name: getattr(product, name) for name in DETAIL_FIELDS if name != "attributes"}
    return {**product.attributes, **details}
