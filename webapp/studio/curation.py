"""Curation: what is pinned, boosted, buried or hidden, and which categories go with which."""

from flask import Blueprint, render_template

bp = Blueprint("curation", __name__, url_prefix="/curation")


@bp.get("/")
def rules() -> str:
    """The area's first page."""
    return render_template("studio/soon.html")
