"""Brings the index and the catalogue together: the index ranks product ids, the catalogue has the products to show."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from catalog import Catalog, Product
from catalog.result_lists import GOES_WITH, SIMILAR
from search.engine import SearchEngine
from search.errors import BundleError, IndexUnavailableError, OtherCatalogueError, SearchError
from search.photo import Box
from search.query import Facets, Hit, SearchRequest
from search.ranking.curation import Curation
from search.words.orders import NEWEST
from webapp.http.orders import USUAL
from webapp.services.curator import Curator
from webapp.services.newest import list_newest, newest_first
from webapp.services.photo_encoding import SearchablePhoto, encode_photo
from webapp.services.rankings import PhotoAnswer, Ranking
from webapp.services.result_items import ResultItem, compare_patterns, items_among
from webapp.services.word_search import WordSearch

_DEFAULT = SearchRequest()


class LiveIndex(Protocol):
    """The part of ``search.live.LiveEngine`` that the web app uses."""

    def current(self) -> SearchEngine:
        """The engine of the newest snapshot; raises IndexUnavailableError with the reason if there is none."""

    @property
    def trouble(self) -> SearchError | None:
        """Why nothing can be searched, or why a newer index isn't served; None while all is well."""


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

    @property
    def index_is_of_other_catalogue(self) -> bool:
        """Whether the index was made of a later state of the catalogue, or of another one; a rebuild mends it."""
        return isinstance(self.index.trouble, OtherCatalogueError)

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
        query, took_ms = encode_photo(engine, photo, box)
        asked = _narrowed_to_category(request)
        curations = self.curator.of_photo(query.similar_category(asked), query.goes_with_category(asked))
        worded = self.words.find(asked.text) if asked.text else ()
        equally = bool(worded) and self.words.is_written(asked.text)
        answer = engine.rank(query, asked, curations, worded=worded, equally=equally)
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
            kept.remember(None, encode_photo(self.index.current(), sent, None)[0])

    def list_products(self, request: SearchRequest, order: str = USUAL) -> Ranking:
        """A page of the products that pass the filters, those with the request's text alone and best first.

        Args:
            request: which part of the list.
            order: another one than the usual, of ``webapp.http.orders``.

        Raises:
            IndexUnavailableError: there is nothing to search in.
        """
        engine = self.index.current()
        worded = self.words.find(request.text) if request.text else None
        categories = request.filters.categories
        curation = self.curator.curation(SIMILAR, None, categories[0] if len(categories) == 1 else None)

        def rank(listed: Sequence[str] | None) -> tuple[Hit, ...]:
            return engine.list_products(request, curation, worded=listed, order_by=None if order == USUAL else order)

        database = self.catalog.database
        if order != NEWEST:
            hits = rank(worded)
        elif worded is None:
            hits = list_newest(database, request, rank, lambda: engine.passing_ids(request, curation))
        else:
            hits = rank(newest_first(database, worded))
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
        every = [hit for hits in rankings for hit in hits]
        wanted, variants = {hit.product_id for hit in every}, {one for hit in every for one in hit.variants}
        products, colours = self.catalog.listed(wanted, variants)
        without = {one for hit in every if hit.product_id not in products for one in hit.variants}
        if without:
            products |= self.catalog.listed(without, ())[0]
        return [tuple(items_among(products, colours, hits)) for hits in rankings]


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
        colour_weight=engine.weight_in_effect(request),
        default_colour_weight=engine.colour_weight,
        categories=engine.categories,
        close=close,
        close_is_estimate=engine.counts_about(close),
    )
