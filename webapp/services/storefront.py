"""Brings the index and the catalogue together: the index ranks product ids, the catalogue has the products to show."""

import contextlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from PIL import Image

from catalog import Catalog, Product
from catalog.result_lists import GOES_WITH, SIMILAR
from search.engine import SearchEngine
from search.errors import BundleError, IndexUnavailableError, SearchError
from search.photo import Box
from search.query import (
    LEAST_SHOWN,
    MAX_PAGE,
    CategoryProbability,
    Facets,
    Hit,
    Query,
    SearchRequest,
    SnapshotInfo,
    likely_guesses,
)
from search.ranking.curation import Curation, Curations
from webapp.services.curator import Curator
from webapp.services.result_items import ResultItem, compare_patterns, items_among
from webapp.services.word_search import WordSearch

_DEFAULT = SearchRequest()
# Photos that are embedded at once in a process; each more would take the memory of a network, and no time less.
EMBEDDING = threading.BoundedSemaphore(4)


class LiveIndex(Protocol):
    """The part of ``search.live.LiveEngine`` that the web app uses."""

    def current(self) -> SearchEngine:
        """The engine of the newest snapshot; raises IndexUnavailableError with the reason if there is none."""

    @property
    def trouble(self) -> SearchError | None:
        """Why nothing can be searched, or why a newer index isn't served; None while all is well."""


class SearchablePhoto(Protocol):
    """A shopper's photo, wherever it lies, and the memory of what was embedded of it, if there is one."""

    def decode(self, box: Box | None) -> Image.Image:
        """The photo, or the part of it in a box, as it is embedded; raises PhotoError, QueryError."""

    def recall(self, box: Box | None) -> Query | None:
        """What was embedded of this part of the photo, if that is remembered."""

    def remember(self, box: Box | None, query: Query) -> None:
        """Keep what was embedded of this part of the photo, if there is a memory."""


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
    def pages(self) -> int:
        """How many pages can be asked for."""
        reachable = self.total if self.reachable is None else self.reachable
        return min(MAX_PAGE, math.ceil(reachable / self.request.limit))


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


class Storefront:
    """Finds products by photo and by similarity, for the pages, the API and the studio."""

    def __init__(self, catalog: Catalog, index: LiveIndex) -> None:
        self.catalog = catalog
        self.index = index
        self.curator = Curator(catalog.database)
        self.words = WordSearch(catalog)
        self.observe: Callable[..., object] = lambda took_ms, *, known: None  # is told of each photo search

    def engine_or_none(self) -> SearchEngine | None:
        """The live engine; None while there is no index, or no model, that can be used."""
        try:
            return self.index.current()
        except (IndexUnavailableError, BundleError):
            return None

    def index_trouble(self) -> str | None:
        """What is wrong with the published index, also while an earlier one is still served; None if nothing is."""
        try:
            self.index.current()
        except (IndexUnavailableError, BundleError) as error:
            return str(error)
        return None if self.index.trouble is None else str(self.index.trouble)

    def known_categories(self) -> tuple[str, ...]:
        """The categories by which the live index can be filtered."""
        return self.index.current().categories

    def search_photo(
        self, photo: SearchablePhoto, request: SearchRequest = _DEFAULT, box: Box | None = None
    ) -> PhotoAnswer:
        """Products that look like a photo or a part of it, and products that go with it.

        Nothing is decoded or embedded if the photo remembers what was embedded of this part of it.

        Raises:
            PhotoError: the bytes can't be used as a photo.
            QueryError: the box is outside the photo.
            IndexUnavailableError: there is nothing to search in.
        """
        started = time.perf_counter()
        engine = self.index.current()
        query, took_ms = _encode(engine, photo, box)
        asked = _narrowed_to_category(request)
        curations = Curations(
            self.curator.curation(SIMILAR, None, query.similar_category(asked)),
            self.curator.curation(GOES_WITH, None, query.goes_with_category(asked)),
        )
        worded = self.words.find(asked.text) if asked.text else ()
        answer = engine.rank(query, asked, curations, worded=worded)
        similar, goes_with = self._items(answer.similar, answer.goes_with)
        facets = engine.facets(asked, curation=curations.similar)
        whole = query if box is None else photo.recall(None)
        took_ms |= {**answer.took_ms, "total": (time.perf_counter() - started) * 1000}
        self.observe(took_ms, known=answer.in_distribution)
        return PhotoAnswer(
            **vars(_ranking(engine, request, similar, facets, answer.close)),
            photo=photo,
            box=box,
            prediction=answer.prediction,
            goes_with=goes_with,
            snapshot=answer.snapshot,
            took_ms=took_ms,
            in_distribution=answer.in_distribution,
            sure=answer.sure,
            product_box=whole.embedding.box if whole else None,
        )

    def embed_ahead(self, sent: SearchablePhoto, kept: SearchablePhoto) -> None:
        """Embed a photo as it was sent, before only a copy of it is left, which remembers the query.

        Without an index there is no query; the search will say so.
        """
        with contextlib.suppress(IndexUnavailableError, BundleError):
            kept.remember(None, _encode(self.index.current(), sent, None)[0])

    def list_products(self, request: SearchRequest) -> Ranking:
        """A page of the products that pass the filters, those with the request's text alone and best first.

        Raises:
            IndexUnavailableError: there is nothing to search in.
        """
        engine = self.index.current()
        worded = self.words.find(request.text) if request.text else None
        categories = request.filters.categories
        curation = self.curator.curation(SIMILAR, None, categories[0] if len(categories) == 1 else None)
        hits = engine.list_products(request, curation, worded=worded)
        items = tuple(replace(item, score=None) for item in self._items(hits)[0])
        return _ranking(engine, request, items, engine.facets(request, curation=curation, among=worded), 0)

    def rank_similar(self, product: Product, request: SearchRequest) -> Ranking:
        """A page of products that look like one of the catalogue's, best first, with the facets of them all.

        Raises:
            UnknownProductError: the index doesn't know the product.
            IndexUnavailableError: there is nothing to search in.
        """
        engine = self.index.current()
        curation = self.curator.curation(SIMILAR, product.product_id, product.category)
        items, close = self._similar(engine, product, request, curation)
        facets = engine.facets(request, like=product.product_id, curation=curation)
        return _ranking(engine, request, items, facets, close)

    def similar(self, product: Product, request: SearchRequest) -> tuple[ResultItem, ...]:
        """The same page without facets, for where only the best few are shown; raises as ``rank_similar`` does."""
        curation = self.curator.curation(SIMILAR, product.product_id, product.category)
        return self._similar(self.index.current(), product, request, curation)[0]

    def goes_with(self, product: Product, limit: int) -> tuple[ResultItem, ...]:
        """Products of other categories that go with one of the catalogue's, best first; raises as ``similar`` does."""
        curation = self.curator.curation(GOES_WITH, product.product_id, product.category)
        return self._goes_with(self.index.current(), product, limit, curation)

    def preview(self, list_name: str, product: Product, limit: int, curation: Curation) -> tuple[ResultItem, ...]:
        """A list beside a product as it would be with other rules than today's; raises as ``similar`` does."""
        engine = self.index.current()
        if list_name == SIMILAR:
            return self._similar(engine, product, SearchRequest(limit=limit), curation)[0]
        return self._goes_with(engine, product, limit, curation)

    def variants(self, product: Product) -> tuple[Product, ...]:
        """The other colours of a product."""
        if product.group_id is None:
            return ()
        siblings = self.catalog.variants(product.group_id)
        return tuple(sibling for sibling in siblings if sibling.product_id != product.product_id)

    def _similar(
        self, engine: SearchEngine, product: Product, request: SearchRequest, curation: Curation
    ) -> tuple[tuple[ResultItem, ...], int]:
        """The page, and how many of the whole ranking are close matches."""
        page = engine.similar_page(product.product_id, request, curation)
        return tuple(compare_patterns(product, item) for item in self._items(page.hits)[0]), page.close

    def _goes_with(
        self, engine: SearchEngine, product: Product, limit: int, curation: Curation
    ) -> tuple[ResultItem, ...]:
        return self._items(engine.goes_with(product.product_id, limit, curation))[0]

    def _items(self, *rankings: Sequence[Hit]) -> list[tuple[ResultItem, ...]]:
        """Each ranking as items, with all products fetched at once; what has left the catalogue is left out."""
        wanted = {product_id for hits in rankings for hit in hits for product_id in (hit.product_id, *hit.variants)}
        products = self.catalog.products(wanted)
        return [tuple(items_among(products, hits)) for hits in rankings]


def _encode(engine: SearchEngine, photo: SearchablePhoto, box: Box | None) -> tuple[Query, dict[str, float]]:
    """A photo, or a part of it, as a query of an engine; and the milliseconds for decoding and embedding it."""
    remembered = photo.recall(box)
    query = engine.adopt(remembered) if remembered else None
    times = [time.perf_counter()] * 3
    if query is None:
        image = photo.decode(box)
        times[1] = time.perf_counter()
        with EMBEDDING:
            query = engine.encode(image)
        times[2] = time.perf_counter()
    if query is not remembered:
        photo.remember(box, query)
    return query, {"decode": (times[1] - times[0]) * 1000, "embed": (times[2] - times[1]) * 1000}


def _narrowed_to_category(request: SearchRequest) -> SearchRequest:
    """The request with the category that the shopper named as its filter, if no category is filtered by.

    A shopper who says that the photo shows a bag wants to see bags, however much it looks like a coat.
    """
    if request.category is None or request.filters.categories:
        return request
    return replace(request, filters=replace(request.filters, categories=(request.category,)))


def _ranking(
    engine: SearchEngine, request: SearchRequest, similar: tuple[ResultItem, ...], facets: Facets, close: int
) -> Ranking:
    return Ranking(
        similar=similar,
        facets=facets,
        request=request,
        colour_weight=engine.colour_weight if request.colour_weight is None else request.colour_weight,
        default_colour_weight=engine.colour_weight,
        categories=engine.categories,
        close=close,
    )
