"""The pages of sources: which folders and tables the products came from, and the removal of one with its products."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.accounts import ADMIN
from catalog.errors import EditConflictError
from catalog.importing.rejects_file import remove_lists
from catalog.importing.sent_sources import is_sent_source
from catalog.importing.source_removal import RemovalPreview, preview_removal, remove_source
from catalog.importing.web_sources import clean_downloads
from catalog.products import is_web_source
from webapp.services.access import services
from webapp.studio.permissions import current_account, needs

_LISTED = 500  # sources on the page; a shop that imports dated exports gets another one each day

bp = Blueprint("sources", __name__, url_prefix="/sources")


@bp.get("/")
def sources() -> str:
    """Every source with the number of its products, the latest import first."""
    found = services().catalog.sources()
    return render_template("studio/products/sources.html", sources=found[:_LISTED], total=len(found))


@bp.get("/<int(max=2147483647):source_id>/remove")
def preview(source_id: int) -> str:
    """What would go if a source were removed."""
    return _render(preview_removal(services().catalog, source_id))


@bp.post("/<int(max=2147483647):source_id>/remove")
@needs(ADMIN)
def remove(source_id: int) -> BaseResponse | tuple[str, int]:
    """Remove a source with its products, if it is still as the preview showed it."""
    catalog, paths = services().catalog, services().paths
    seen, by = request.form.get("seen", ""), current_account().name
    try:
        removed = remove_source(catalog, source_id, by=by, seen=seen)
    except EditConflictError:
        flash(
            gettext("The source was imported again since you looked at it. Nothing was removed; look again."), "refusal"
        )
        return _render(preview_removal(catalog, source_id)), 409
    remove_lists(removed.location, (paths.rejects, paths.warnings))
    clean_downloads(catalog, paths.home, removed.location)
    flash(
        ngettext(
            "%(num)s product was removed. Searches don't find it any more.",
            "%(num)s products were removed. Searches don't find them any more.",
            removed.products,
        ),
        "done",
    )
    return redirect(url_for("studio.sources.sources"), 303)


def _render(found: RemovalPreview) -> str:
    return render_template("studio/products/remove_source.html", found=found, way_back=_describe_way_back(found))


def _describe_way_back(found: RemovalPreview) -> str:
    """Whether the products can be brought back once they are removed."""
    paths = services().paths
    if is_sent_source(found.location, paths.home):
        return gettext("The file that was sent goes too: to bring its products back, send it again.")
    if found.location == str(paths.product_photos):
        return gettext("Programs have sent these products; they can send them again.")
    if is_web_source(found.location):
        return gettext("Importing its address again brings its products back, as long as they are there.")
    if found.exists:
        return gettext("The source is still on the disk: importing it again brings its products back.")
    return gettext("The source isn't on the disk any more: what is removed here can't be imported from it again.")
