"""The page "Public columns": which attributes of products are public, and the forms that change it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.services.access import services
from webapp.studio.permissions import current_account

bp = Blueprint("attributes", __name__, url_prefix="/attributes")


@bp.get("/")
def show() -> str:
    """Every attribute, with the number of products that have it, an example, and who sees it."""
    return render_template("studio/products/attributes.html", attributes=services().public_attributes.all())


@bp.post("/")
def choose() -> BaseResponse:
    """Make an attribute public or private; raises UnknownAttributeError."""
    name, public = request.form.get("name", ""), request.form.get("public") == "1"
    services().public_attributes.choose(name, public, by=current_account().name)
    if public:
        flash(gettext("Shoppers see “%(name)s” from now on.", name=name), "done")
    else:
        flash(gettext("Shoppers no longer see “%(name)s”.", name=name), "done")
    return redirect(url_for("studio.attributes.show"), 303)
