"""The blueprint of the studio, with its areas, and what every page of the studio shows around its content."""

from dataclasses import dataclass

from flask import Blueprint, g, request, url_for
from flask_babel import LazyString, lazy_gettext

from webapp.http.page_address import change_address
from webapp.studio import accounts, api_keys, auth, insights, overview, own_account, permissions
from webapp.studio.curation import views as curation
from webapp.studio.form_tokens import csrf_field
from webapp.studio.imports import views as imports
from webapp.studio.index import views as index
from webapp.studio.jobs import views as jobs
from webapp.studio.labels import views as labels
from webapp.studio.products import attributes, sources
from webapp.studio.products import views as products
from webapp.studio.quality import views as quality
from webapp.studio.texts import add_filters

bp = Blueprint("studio", __name__, url_prefix="/studio")
permissions.guard(bp)
add_filters(bp)
for _area in (
    auth,
    overview,
    products,
    attributes,
    sources,
    imports,
    curation,
    labels,
    quality,
    insights,
    index,
    jobs,
    accounts,
    api_keys,
    own_account,
):
    bp.register_blueprint(_area.bp)


@dataclass(frozen=True)
class Area:
    """A part of the studio in the navigation."""

    blueprint: str
    endpoint: str
    title: LazyString


AREAS = (
    Area("overview", "studio.overview.start", lazy_gettext("Overview")),
    Area("products", "studio.products.products", lazy_gettext("Products")),
    Area("curation", "studio.curation.rules", lazy_gettext("Curation")),
    Area("labels", "studio.labels.queue", lazy_gettext("Labels")),
    Area("quality", "studio.quality.figures", lazy_gettext("Quality")),
    Area("insights", "studio.insights.figures", lazy_gettext("Insights")),
    Area("index", "studio.index.live", lazy_gettext("Index")),
    Area("accounts", "studio.accounts.log", lazy_gettext("People and log")),
)

_SUBPAGES = {
    "api_keys": "accounts",
    "jobs": "index",
    "attributes": "products",
    "sources": "products",
    "imports": "products",
}  # areas without an entry -> whose they are


@bp.app_context_processor
def _for_every_page() -> dict[str, object]:
    """``areas`` and ``area`` for the navigation, ``account`` (None: signed out), ``csrf_field()`` for forms."""
    parts = (request.blueprint or "").split(".")
    area = parts[1] if parts[0] == "studio" and len(parts) > 1 else None
    return {
        "areas": AREAS,
        "area": _SUBPAGES.get(area or "", area),
        "account": g.get("account"),
        "csrf_field": csrf_field,
        "language_address": _language_address,
    }


def _language_address(code: str) -> str:
    """The page in another language; the studio's start after a POST, which a link can't repeat."""
    if request.method == "GET" and request.endpoint:
        return change_address(lang=code)
    return url_for("studio.overview.start", lang=code)
