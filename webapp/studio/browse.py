"""Browsing the catalogue: by words, category, attributes, stock; a product with its neighbours."""

from flask import Blueprint, render_template

bp = Blueprint("browse", __name__, url_prefix="/products")


@bp.get("/")
def products() -> str:
    """The area's first page."""
    return render_template("studio/soon.html")
