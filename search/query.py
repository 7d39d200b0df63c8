"""What goes into a search and what comes out of it, as plain values."""

from dataclasses import dataclass, field

from search.errors import QueryError

DEFAULT_LIMIT = 24
MAX_LIMIT = 100
MAX_PAGE = 20  # of one ranking; what comes later looks like nothing any more

SURE_FROM = 0.5  # calibrated probability of the first guess below which nobody should be told "this is a ..."

GRADES = ("nearly_same", "very_alike", "alike", "somewhat")  # how much a hit looks like what was asked for, best first


@dataclass(frozen=True)
class Filters:
    """Which products may answer; an empty field lets everything through. All given fields must hold at once."""

    categories: tuple[str, ...] = ()  # any of these
    gender: str | None = None
    colour: str | None = None
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    in_stock: bool | None = None  # True: only what can be bought now; False: only what can't

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


@dataclass(frozen=True)
class CategoryProbability:
    """One guess at what is in the photo."""

    category: str
    probability: float  # calibrated, 0 to 1


@dataclass(frozen=True)
class Hit:
    """One product in a ranking, by the id that the catalogue knows it by."""

    product_id: str
    category: str
    score: float  # larger is better; comparable within one answer only
    variants: tuple[str, ...] = ()  # product ids of the same group_id that were folded into this hit, best first
    reasons: tuple[str, ...] = ()  # why it is here: "category", "colour", "shape", "goes_with_colour", ...
    grade: str | None = None  # one of GRADES; None where likeness isn't the point


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
    categories: tuple[FacetValue, ...] = ()
    genders: tuple[FacetValue, ...] = ()
    colours: tuple[FacetValue, ...] = ()
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
    recognised: bool = True  # False: the shop sells nothing that looks like it; prediction and similar are guesses
    box: tuple[float, float, float, float] | None = None  # left, top, width, height of the product, as shares

    @property
    def sure(self) -> bool:
        """Whether the first guess at the category is probable enough to be said as an answer."""
        return self.recognised and bool(self.prediction) and self.prediction[0].probability >= SURE_FROM
