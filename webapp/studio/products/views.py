"""The pages of products: the catalogue by words and filters, and each product with its neighbours."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import LazyString, lazy_gettext
from werkzeug.datastructures import MultiDict

from catalog.browsing.browser import Browser, GroupPage
from catalog.browsing.product_search import BEST, BY_ID, CHEAPEST, DEAREST, NEWEST, OLDEST, ProductQuery
from catalog.curation.source_links import SourceLinkStore
from webapp.errors import BadParameterError
from webapp.http.page_address import change_address
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.products import bulk
from webapp.studio.products.neighbours import format_shared, look_around

PAGE_SIZE = 24
SUGGESTED = 8
MOST_CHARACTERS = 200  # of each text in the form
MOST_LISTED = 50_000  # product ids; a filter by isolation or rejects considers at most so many

IN_STOCK, SOLD_OUT = "in", "out"
SORTS: dict[str, LazyString] = {
    BEST: lazy_gettext("Best match, then newest"),
    NEWEST: lazy_gettext("Newest first"),
    OLDEST: lazy_gettext("Oldest first"),
    CHEAPEST: lazy_gettext("Lowest price first"),
    DEAREST: lazy_gettext("Highest price first"),
    BY_ID: lazy_gettext("By product id"),
}

bp = Blueprint("products", __name__, url_prefix="/products")
bp.add_url_rule("/bulk", view_func=bulk.bulk, methods=["POST"])
bp.add_app_template_filter(format_shared, "shared_in_words")


@dataclass(frozen=True)
class ProductFilters:
    """The filters of the products' page, as its form shows them."""

    query: ProductQuery
    stock: str
    isolated: bool
    rejects: bool
    apart: bool = False  # show each variant as a product of its own

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return self.isolated or self.rejects or not self.query.empty


@bp.get("/")
def products() -> str:
    """The catalogue's products, filtered and sorted as the address says."""
    filters, page = read_filters(request.args), read_page(request.args)
    browser = Browser(services().catalog.database)
    isolated = find_isolated() if filters.isolated else ()
    found = _find(browser, _narrow(filters, isolated), (page - 1) * PAGE_SIZE, apart=filters.apart)
    pages = max(1, math.ceil(found.total / PAGE_SIZE))
    if page > pages:
        abort(404)
    return render_template(
        "studio/products/list.html",
        found=found,
        filters=filters,
        choices=browser.choices(),
        sorts=SORTS,
        page=page,
        pages=pages,
        unknown_isolated=isolated is None,
        bulk=bulk.choices(),
        done=bulk.latest(request.args.get("done")),
        page_address=lambda page: change_address(page=page),
    )


@bp.get("/suggestions")
def suggest() -> str:
    """The few products that match best what is typed into a field, as options to choose from."""
    query = ProductQuery(words=read_filters(request.args).query.words)
    found = Browser(services().catalog.database).find(query, SUGGESTED).products if query.words else ()
    return render_template("studio/products/options.html", products=found)


@bp.get("/<product_id:product_id>")
def product(product_id: str) -> str:
    """A product: its facts, what looks like it and why, and what goes with it."""
    found = services().catalog.product(product_id, drafts=True)
    return render_template(
        "studio/products/product.html",
        product=found,
        variants=services().storefront.variants(found),
        origin=Browser(services().catalog.database).origin(product_id),
        links=SourceLinkStore(services().catalog.database).count(product_id),
        rejects=services().rejects.of(product_id),
        warnings=services().warnings.of(product_id),
        around=look_around(services().storefront, found),
        curation_address=curation_address,
    )


def read_filters(values: MultiDict[str, str]) -> ProductFilters:
    """The filters of an address; blank values count as absent.

    Raises:
        BadParameterError: the order or the stock is none of the known ones.
    """

    def said(name: str) -> str | None:
        return values.get(name, "").replace("\0", "").strip()[:MOST_CHARACTERS] or None

    attribute, value = said("attribute"), said("value")
    query = ProductQuery(
        words=said("words") or "",
        category=said("category"),
        gender=said("gender"),
        colour=said("colour"),
        brand=said("brand"),
        attribute=(attribute, value) if attribute and value else None,
        in_stock={None: None, IN_STOCK: True, SOLD_OUT: False}[_one_of(values, "stock", (IN_STOCK, SOLD_OUT))],
        sort=_one_of(values, "sort", tuple(SORTS)) or BEST,
    )
    return ProductFilters(query, said("stock") or "", "lonely" in values, "rejects" in values, "apart" in values)


def _find(browser: Browser, query: ProductQuery, offset: int, *, apart: bool) -> GroupPage:
    """A page of products with their variants, or with ``apart`` each alone."""
    if not apart:
        return browser.find_groups(query, PAGE_SIZE, offset)
    found = browser.find(query, PAGE_SIZE, offset)
    return GroupPage(tuple((one,) for one in found.products), found.total, found.total, found.more)


def find_isolated() -> tuple[str, ...] | None:
    """The products without a close neighbour, the most isolated first; None if no index can tell."""
    engine = services().storefront.engine_or_none()
    return engine.isolated if engine else None


def curation_address(list_name: str, product_id: str, target: str | None = None, action: str | None = None) -> str:
    """The address of the form for a new rule of a product's list."""
    return url_for("studio.curation.new", list=list_name, product_id=product_id, target=target, action=action)


def _narrow(filters: ProductFilters, isolated: tuple[str, ...] | None) -> ProductQuery:
    """The query, limited to the products that are isolated or have rejects, if the filters say so."""
    if not (filters.isolated or filters.rejects):
        return filters.query
    among = isolated or () if filters.isolated else services().rejects.product_ids()
    if filters.isolated and filters.rejects:
        rejected = set(services().rejects.product_ids())
        among = tuple(product_id for product_id in among if product_id in rejected)
    return ProductQuery(**{**vars(filters.query), "among": among[:MOST_LISTED]})


def _one_of(values: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    value = values.get(name, "").strip()
    if value and value not in known:
        raise BadParameterError(f"{name} is {value[:80]!r}; one of {', '.join(known)} is needed.")
    return value or None
