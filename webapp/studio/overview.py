"""The studio's start: what waits for a decision, and how the shop is doing."""

from flask import Blueprint, render_template

bp = Blueprint("overview", __name__)


@bp.get("/")
def start() -> str:
    """The area's first page."""
    return render_template("studio/soon.html")
