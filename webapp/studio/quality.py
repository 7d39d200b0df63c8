"""Quality: how well the classifier does on photos that it never saw, mistake by mistake."""

from flask import Blueprint, render_template

bp = Blueprint("quality", __name__, url_prefix="/quality")


@bp.get("/")
def figures() -> str:
    """The area's first page."""
    return render_template("studio/soon.html")
