"""Cards of a ranking, before anything is written about them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ranked:
    """One card of a ranking, by positions of products."""

    position: int  # the variant that ranks best
    score: float
    variants: tuple[int, ...] = ()  # the others that pass the filters, best first
    pinned: bool = False


@dataclass(frozen=True)
class RankedPage:
    """Part of a ranking, and how many cards of the whole ranking are close matches."""

    cards: list[Ranked]
    close: int = 0
