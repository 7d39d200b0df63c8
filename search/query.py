"""What goes into a search and what comes out of it, as plain values."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from search.errors import QueryError
from search.fields import IndexedField
from search.photo import Box

DEFAULT_LIMIT = 24
MAX_LIMIT = 100
MAX_PAGE = 20  # of one ranking; what comes later looks like nothing any more
LEAST_SHOWN = 12  # products of a ranking that ends after its close matches, however few of them are close

# Calibrated probability of the first guess below which nobody is told "this is a ...". On the validation photos
# claims from 0.9 are right in 97.0 %, from 0.85 in 95.4 %, from 0.5 in 90.3 % (benchmarks/answers.py).
SURE_FROM = 0.9
SHOWN_FROM = 0.03  # probability below which a guess isn't shown to anybody, unless it is the first one

GRADES = ("nearly_same", "very_alike", "alike", "somewhat")  # how much a hit looks like what was asked for, best first


@dataclass(frozen=True)
class Filters:
    """Which products may answer; an empty field lets everything through. All given fields must hold at once.

    There is an attribute for each of ``search.fields.FILTERED_FIELDS``, of the name that the list gives.
    """

    categories: tuple[str, ...] = ()  # any of these
    genders: tuple[str, ...] = ()  # any of these
    colours: tuple[str, ...] = ()  # any of these
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    in_stock: bool | None = None  # True: only what can be bought now; False: only what can't
    brands: tuple[str, ...] = ()  # any of these
    sizes: tuple[str, ...] = ()  # any of these
    materials: tuple[str, ...] = ()  # any of these
    without: tuple[tuple[str, str], ...] = ()  # parameter of a text field and a value of it that products must not have

    def __post_init__(self) -> None:
        low, high = self.min_price_cents, self.max_price_cents
        if low is not None and high is not None and low > high:
            raise QueryError(
                f"The lowest price ({low / 100:.2f}) is above the highest ({high / 100:.2f}); nothing can match. "
                "Swap them or leave one out."
            )

    @property
    def empty(self) -> bool:
        """Whether nothing is filtered."""
        return self == Filters()

    def values(self, field: IndexedField) -> tuple[str, ...]:
        """The values of a text field that are asked for; empty if it isn't filtered by."""
        asked: tuple[str, ...] = getattr(self, field.attribute)
        return asked

    def bounds(self, field: IndexedField) -> tuple[int | None, int | None]:
        """The lowest and the highest value of a field that is filtered by a range; None for no limit."""
        return getattr(self, f"min_{field.attribute}"), getattr(self, f"max_{field.attribute}")

    def flag(self, field: IndexedField) -> bool | None:
        """What is asked for of a field that is true or false; None if it isn't filtered by."""
        return getattr(self, field.attribute)


NO_FILTERS = Filters()


@dataclass(frozen=True)
class SearchRequest:
    """Which part of which ranking is wanted; for a photo's answer and for the look-alikes of a product."""

    limit: int = DEFAULT_LIMIT  # products a page, 1 to ``MAX_LIMIT``
    page: int = 1  # 1 to ``MAX_PAGE``
    filters: Filters = field(default_factory=Filters)  # they hold during the search, so a narrow one still fills a page
    colour_weight: float | None = None  # 0: shape alone, 1: colour alone; None: the index's own balance
    collapse: bool = True  # fold the colour variants of a product into the best one
    category: str | None = None  # what the shopper says the photo shows; both lists then take it for sure
    close: bool = False  # end after the close matches, but not before ``LEAST_SHOWN`` products, if no filter is set
    in_colour: str | None = None  # the same thing, but in this colour: it takes the place of the photo's own
    text: str = ""  # words that titles and descriptions are searched for; the catalogue's full text ranks by them

    def __post_init__(self) -> None:
        check_limit(self.limit)
        if not 1 <= self.page <= MAX_PAGE:
            raise QueryError(f"page is {self.page}; a number from 1 to {MAX_PAGE} is needed.")
        weight = self.colour_weight
        if weight is not None and not (math.isfinite(weight) and 0 <= weight <= 1):
            raise QueryError(f"colour_weight is {weight}; a number from 0 (shape alone) to 1 (colour alone) is needed.")

    @property
    def only_close(self) -> bool:
        """Whether the ranking may end after the close matches. Whoever filters or adds words wants all that passes."""
        worded = self.in_colour is not None or bool(self.text)
        return self.close and self.filters.empty and self.category is None and not worded

    @property
    def by_photo_alone(self) -> bool:
        """Whether it is for the first page of what a photo brings by itself, whether or not that ends early."""
        return replace(self, limit=DEFAULT_LIMIT, close=False) == SearchRequest()

    @property
    def first(self) -> int:
        """How many products the pages before this one hold."""
        return (self.page - 1) * self.limit


def check_limit(limit: int) -> None:
    """Raise QueryError unless a list of so many products can be asked for."""
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError(f"limit is {limit}; a number from 1 to {MAX_LIMIT} is needed.")


@dataclass(frozen=True)
class CategoryProbability:
    """One guess at what is in the photo."""

    category: str
    probability: float  # calibrated, 0 to 1


@dataclass(frozen=True, eq=False)
class QueryEmbedding:
    """What a model's network says of one photo."""

    model: str  # hash of the bundle
    vector: np.ndarray  # (D,) float32: the unit parts of the bundle's balance side by side
    class_probabilities: np.ndarray  # (C,) float32 in the order of the bundle's categories; empty if it has none
    gender: str | None = None
    colour: str | None = None
    box: Box | None = None  # where the network sees the product; None if it has no mask


@dataclass(frozen=True, eq=False)
class Query:
    """A photo as one index understands it: everything that ranking needs, so the photo is embedded only once."""

    embedding: QueryEmbedding
    snapshot_id: str  # the index whose products and categories the following fields were computed with
    probabilities: np.ndarray  # (C,) float32, of all categories that the index knows, in its own order
    prediction: tuple[CategoryProbability, ...]  # the most probable categories, best first
    in_distribution: bool = True  # False: the shop sells nothing that looks like the photo

    def similar_category(self, request: SearchRequest) -> str | None:
        """The category whose curation holds for the look-alikes; None if the photo shows nothing that is known."""
        return request.category or (self.prediction[0].category if self.in_distribution and self.prediction else None)

    def goes_with_category(self, request: SearchRequest) -> str | None:
        """The category whose curation holds for what goes with the photo; filters don't change what it shows."""
        return self.similar_category(request)


@dataclass(frozen=True)
class Hit:
    """One product in a ranking, by the id that the catalogue knows it by."""

    product_id: str
    category: str
    score: float  # larger is better; comparable within one answer only
    variants: tuple[str, ...] = ()  # product ids of the same group_id that were folded into this hit, best first
    reasons: tuple[str, ...] = ()  # why it is here: "category", "colour", "shape", "goes_with_colour", ...
    grade: str | None = None  # one of GRADES; None in a list that isn't of look-alikes


@dataclass(frozen=True)
class SimilarPage:
    """A page of look-alikes, and how many of the whole ranking are close matches."""

    hits: tuple[Hit, ...]
    close: int


@dataclass(frozen=True)
class FacetValue:
    """One value that a ranking may be narrowed to."""

    value: str
    count: int  # hits if this value were chosen, while the other filters hold
    chosen: bool = False


@dataclass(frozen=True)
class PriceSpan:
    """The lowest and highest price of what the other filters let through."""

    lowest_cents: int
    highest_cents: int


@dataclass(frozen=True)
class Facets:
    """How much there is to rank, and what each filter would leave of it. Values come most frequent first."""

    total: int  # hits that pass all filters, of all pages
    values: dict[str, tuple[FacetValue, ...]] = field(default_factory=dict)  # by parameter of the text fields
    in_stock: int = 0  # hits with something that can be bought
    price: PriceSpan | None = None  # None where nothing has a price


@dataclass(frozen=True)
class SnapshotInfo:
    """Which index answered."""

    id: str
    built_at: str  # ISO 8601, UTC
    model: str  # hash of the bundle that made the vectors
    products: int
    photos: int


@dataclass(frozen=True)
class Answer:
    """Everything that one photo brings back."""

    prediction: tuple[CategoryProbability, ...]  # most probable first, five at most
    similar: tuple[Hit, ...]
    goes_with: tuple[Hit, ...]
    snapshot: SnapshotInfo
    took_ms: dict[str, float] = field(default_factory=dict)  # "embed", "search"
    in_distribution: bool = True  # False: the shop sells nothing like the photo; prediction and similar are guesses
    box: Box | None = None  # where the network sees the product
    close: int = 0  # close matches of the whole ranking, those that pass the filters

    @property
    def sure(self) -> bool:
        """Whether the first guess at the category is probable enough to be said as an answer."""
        return self.in_distribution and bool(self.prediction) and self.prediction[0].probability >= SURE_FROM

    @property
    def likely(self) -> tuple[CategoryProbability, ...]:
        """The guesses that are worth showing: the first one, and those that aren't improbable."""
        return likely_guesses(self.prediction)


def likely_guesses(prediction: tuple[CategoryProbability, ...]) -> tuple[CategoryProbability, ...]:
    """The first guess, and those of ``SHOWN_FROM`` and more."""
    return prediction[:1] + tuple(guess for guess in prediction[1:] if guess.probability >= SHOWN_FROM)
