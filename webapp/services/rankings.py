"""What a search found, as pages and the API show it: one page of look-alikes with its counts, and a photo's answer."""

import math
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image

from search.photo import Box
from search.query import (
    LEAST_SHOWN,
    MAX_PAGE,
    CategoryProbability,
    Facets,
    SearchRequest,
    SnapshotInfo,
    likely_guesses,
)
from webapp.services.photo_encoding import SearchablePhoto
from webapp.services.result_items import ResultItem


@dataclass(frozen=True)
class Ranking:
    """One page of look-alikes, and what filters would leave of the whole ranking."""

    similar: tuple[ResultItem, ...] = ()
    facets: Facets = field(default_factory=lambda: Facets(0))
    request: SearchRequest = field(default_factory=SearchRequest)
    colour_weight: float = 0.0  # the weight in effect, 0 to 1
    default_colour_weight: float = 0.0  # the weight if the shopper chooses none
    categories: tuple[str, ...] = ()  # all categories of the index
    close: int = 0  # close matches among what passes the filters
    close_is_estimate: bool = False
    listed_kind: str | None = None  # the one category that a list in another order was narrowed to
    reachable: int | None = None  # how many of them were put in another order; None: the ranking is in its own

    @property
    def ends_early(self) -> bool:
        """Whether this list leaves out what is less similar, and there is such."""
        return self.request.only_close and self.facets.total > self.total

    @property
    def total(self) -> int:
        """How many products the list has, on all pages and beyond the last page that can be asked for.

        They are the close matches if the list ends with them, or so many that there is something to look at.
        """
        most = max(self.close, LEAST_SHOWN) if self.request.only_close else self.facets.total
        return min(most, self.facets.total)

    @property
    def listed(self) -> int:
        """How many products the list has if it is in another order, and otherwise ``total``."""
        return self.total if self.reachable is None else self.reachable

    @property
    def pages(self) -> int:
        """How many pages can be asked for."""
        return min(MAX_PAGE, math.ceil(self.listed / self.request.limit))


@dataclass(frozen=True)
class PhotoAnswer(Ranking):
    """Everything that was found for a shopper's photo."""

    photo: SearchablePhoto = field(kw_only=True)
    box: Box | None = None  # the part of the photo that was searched; None: all of it
    prediction: tuple[CategoryProbability, ...] = field(kw_only=True)
    goes_with: tuple[ResultItem, ...] = field(kw_only=True)
    snapshot: SnapshotInfo = field(kw_only=True)
    took_ms: dict[str, float] = field(kw_only=True)  # decode, embed, search, total
    in_distribution: bool = True  # False: the shop sells nothing like the photo
    sure: bool = True  # False: no category is probable enough to be named as the answer
    product_box: Box | None = None  # where the network sees the product in the whole photo, if that is known

    @property
    def likely(self) -> tuple[CategoryProbability, ...]:
        """The guesses that are worth showing."""
        return likely_guesses(self.prediction)

    @cached_property
    def image(self) -> Image.Image:
        """The whole photo, decoded when it is asked for; raises PhotoError."""
        return self.photo.decode(None)
