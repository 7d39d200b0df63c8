"""Insights: what shoppers look for, what they miss, and what they open."""

from flask import Blueprint, render_template

bp = Blueprint("insights", __name__, url_prefix="/insights")


@bp.get("/")
def figures() -> str:
    """The area's first page."""
    return render_template("studio/soon.html")
