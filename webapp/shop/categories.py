"""A category's page: its products, a page at a time."""

import math

from flask import render_template, request

from webapp.errors import MissingPageError, UnknownCategoryError
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.services.storefront import ResultItem

PAGE_SIZE = 24  # divides into rows of 2, 3, 4 and 6


def category(category: str) -> str:
    """One page of a category's products."""
    total = services().catalog.categories().get(category)
    if total is None:
        raise UnknownCategoryError(f"The catalogue has no category {category!r}.")
    page, pages = read_page(request.args), math.ceil(total / PAGE_SIZE)
    if page > pages:
        raise MissingPageError(f"This category has {pages} pages; there is no page {page}.")
    products = services().catalog.in_category(category, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return render_template(
        "shop/category.html",
        category=category,
        items=[ResultItem(product) for product in products],
        total=total,
        page=page,
        pages=pages,
        before=(page - 1) * PAGE_SIZE,
    )
