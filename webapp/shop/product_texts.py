"""A product's texts in the reader's language, where its source has them; else as the source has them."""

from flask import Flask

from catalog import Product
from webapp.http.translations import current_language


def init_app(app: Flask) -> None:
    """Add the filters that templates need for these texts."""
    app.add_template_filter(read_title, "product_title")
    app.add_template_filter(read_description, "product_description")


def read_title(product: Product) -> str:
    """The title; a product without one has a name made of its category and id."""
    return product.text("title", current_language()) or product.name


def read_description(product: Product) -> str | None:
    """The description."""
    return product.text("description", current_language())
