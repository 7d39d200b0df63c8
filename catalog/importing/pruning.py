"""When an import with pruning may remove the products that its source doesn't list any more, and when it must not."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import PruneLimitError

_NAMED = 3  # classes in a message
_ALWAYS_ALLOWED = 1  # product: a share of a small source would be less than one


@dataclass(frozen=True)
class PruneLimit:
    """How many of a source's products one import may remove."""

    share: float = 1.0  # of the source's products, 0 to 1
    count: int | None = None  # takes the place of the share

    @classmethod
    def parse(cls, text: str) -> "PruneLimit":
        """A limit as people write it: "40" products, or a share of them as "25%" or "0.25".

        Raises:
            PruneLimitError: the text is neither.
        """
        written = text.strip()
        if re.fullmatch(r"\d{1,12}", written):
            return cls(count=int(written))
        match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*(%)|([01]?\.\d+)", written)
        share = math.nan if match is None else float(match[1]) / 100 if match[2] else float(match[3])
        if not 0 <= share <= 1:
            raise PruneLimitError(
                f"--prune-at-most {text!r} is no limit; write a number of products, or a share as 25%."
            )
        return cls(share)

    def allows(self, gone: int, total: int) -> bool:
        """Whether so many of so many products may be removed."""
        return gone <= (max(_ALWAYS_ALLOWED, math.floor(self.share * total)) if self.count is None else self.count)

    @property
    def unlimited(self) -> bool:
        """Whether all products may be removed, which somebody must have asked for."""
        return self.count is None and self.share == 1.0

    def __str__(self) -> str:
        return f"{self.share:.0%} of them" if self.count is None else f"{self.count:,}"


DEFAULT_LIMIT = PruneLimit(share=0.3)


@dataclass(frozen=True)
class Obstacle:
    """Why nothing was pruned."""

    reason: str  # sentences
    can_be_confirmed: bool = False  # whether a person who looks may have it done all the same


@dataclass(frozen=True)
class Disappearance:
    """What a source doesn't list any more."""

    gone: Mapping[str, int]  # category -> number of the source's products that seem to be gone
    owned: Mapping[str, int]  # category -> number of the source's products in the catalogue, those included
    elsewhere: int  # products of other sources
    empty_classes: Sequence[str] = ()  # classes that the source has, with nothing in them


def find_obstacle(found: Disappearance, limit: PruneLimit) -> Obstacle | None:
    """Why the products that seem to be gone can't simply be removed; None if they can."""
    gone, total = sum(found.gone.values()), sum(found.owned.values())
    if not limit.allows(gone, total):
        return Obstacle(
            f"Nothing was pruned: {gone:,} of this source's {total:,} products seem to be gone, and at most {limit} "
            f"go unasked. If the source is complete, import it again with --prune-at-most {gone}.",
            can_be_confirmed=True,
        )
    emptied = _find_emptied(found)
    if emptied and not limit.unlimited:
        named = ", ".join(emptied[:_NAMED]) + (f" and {len(emptied) - _NAMED} more" if len(emptied) > _NAMED else "")
        return Obstacle(
            f"Nothing was pruned: no product of {named} is left in this source. Is a disk missing, or the source cut "
            f"off? If all {gone:,} products are gone indeed, import it again with --prune-at-most 100%.",
            can_be_confirmed=True,
        )
    return None


def _find_emptied(found: Disappearance) -> list[str]:
    """The categories that would lose all of the source's products, though they had several or their folder is there."""
    emptied = [
        category
        for category, gone in found.gone.items()
        if gone == found.owned.get(category) and (gone > 1 or category in found.empty_classes)
    ]
    nothing_left = sum(found.gone.values()) == sum(found.owned.values()) and not found.elsewhere
    return list(found.gone) if nothing_left else emptied
