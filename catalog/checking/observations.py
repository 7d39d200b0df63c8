"""What is noted of a source's rows while they pass, and the findings that come of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.checking.results import DOUBTFUL, EXAMPLES, MISSING, REJECTED, Example, Finding
from catalog.feeds import FeedRow, Reject
from catalog.spelling import fold

FEW = 5  # products of a category below which it can hardly be learned
SMALL_PIXELS = 200  # of a photo's shorter side: below it, fabric and pattern can't be told
_MOSTLY = 0.5  # share of products from which on a missing value is a finding
_ONE_CATEGORY = 0.8
_SAY_NOTHING = frozenset({"other", "others", "misc", "not sure", "unknown", "skip", "n/a", "uncategorized", "general"})
_PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d.,]*|/\S+|https?://\S+")
_WHY = {
    "gender": "The filter by gender can't be offered.",
    "colour": "Colours are then told by the photos alone.",
    "price_cents": "The filter by price can't be offered, and product pages show none.",
    "title": "Products are then called by their category and id, and can't be found by words.",
    "url": "Product pages can't lead to the shop.",
    "in_stock": "What is sold out can't be moved back or left out.",
    "group_id": "Colour variants of an article are then shown as separate products.",
}
_NAMES = {"price_cents": "price", "in_stock": "stock", "url": "product page", "group_id": "group (group_id)"}


@dataclass
class _Group:
    count: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, example: Example) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)


class Observations:
    """Takes in rows and photos one by one; memory grows with the number of different findings and not of rows."""

    def __init__(self) -> None:
        self.products = 0
        self.opened = 0
        self.categories: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self._lacking: Counter[str] = Counter()
        self._single = 0
        self._rejects: dict[str, _Group] = defaultdict(_Group)
        self._warnings: dict[str, _Group] = defaultdict(_Group)
        self._bad_photos: dict[str, _Group] = defaultdict(_Group)
        self._small = _Group()
        self._by_content: dict[str, tuple[str, str]] = {}  # sha256 -> product id, photo
        self._repeated = _Group()

    def note_row(self, item: FeedRow | Reject) -> None:
        """Take in a product or a reject."""
        if isinstance(item, Reject):
            self._rejects[_kind(item.reason)].add(Example(item.row, item.product_id, _about(item.file, item.reason)))
            return
        product = item.product
        self.products += 1
        self.categories[product.category] += 1
        self.attributes.update(product.attributes.keys())
        self._lacking.update(name for name in _WHY if getattr(product, name) is None)
        self._single += len(item.photos) == 1
        for warning in item.warnings:
            self._warnings[_kind(warning.text)].add(
                Example(item.row, product.product_id, warning.text, field=warning.field)
            )

    def note_photo(self, row: FeedRow, path: str, sha256: str, width: int, height: int) -> None:
        """Take in a photo that was opened."""
        self.opened += 1
        product_id = row.product.product_id
        if min(width, height) < SMALL_PIXELS:
            self._small.add(Example(row.row, product_id, f"{width}x{height} pixels", path))
        other, _ = self._by_content.setdefault(sha256, (product_id, path))
        if other != product_id:
            self._repeated.add(Example(row.row, product_id, f"the same photo as {other}", path))

    def note_bad_photo(self, row: FeedRow, name: str, reason: str) -> None:
        """Take in a photo that can't be used."""
        self._bad_photos[_kind(reason)].add(Example(row.row, row.product.product_id, _about(name, reason)))

    def findings(self) -> list[Finding]:
        """Everything worth saying, the worst first, and within a level the most frequent."""
        found = [*self._wrong(), *self._doubtful(), *self._missing()]
        order = (REJECTED, DOUBTFUL, MISSING)
        return sorted(found, key=lambda one: (order.index(one.level), -one.count))

    def _wrong(self) -> Iterator[Finding]:
        for group in self._rejects.values():
            yield Finding(REJECTED, "Rows that can't be imported.", group.count, examples=group.examples)
        for group in self._bad_photos.values():
            yield Finding(REJECTED, "Photos that can't be used.", group.count, examples=group.examples)

    def _doubtful(self) -> Iterator[Finding]:
        for group in self._warnings.values():
            yield Finding(DOUBTFUL, "Values that aren't certain.", group.count, self.products, examples=group.examples)
        if self._repeated.count:
            yield Finding(
                DOUBTFUL,
                "Photos that several products share.",
                self._repeated.count,
                self.opened,
                "If the products are one article, give them one id; if a photo is only a placeholder, leave it out.",
                self._repeated.examples,
            )
        vague = {name: count for name, count in self.categories.items() if fold(name) in _SAY_NOTHING}
        if vague:
            yield Finding(
                DOUBTFUL,
                f"Products of categories whose names say nothing: {_name_some(vague)}.",
                sum(vague.values()),
                self.products,
                "They would be learned as if they were kinds of products. Give them a category, or leave them out.",
            )
        for name, count in self.categories.most_common(1):
            if len(self.categories) > 1 and count > _ONE_CATEGORY * self.products:
                yield Finding(DOUBTFUL, f"Most products are of one category, {name!r}.", count, self.products)

    def _missing(self) -> Iterator[Finding]:
        for name, why in _WHY.items():
            count = self._lacking[name]
            if count and count >= _MOSTLY * self.products:
                yield Finding(MISSING, f"Products without a {_NAMES.get(name, name)}.", count, self.products, why)
        if self._single and self._single >= _MOSTLY * self.products:
            yield Finding(
                MISSING,
                "Products with one photo only.",
                self._single,
                self.products,
                "A second one, worn or from another side, lets shoppers' own photos find them more often.",
            )
        if self._small.count:
            yield Finding(
                MISSING,
                f"Photos with under {SMALL_PIXELS} pixels on their shorter side.",
                self._small.count,
                self.opened,
                "Fabric and pattern can't be told in them; export larger ones.",
                self._small.examples,
            )
        few = {name: count for name, count in self.categories.items() if count < FEW}
        if few:
            yield Finding(
                MISSING,
                f"Categories with fewer than {FEW} products: {_name_some(few)}.",
                len(few),
                len(self.categories),
                "They are hard to recognise; merge them into others if they mean the same.",
            )


def _kind(reason: str) -> str:
    """A reason without what differs from row to row."""
    return _PARTICULARS.sub("*", reason)


def _about(name: str, reason: str) -> str:
    return f"{name[-120:]}: {reason}" if name else reason


def _name_some(counts: dict[str, int]) -> str:
    named = sorted(counts, key=lambda name: -counts[name])[:EXAMPLES]
    more = len(counts) - len(named)
    return ", ".join(repr(name) for name in named) + (f" and {more:,} more" if more > 0 else "")
