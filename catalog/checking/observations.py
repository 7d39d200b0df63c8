"""What is noted of a source's rows while they pass, and the findings that come of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.checking import finding_texts as texts
from catalog.checking.results import DOUBTFUL, EXAMPLES, MISSING, REJECTED, Example, Finding
from catalog.feeds import FeedRow, Reject
from catalog.spelling import fold

FEW = 5  # products of a category below which it can hardly be learned
SMALL_PIXELS = 200  # of a photo's shorter side: below it, fabric and pattern can't be told
_MOSTLY = 0.5  # share of products from which on a missing value is a finding
_ONE_CATEGORY = 0.8
_SAY_NOTHING = frozenset({"other", "others", "misc", "not sure", "unknown", "skip", "n/a", "uncategorized", "general"})
_PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d.,]*|/\S+|https?://\S+")
_WANTED = ("gender", "colour", "price_cents", "title", "url", "in_stock", "group_id")


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
            about = _about(item.file, item.reason)
            self._rejects[_kind(item.reason)].add(Example(item.row, item.product_id, about, field=item.field))
            return
        product = item.product
        self.products += 1
        self.categories[product.category] += 1
        self.attributes.update(product.attributes.keys())
        self._lacking.update(name for name in _WANTED if getattr(product, name) is None)
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
            yield Finding(REJECTED, texts.ROWS, group.count, examples=group.examples)
        for group in self._bad_photos.values():
            yield Finding(REJECTED, texts.PHOTOS, group.count, examples=group.examples)

    def _doubtful(self) -> Iterator[Finding]:
        for group in self._warnings.values():
            yield Finding(DOUBTFUL, texts.VALUES, group.count, self.products, group.examples)
        if self._repeated.count:
            yield Finding(DOUBTFUL, texts.SHARED_PHOTOS, self._repeated.count, self.opened, self._repeated.examples)
        vague = {name: count for name, count in self.categories.items() if fold(name) in _SAY_NOTHING}
        if vague:
            names = {"names": _most_first(vague)}
            yield Finding(DOUBTFUL, texts.VAGUE_CATEGORIES, sum(vague.values()), self.products, values=names)
        for name, count in self.categories.most_common(1):
            if len(self.categories) > 1 and count > _ONE_CATEGORY * self.products:
                yield Finding(DOUBTFUL, texts.ONE_CATEGORY, count, self.products, values={"names": [name]})

    def _missing(self) -> Iterator[Finding]:
        for name in _WANTED:
            count = self._lacking[name]
            if count and count >= _MOSTLY * self.products:
                yield Finding(MISSING, f"{texts.LACKING}{name}", count, self.products)
        if self._single and self._single >= _MOSTLY * self.products:
            yield Finding(MISSING, texts.SINGLE_PHOTOS, self._single, self.products)
        if self._small.count:
            pixels = {"pixels": SMALL_PIXELS}
            yield Finding(MISSING, texts.SMALL_PHOTOS, self._small.count, self.opened, self._small.examples, pixels)
        few = {name: count for name, count in self.categories.items() if count < FEW}
        if few:
            values = {"few": FEW, "names": _most_first(few)}
            yield Finding(MISSING, texts.FEW_PRODUCTS, len(few), len(self.categories), values=values)


def _kind(reason: str) -> str:
    """A reason without what differs from row to row."""
    return _PARTICULARS.sub("*", reason)


def _about(name: str, reason: str) -> str:
    return f"{name[-120:]}: {reason}" if name else reason


def _most_first(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda name: -counts[name])
