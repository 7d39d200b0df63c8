"""Labels: the queue of probably wrong ones, corrections, and duplicate photos."""

from flask import Blueprint, render_template

bp = Blueprint("labels", __name__, url_prefix="/labels")


@bp.get("/")
def queue() -> str:
    """The area's first page."""
    return render_template("studio/soon.html")
