"""A category's page: its products with their colours, a page at a time, with filters and in an order."""

import math
from dataclasses import dataclass

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from catalog import Product
from catalog.browsing.shelf import Shelf, ShelfCounts, ShelfQuery
from search.query import Facets, FacetValue, Filters, PriceSpan, SearchRequest
from webapp.errors import MissingPageError, UnknownCategoryError
from webapp.http.orders import read_order
from webapp.http.parameters import read_page, read_search
from webapp.services.access import services
from webapp.services.result_items import ResultItem
from webapp.shop.orders import SHELF_TEXTS
from webapp.shop.refinement import Refinement, count_colours

PAGE_SIZE = 24  # divides into rows of 2, 3, 4 and 6


@dataclass(frozen=True)
class ShelfAnswer:
    """A page of a category with what its form of filters shows; it reads like ``storefront.Ranking``."""

    items: tuple[ResultItem, ...]
    facets: Facets
    request: SearchRequest  # its filters and page size; the page stands in ``page``
    page: int
    colours: int  # products of this page's list if each colour counts

    @property
    def total(self) -> int:
        """How many products pass the filters, on all pages."""
        return self.facets.total

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return math.ceil(self.total / PAGE_SIZE)


def category(category: str) -> str:
    """One page of a category's products."""
    sold = services().catalog.categories().get(category)
    if sold is None:
        raise UnknownCategoryError(f"The catalogue has no category {category!r}.")
    values = MultiDict([item for item in request.args.items(multi=True) if item[0] != "category"])
    answer = _read_shelf(category, values)
    if answer.page > max(1, answer.pages):
        raise MissingPageError(f"This category has {answer.pages} pages; there is no page {answer.page}.")
    refinement = Refinement("shop.category", {"category": category}, values)
    currency = next((item.product.currency for item in answer.items if item.product.currency), None)
    return render_template(
        "shop/category.html",
        category=category,
        answer=answer,
        refinement=refinement.values,
        address=refinement.address,
        chips=refinement.chips(answer.request, currency, count_colours(answer.facets)),
        unfiltered=refinement.unfiltered(),
        orders=SHELF_TEXTS,
        order=read_order(values),
        before=(answer.page - 1) * PAGE_SIZE,
    )


def _read_shelf(category: str, values: MultiDict[str, str]) -> ShelfAnswer:
    """What the address asks for; raises BadParameterError, QueryError."""
    page = read_page(values)
    filters = read_search(MultiDict([item for item in values.items(multi=True) if item[0] != "page"]), tuple).filters
    query = ShelfQuery(
        category,
        filters.genders,
        filters.colours,
        filters.min_price_cents,
        filters.max_price_cents,
        filters.in_stock,
        read_order(values),
    )
    shelf = Shelf(services().catalog.database)
    found = shelf.page(query, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return ShelfAnswer(
        items=tuple(_item(looks) for looks in found),
        facets=_facets(shelf.counts(query), filters),
        request=SearchRequest(limit=PAGE_SIZE, filters=filters),
        page=page,
        colours=sum(map(len, found)),
    )


def _item(looks: tuple[Product, ...]) -> ResultItem:
    return ResultItem(looks[0], looks[1:])


def _facets(counts: ShelfCounts, filters: Filters) -> Facets:
    chosen = {"gender": filters.genders, "colour": filters.colours}
    values = {
        name: tuple(FacetValue(value, number, value in chosen[name]) for value, number in counted)
        for name, counted in counts.values.items()
    }
    return Facets(counts.total, values, counts.in_stock, PriceSpan(*counts.prices) if counts.prices else None)
