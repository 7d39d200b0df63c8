"""A product's texts in the reader's language, where its source has them; else as the source has them."""

from collections.abc import Iterable

from flask import Flask

from catalog import Product
from webapp.http.languages import current_language
from webapp.http.vocabulary import name_category


def init_app(app: Flask) -> None:
    """Add the filters that templates need for these texts."""
    app.add_template_filter(read_title, "product_title")
    app.add_template_filter(read_description, "product_description")
    app.add_template_filter(lambda product: read_category(product.category, [product]), "product_category")


def read_title(product: Product) -> str:
    """The title; a product without one has a name made of its category and id."""
    return product.text("title", current_language()) or product.name


def read_description(product: Product) -> str | None:
    """The description."""
    return product.text("description", current_language())


def read_category(category: str, products: Iterable[Product]) -> str:
    """What a category is called by the first of its products whose source says so; else as the pages say it.

    Args:
        category: as the catalogue spells it.
        products: of the category; others tell nothing of it.
    """
    for product in products:
        said = product.text("category", current_language())
        if product.category == category and said and said != category:
            return said
    return name_category(category)
