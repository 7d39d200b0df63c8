"""From the rows of a feed to products: several rows of one product are merged into one, and must agree.

A feed is read twice. The first reading keeps a few bytes per product, and finds the ids that occur in several rows and
how categories are spelled. The second reading delivers the products. So a source of a million products never has to fit
into memory.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tqdm import tqdm

from catalog.errors import NothingUsableError
from catalog.feeds import Feed, FeedRow, Reject
from catalog.feeds.offer_values import merge_sizes
from catalog.feeds.values import shorten
from catalog.products import DETAIL_FIELDS, Product
from catalog.spelling import fold, tidy_name

_NAMED_IN_REMARKS = 3
_DICTIONARIES = ("attributes", "details")  # the fields of a product that hold values by name


@dataclass
class Survey:
    """What the first reading of a feed found."""

    rows: dict[str, int] = field(default_factory=dict)  # product id -> number of its rows
    mentioned_ids: set[str] = field(default_factory=set)  # ids in rows that can't be used or that are hidden in others
    categories: Counter[str] = field(default_factory=Counter)  # category as the rows spell it -> number of rows
    photos: int = 0
    web_photos: int = 0  # of the photos, those that are to be downloaded
    rejects: int = 0
    repeated_rows: int = 0  # rows that add nothing to an earlier row; known after the second reading
    _odd_ids: dict[str, list[str]] = field(default_factory=dict)  # how an id looks -> ids that look so and differ

    @property
    def empty(self) -> bool:
        """Whether the feed holds not a single row or photo, usable or not."""
        return not self.rows and not self.rejects

    def mentions(self, product_id: str) -> bool:
        """Whether a row of the source names this product, even if the row can't be used."""
        return product_id in self.rows or product_id in self.mentioned_ids

    def note(self, item: FeedRow | Reject) -> None:
        """Take in one row of the first reading."""
        self.mentioned_ids.update(item.swallowed_ids)
        if isinstance(item, Reject):
            self.rejects += 1
            self.mentioned_ids.add(item.product_id)
            return
        product_id = item.product.product_id
        self.photos += len(item.photos)
        self.web_photos += len(item.photos) - len(item.files)
        self.categories[item.product.category] += 1
        self.rows[product_id] = self.rows.get(product_id, 0) + 1
        look = tidy_name(product_id)
        if look != product_id and product_id not in self._odd_ids.setdefault(look, []):
            self._odd_ids[look].append(product_id)

    def choose_spellings(self, known: Mapping[str, int]) -> dict[str, str]:
        """Category as a row spells it -> the spelling to use, for categories that are spelled in several ways.

        Args:
            known: category -> number of its products in the catalogue, whose spellings come first.
        """
        best: dict[str, tuple[tuple[int, int], str]] = {}
        for category in [*known, *self.categories]:
            weight = known.get(category, 0), self.categories[category]
            if fold(category) not in best or weight > best[fold(category)][0]:
                best[fold(category)] = weight, category
        chosen = {category: tidy_name(best[fold(category)][1]) for category in self.categories}
        return {category: spelling for category, spelling in chosen.items() if spelling != category}

    def remarks(self, spellings: Mapping[str, str]) -> list[str]:
        """Sentences for the person who imports: on categories of several spellings, and on ids that look the same."""
        found = []
        if spellings:
            pairs = [f"{written!r} as {chosen!r}" for written, chosen in spellings.items()]
            found.append(f"Categories that differ in their spelling only were taken for one: {_name_some(pairs)}.")
        twins = [ids for look, ids in self._odd_ids.items() if len(ids) > 1 or look in self.rows]
        if twins:
            named = _name_some([ascii(ids[0]) for ids in twins])
            found.append(f"Product ids that differ from others only in what can't be seen: {named}. Are they the same?")
        return found


def survey_feed(feed: Feed, *, hide_progress: bool | None = True, may_be_empty: bool = False) -> Survey:
    """Read a feed for the first time.

    Args:
        feed: the feed to read.
        hide_progress: whether to hide the progress bar; None hides it where there is no terminal.
        may_be_empty: whether a feed without a single row is no error.

    Raises:
        NothingUsableError: the feed holds not a single row or photo, and may not be empty.
    """
    survey = Survey()
    for item in tqdm(feed.rows(), desc="Reading", unit=" rows", disable=hide_progress):
        survey.note(item)
    if survey.empty and not may_be_empty:
        raise NothingUsableError(f"{feed.location} holds no products; nothing was imported.")
    return survey


def merged_rows(feed: Feed, survey: Survey, spellings: Mapping[str, str] | None = None) -> Iterator[FeedRow | Reject]:
    """Read a feed for the second time: every product once, with the photos of all its rows, and every reject.

    A product of several rows comes when its last row has been read. If its rows contradict each other, a reject
    comes in its place.

    Args:
        feed: the feed to read.
        survey: what its first reading found.
        spellings: category as a row spells it -> the spelling to use; None takes the most frequent one of the feed.
    """
    spellings = survey.choose_spellings({}) if spellings is None else spellings
    expected = {product_id: count for product_id, count in survey.rows.items() if count > 1}
    waiting: dict[str, FeedRow | Reject] = {}
    for item in feed.rows():
        if isinstance(item, Reject):
            yield item
            continue
        item = _respell(item, spellings)
        product_id = item.product.product_id
        if product_id not in expected:
            yield item
            continue
        first = waiting.get(product_id)
        merged = item if first is None else _merge(first, item)
        survey.repeated_rows += merged == first and isinstance(merged, FeedRow)
        expected[product_id] -= 1
        if expected[product_id]:
            waiting[product_id] = merged
        else:
            waiting.pop(product_id, None)
            del expected[product_id]
            yield merged
    yield from waiting.values()  # only if the file has lost rows since the first reading


def _respell(row: FeedRow, spellings: Mapping[str, str]) -> FeedRow:
    spelling = spellings.get(row.product.category)
    return row if spelling is None else replace(row, product=replace(row.product, category=spelling))


def _merge(first: FeedRow | Reject, other: FeedRow) -> FeedRow | Reject:
    """Two rows of one product as one row, or as a reject if they contradict each other.

    A value that only one of them gives is no contradiction.
    """
    if isinstance(first, Reject):
        return first
    details, differences = _merge_values(_flat(first.product), _flat(other.product))
    if differences:
        reason = (
            f"Rows {first.row} and {other.row} contradict each other: {', '.join(differences)}. "
            "Rows of one product may differ in the photo only."
        )
        return Reject(first.row, first.product.product_id, "", reason)
    fields: dict[str, Any] = {name: details.get((name, "")) for name in DETAIL_FIELDS if name not in _DICTIONARIES}
    dictionaries: dict[str, Any] = {
        within: {name: value for (name, inside), value in details.items() if inside == within}
        for within in _DICTIONARIES
    }
    return replace(
        first,
        product=replace(first.product, **fields, **dictionaries),
        photos=tuple(dict.fromkeys(first.photos + other.photos)),
        warnings=tuple(dict.fromkeys(first.warnings + other.warnings)),
        certain=first.certain and other.certain,
    )


def _merge_values(
    mine: dict[tuple[str, str], Any], theirs: dict[tuple[str, str], Any]
) -> tuple[dict[tuple[str, str], Any], list[str]]:
    """The values of both rows together, and a text for each value that differs; rows may name different sizes."""
    sizes = ("sizes", "")
    if sizes in mine and sizes in theirs:
        both = merge_sizes(mine[sizes], theirs[sizes])
        mine, theirs = mine | {sizes: both}, theirs | {sizes: both}
    differences = [
        f"{key[0]} {_show(value)} and {_show(theirs[key])}"
        for key, value in mine.items()
        if theirs.get(key, value) != value
    ]
    return {**mine, **theirs}, differences


def _flat(product: Product) -> dict[tuple[str, str], Any]:
    """(Name, the field that holds it if that is a dictionary) -> value, of what a row gives."""
    inside = {(name, field): value for field in _DICTIONARIES for name, value in getattr(product, field).items()}
    plain = {(name, ""): getattr(product, name) for name in DETAIL_FIELDS if name not in _DICTIONARIES}
    return inside | {key: value for key, value in plain.items() if value is not None}


def _show(value: Any) -> str:
    return shorten(value) if isinstance(value, str) else repr(value)


def _name_some(names: list[str]) -> str:
    more = len(names) - _NAMED_IN_REMARKS
    return ", ".join(names[:_NAMED_IN_REMARKS]) + (f" and {more:,} more" if more > 0 else "")
