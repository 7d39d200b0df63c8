"""The index: what is live, what came before, what was rejected, and the jobs that rebuild it."""

from flask import Blueprint, render_template

bp = Blueprint("snapshots", __name__, url_prefix="/index")


@bp.get("/")
def live() -> str:
    """The area's first page."""
    return render_template("studio/soon.html")
