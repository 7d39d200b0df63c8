"""Brings the index and the catalogue together: the index ranks product ids, the catalogue has the products to show."""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from PIL import Image

from catalog import Catalog, Product
from catalog.result_lists import GOES_WITH, SIMILAR
from search.engine import SearchEngine
from search.errors import BundleError, IndexUnavailableError
from search.photo import crop_to_box, open_photo
from search.query import MAX_PAGE, Answer, CategoryProbability, Facets, Hit, SnapshotInfo
from search.ranking.curation import NOTHING, Curation
from webapp.http.parameters import Box, SearchParameters
from webapp.services.curator import Curator
from webapp.services.query_photos import MAX_SIDE, encode_query_photo

PHOTO_SIDE = 640  # pixels; the model needs 224, and the page shows the photo at most this large
PATTERN = "pattern"  # the attribute that says plain, striped, checked, ...


class LiveIndex(Protocol):
    """The part of ``search.live.LiveEngine`` that the web app uses."""

    def current(self) -> SearchEngine:
        """The engine of the newest snapshot; raises IndexUnavailableError with the reason if there is none."""


@dataclass(frozen=True)
class ResultItem:
    """A product in a list, with everything that its card shows."""

    product: Product
    variants: tuple[Product, ...] = ()  # its other colours that were found, best first
    score: float | None = None  # None in a list that isn't ranked, such as a category page
    reasons: tuple[str, ...] = ()
    grade: str | None = None  # one of search.query.GRADES, in a list of look-alikes


@dataclass(frozen=True)
class Ranking:
    """One page of look-alikes, and what filters would leave of the whole ranking."""

    similar: tuple[ResultItem, ...] = ()
    facets: Facets = field(default_factory=lambda: Facets(0))
    parameters: SearchParameters = field(default_factory=SearchParameters)
    colour_weight: float = 0.0  # the weight in effect, 0 to 1
    default_colour_weight: float = 0.0  # the weight if the shopper chooses none
    categories: tuple[str, ...] = ()  # all categories of the index

    @property
    def total(self) -> int:
        """How many products pass the filters, on all pages and beyond the last page that can be asked for."""
        return self.facets.total

    @property
    def pages(self) -> int:
        """How many pages can be asked for."""
        return min(MAX_PAGE, math.ceil(self.total / self.parameters.limit))


@dataclass(frozen=True)
class PhotoAnswer(Ranking):
    """Everything that was found for a shopper's photo."""

    image: Image.Image = field(kw_only=True)  # the photo as decoded, before any box
    prediction: tuple[CategoryProbability, ...] = field(kw_only=True)
    goes_with: tuple[ResultItem, ...] = field(kw_only=True)
    snapshot: SnapshotInfo = field(kw_only=True)
    took_ms: dict[str, float] = field(kw_only=True)  # decode, embed, search, total
    recognised: bool = True  # False: the shop sells nothing like the photo
    sure: bool = True  # False: no category is probable enough to be named as the answer
    product_box: tuple[float, float, float, float] | None = None  # where the network sees the product, in ``image``

    @property
    def category_override(self) -> str | None:
        """The category that the shopper said the photo shows."""
        return self.parameters.category_override


class Storefront:
    """Finds products by photo and by likeness, for the pages, the API and the studio."""

    def __init__(self, catalog: Catalog, index: LiveIndex) -> None:
        self.catalog = catalog
        self.index = index
        self.curator = Curator(catalog.database)

    def engine_or_none(self) -> SearchEngine | None:
        """The live engine; None while there is no index, or no model, that can be used."""
        try:
            return self.index.current()
        except (IndexUnavailableError, BundleError):
            return None

    def known_categories(self) -> tuple[str, ...]:
        """The categories by which the live index can be filtered."""
        return self.index.current().categories

    def search_photo(self, photo: bytes, parameters: SearchParameters) -> PhotoAnswer:
        """Products that look like a photo as it was sent, and products that go with it.

        The photo is searched as its query photo, as if it had been kept; raises as ``search_query_photo`` does.
        """
        started = time.perf_counter()
        return self._search(encode_query_photo(photo), parameters, started)

    def search_query_photo(self, photo: bytes, parameters: SearchParameters) -> PhotoAnswer:
        """Products that look like a photo that ``QueryPhotos`` kept, and products that go with it.

        Raises:
            PhotoError: the bytes can't be used as a photo.
            QueryError: the box is outside the photo.
            IndexUnavailableError: there is nothing to search in.
        """
        return self._search(photo, parameters, time.perf_counter())

    def _search(self, photo: bytes, parameters: SearchParameters, started: float) -> PhotoAnswer:
        engine = self.index.current()
        image = open_photo(photo, max_side=_decoding_side(parameters.box))
        searched = crop_to_box(image, parameters.box) if parameters.box else image
        decoded = time.perf_counter()
        answer, curation = self._ask(engine, searched, parameters)
        similar, goes_with = self._items(answer.similar, answer.goes_with)
        ranking = _ranking(engine, parameters, similar, curation)
        took_ms = {"decode": (decoded - started) * 1000, **answer.took_ms}
        took_ms["total"] = (time.perf_counter() - started) * 1000
        return PhotoAnswer(
            **vars(ranking),
            image=image,
            prediction=answer.prediction,
            goes_with=goes_with,
            snapshot=answer.snapshot,
            took_ms=took_ms,
            recognised=answer.recognised,
            sure=answer.sure,
            product_box=None if parameters.box else answer.box,
        )

    def _ask(self, engine: SearchEngine, image: Image.Image, parameters: SearchParameters) -> tuple[Answer, Curation]:
        """The engine's answer, and the curation of its look-alikes, by which their facets must be counted too."""
        decided: dict[str, Curation] = {}

        def curate(list_name: str, category: str | None) -> Curation:
            decided[list_name] = self.curator.curation(list_name, None, category)
            return decided[list_name]

        answer = engine.search_photo(
            image,
            limit=parameters.limit,
            page=parameters.page,
            filters=parameters.filters_in_effect,
            colour_weight=parameters.colour_weight,
            collapse=parameters.collapse,
            category=parameters.category_override,
            curate=curate,
        )
        return answer, decided.get(SIMILAR, NOTHING)

    def rank_similar(self, product: Product, parameters: SearchParameters) -> Ranking:
        """A page of products that look like one of the catalogue's, best first, with the facets of them all.

        Raises:
            UnknownProductError: the index doesn't know the product.
            IndexUnavailableError: there is nothing to search in.
        """
        engine = self.index.current()
        curation = self.curator.curation(SIMILAR, product.product_id, product.category)
        items = self._similar(engine, product, parameters, curation)
        return _ranking(engine, parameters, items, curation, like=product.product_id)

    def similar(self, product: Product, parameters: SearchParameters) -> tuple[ResultItem, ...]:
        """The same page without facets, for where only the best few are shown; raises as ``rank_similar`` does."""
        curation = self.curator.curation(SIMILAR, product.product_id, product.category)
        return self._similar(self.index.current(), product, parameters, curation)

    def goes_with(self, product: Product, limit: int) -> tuple[ResultItem, ...]:
        """Products of other categories that go with one of the catalogue's, best first; raises as ``similar`` does."""
        curation = self.curator.curation(GOES_WITH, product.product_id, product.category)
        return self._goes_with(self.index.current(), product, limit, curation)

    def preview(self, list_name: str, product: Product, limit: int, curation: Curation) -> tuple[ResultItem, ...]:
        """A list beside a product as it would be with other rules than today's; raises as ``similar`` does."""
        engine = self.index.current()
        if list_name == SIMILAR:
            return self._similar(engine, product, SearchParameters(limit=limit), curation)
        return self._goes_with(engine, product, limit, curation)

    def variants(self, product: Product) -> tuple[Product, ...]:
        """The other colours of a product."""
        if product.group_id is None:
            return ()
        siblings = self.catalog.variants(product.group_id)
        return tuple(sibling for sibling in siblings if sibling.product_id != product.product_id)

    def _similar(
        self, engine: SearchEngine, product: Product, parameters: SearchParameters, curation: Curation
    ) -> tuple[ResultItem, ...]:
        hits = engine.similar(
            product.product_id,
            limit=parameters.limit,
            page=parameters.page,
            filters=parameters.filters,
            colour_weight=parameters.colour_weight,
            collapse=parameters.collapse,
            curation=curation,
        )
        return tuple(_compare_patterns(product, item) for item in self._items(hits)[0])

    def _goes_with(
        self, engine: SearchEngine, product: Product, limit: int, curation: Curation
    ) -> tuple[ResultItem, ...]:
        return self._items(engine.goes_with(product.product_id, limit=limit, curation=curation))[0]

    def _items(self, *rankings: Sequence[Hit]) -> list[tuple[ResultItem, ...]]:
        """Each ranking as items, with all products fetched at once; what has left the catalogue is left out."""
        wanted = {product_id for hits in rankings for hit in hits for product_id in (hit.product_id, *hit.variants)}
        products = self.catalog.products(wanted)
        return [tuple(_items_among(products, hits)) for hits in rankings]


def _items_among(products: dict[str, Product], hits: Iterable[Hit]) -> Iterable[ResultItem]:
    for hit in hits:
        # If the best colour has left the catalogue since the index was built, the next colour takes its place.
        sold = [products[product_id] for product_id in (hit.product_id, *hit.variants) if product_id in products]
        if sold:
            yield ResultItem(sold[0], tuple(sold[1:]), hit.score, hit.reasons, hit.grade)


def _compare_patterns(product: Product, item: ResultItem) -> ResultItem:
    """The item, with "pattern" among its reasons if the catalogue names the same pattern for both products."""
    pattern = product.attributes.get(PATTERN, "").casefold()
    if pattern and item.product.attributes.get(PATTERN, "").casefold() == pattern:
        return replace(item, reasons=(*item.reasons, "pattern"))
    return item


def _ranking(
    engine: SearchEngine,
    parameters: SearchParameters,
    similar: tuple[ResultItem, ...],
    curation: Curation,
    like: str | None = None,
) -> Ranking:
    return Ranking(
        similar=similar,
        facets=engine.facets(parameters.filters_in_effect, collapse=parameters.collapse, like=like, curation=curation),
        parameters=parameters,
        colour_weight=engine.colour_weight if parameters.colour_weight is None else parameters.colour_weight,
        default_colour_weight=engine.colour_weight,
        categories=engine.categories,
    )


def _decoding_side(box: Box | None) -> int:
    """The side in pixels to which to decode, so that the searched part still has about ``PHOTO_SIDE``."""
    if box is None:
        return PHOTO_SIDE
    smallest = max(min(box[2], box[3]), PHOTO_SIDE / MAX_SIDE)
    return round(min(PHOTO_SIDE / smallest, MAX_SIDE))
