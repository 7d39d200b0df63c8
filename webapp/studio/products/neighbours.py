"""The neighbours of a product as its page shows them: in a grid, and on a map."""

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from catalog import Product
from search.engine import SearchEngine
from search.errors import BundleError, IndexUnavailableError, UnknownProductError
from search.query import SearchRequest
from search.ranking.neighbour_map import NeighbourMap
from webapp.services.result_items import ResultItem
from webapp.services.storefront import Storefront

SIMILAR_LIMIT = 24
GOES_WITH_LIMIT = 12
WIDTH, HEIGHT, MARGIN = 640, 480, 40  # of the map, in its own units
SHARED: dict[str, LazyString] = {
    "category": lazy_gettext("category"),
    "shape": lazy_gettext("shape"),
    "colour": lazy_gettext("colour"),
    "pattern": lazy_gettext("pattern"),
    "pinned": lazy_gettext("pinned"),
    "other_kind": lazy_gettext("something else"),
    "goes_with_colour": lazy_gettext("colours go together"),
}


@dataclass(frozen=True)
class Spot:
    """A product on the map; x and y are the middle of its photo."""

    product: Product
    x: float
    y: float
    item: ResultItem | None = None  # None for the product in the middle


@dataclass(frozen=True)
class Around:
    """The neighbours of a product, and what goes with it."""

    similar: tuple[ResultItem, ...] = ()
    goes_with: tuple[ResultItem, ...] = ()
    spots: tuple[Spot, ...] = ()  # the nearest products come last, so that they lie on top
    told: float = 0.0  # share of the variance that the map shows, 0 to 1
    isolated: bool = False
    missing: str | None = None  # why there are none: "index": no index can be searched; "product": it isn't indexed


def look_around(storefront: Storefront, product: Product) -> Around:
    """The neighbours of a product and what goes with it, as shoppers see them; or the reason why there are none."""
    try:
        engine = storefront.index.current()
        similar = storefront.similar(product, SearchRequest(limit=SIMILAR_LIMIT))
        goes_with = storefront.goes_with(product, GOES_WITH_LIMIT)
    except UnknownProductError:
        return Around(missing="product")
    except (IndexUnavailableError, BundleError):
        return Around(missing="index")
    if not engine.holds(product.product_id):  # a newer index has answered, which came in between
        return Around(similar, goes_with)
    placed = [item for item in similar if engine.holds(item.product.product_id)]
    drawn = _draw(engine, product, placed)
    isolated = product.product_id in (engine.isolated or ())
    return Around(similar, goes_with, _spots(product, placed, drawn), drawn.told, isolated)


def format_shared(reasons: tuple[str, ...]) -> list[str]:
    """What two products have in common, in single words."""
    return [str(SHARED[reason]) for reason in reasons if reason in SHARED]


def _draw(engine: SearchEngine, product: Product, items: list[ResultItem]) -> NeighbourMap:
    return engine.map_products([product.product_id, *(item.product.product_id for item in items)])


def _spots(product: Product, items: list[ResultItem], drawn: NeighbourMap) -> tuple[Spot, ...]:
    def spot(one: Product, place_number: int, item: ResultItem | None) -> Spot:
        place = drawn.places[place_number]
        x = MARGIN + place.x * (WIDTH - 2 * MARGIN)
        y = MARGIN + place.y * (HEIGHT - 2 * MARGIN)
        return Spot(one, round(x, 1), round(y, 1), item)

    around = [spot(item.product, number, item) for number, item in enumerate(items, 1)]
    return (*reversed(around), spot(product, 0, None))
