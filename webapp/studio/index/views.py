"""The pages of the index: the live one, the earlier ones, rejects, differences, and the rollback to an earlier index.

A rollback takes the role merchandiser, as a rebuild does: it acts at once and can be undone as quickly, and whoever is
there on a Saturday evening has to be able to do it. The audit log says who did.
"""

import shutil

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import format_decimal, gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.accounts.audit import AuditEntry, AuditLog, note_change
from catalog.spreadsheets import csv_line, read_cells
from search.errors import BundleError, DamagedSnapshotError, IndexMovedError, OtherModelError
from search.index.comparison import Difference, compare_snapshots
from search.index.history import KeptSnapshot, is_published, list_snapshots, live_id, put_back, snapshot_path
from search.index.manifest import Manifest
from webapp.errors import BadParameterError, MissingPageError
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.downloads import send_csv
from webapp.studio.index import texts
from webapp.studio.index.rejects import OF_INDEX, choose_photos, find_rejects, list_rejects, open_table, read_rejects
from webapp.studio.index.staleness import EXACT_UP_TO, Staleness, bundle_in_use, compare_with_catalog, measure_staleness
from webapp.studio.paging import cut_page
from webapp.studio.permissions import current_account

PAGE_SIZE = 50
REJECTS_SHOWN = 6  # on the page of the live index
NOW = "now"  # in place of a snapshot's name: today's catalogue
CHANGE_LISTS = ("added", "removed", "changed")
ROLLBACK = "index put back"  # the name of the action in the audit log

bp = Blueprint("index", __name__, url_prefix="/index")
bp.add_app_template_filter(texts.format_size, "size")
bp.add_app_template_filter(lambda number: format_decimal(number), "number")
bp.add_app_template_filter(texts.format_field, "field_in_words")
bp.add_app_template_filter(texts.format_value, "value_in_words")


@bp.get("/")
def live() -> str:
    """The live index, its staleness, its rejects, and the form that rebuilds it."""
    kept = list_snapshots(services().paths.index)
    place = next((number for number, one in enumerate(kept) if one.is_live), None)
    rejects = [one for one in list_rejects() if one.name == OF_INDEX]
    return render_template(
        "studio/index/live.html",
        live=None if place is None else kept[place],
        before=None if place is None or place + 1 == len(kept) else kept[place + 1],
        after=kept[0] if place else None,
        balance=None if place is None else _describe_balance(kept[place].manifest),
        staleness=None if place is None else _measure_staleness(kept[place]),
        exact_up_to=EXACT_UP_TO,
        trouble=services().storefront.index_trouble(),
        of_other_catalogue=services().storefront.index_is_of_other_catalogue,
        damaged=place is None and is_published(services().paths.index),
        searchable=services().storefront.engine_or_none() is not None,
        model=_model_name(),
        last_move=_last_move(),
        rejects=read_rejects(rejects[0], REJECTS_SHOWN) if rejects else [],
    )


def _describe_balance(manifest: Manifest) -> dict[str, object] | None:
    """How much shape and colour count in the index, and what that was learned from; None where it isn't known."""
    if not manifest.balance:
        return None
    *shape, colour = manifest.balance["weights"].values()
    facts = {name: manifest.balance[name] for name in ("products", "found", "found_by_default")}
    return {"shape": sum(shape), "colour": colour, "learned": manifest.balance["learned_from"] == "photos", **facts}


@bp.get("/history")
def history() -> str:
    """All snapshots that are kept, and the space that they take on disk."""
    return _render_history()


@bp.post("/live")
def put_live() -> BaseResponse | tuple[str, int]:
    """Put a kept snapshot live, unless another one went live since the page was loaded."""
    snapshot_id, expected = request.form.get("snapshot", ""), request.form.get("live", "")
    index_dir = services().paths.index
    change = {"by": current_account().name, "action": ROLLBACK, "subject": snapshot_id}
    try:
        with (
            put_back(index_dir, snapshot_id, bundle_in_use(), expected_live=expected) as publish,
            services().catalog.database.writing(alone=False) as connection,
        ):
            note_change(connection, **change, before={"live": expected}, after={"live": snapshot_id})
            publish()
    except IndexMovedError:
        return _render_history(moved=True), 409
    except OtherModelError:
        flash(
            gettext("This index was built by another model than the one in use; its vectors mean nothing to it."),
            "refusal",
        )
    except DamagedSnapshotError:
        flash(gettext("This index is damaged: a file of it is missing or was altered. It can't be used."), "refusal")
    else:
        flash(
            gettext("The index of %(name)s is live now. Every page uses it within a second.", name=snapshot_id), "done"
        )
    return redirect(url_for("studio.index.history"), 303)


@bp.get("/compare")
def compare() -> str:
    """The differences between two snapshots, or between a snapshot and the catalogue, a page at a time."""
    before, after = request.args.get("from", ""), request.args.get("to", NOW)
    shown, page = request.args.get("list", ""), read_page(request.args)
    found = _compare(before, after)
    counts = {"added": found.added, "removed": found.removed, "changed": found.changed}
    if shown not in CHANGE_LISTS:
        shown = next((name for name in CHANGE_LISTS if counts[name]), CHANGE_LISTS[0])
    offset = (page - 1) * PAGE_SIZE
    if page > 1 and offset >= counts[shown]:
        abort(404)
    rows = getattr(found, f"{shown}_products")(PAGE_SIZE, offset)
    ids = [row.product_id if shown == "changed" else str(row["product_id"]) for row in rows]
    return render_template(
        "studio/index/compare.html",
        before=before,
        after=after,
        shown=shown,
        counts=counts,
        fields=found.field_counts(),
        rows=rows,
        products=(products := services().catalog.products(ids)),
        photos=choose_photos(products.values()),
        page=page,
        more=offset + PAGE_SIZE < counts[shown],
        list_address=lambda **changes: url_for(
            "studio.index.compare", **{"from": before, "to": after, "list": shown, **changes}
        ),
    )


@bp.get("/rejects")
def rejects() -> str:
    """The rejects of the last build or of an import, a page at a time."""
    lists, page = list_rejects(), read_page(request.args)
    name = request.args.get("of") or (lists[0].name if lists else OF_INDEX)
    chosen = find_rejects(name) if lists or request.args.get("of") else None
    found = read_rejects(chosen, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE) if chosen else []
    shown, more = cut_page(found, PAGE_SIZE, page)
    return render_template(
        "studio/index/rejects.html",
        lists=lists,
        chosen=chosen,
        rejects=shown,
        page=page,
        more=more,
        rejects_address=lambda page: url_for("studio.index.rejects", of=name, page=page),
    )


@bp.get("/rejects/<name>.csv")
def rejects_table(name: str) -> Response:
    """A table of rejects as a file."""
    found = find_rejects(name)
    file = open_table(found.path)
    response = send_csv(f"rejects-{name}.csv", map(csv_line, read_cells(file)))
    response.call_on_close(file.close)
    return response


def _render_history(*, moved: bool = False) -> str:
    index_dir = services().paths.index
    kept = list_snapshots(index_dir)
    model = _model_hash()
    return render_template(
        "studio/index/history.html",
        kept=kept,
        live_id=live_id(index_dir),
        total_bytes=sum(one.size_bytes for one in kept),
        free_bytes=shutil.disk_usage(index_dir).free if index_dir.exists() else None,
        most=services().snapshots_kept,
        model=model,
        moved=moved,
        last_move=_last_move(),
    )


def _compare(before: str, after: str) -> Difference:
    index_dir = services().paths.index
    if not before:
        raise BadParameterError("from is missing; it takes the name of an index, as the history lists them.")
    first = snapshot_path(index_dir, before)
    if after != NOW:
        return compare_snapshots(first, snapshot_path(index_dir, after))
    if services().catalog.counts().products > EXACT_UP_TO:
        raise MissingPageError("The catalogue is too large to be compared product by product while you wait.")
    return compare_with_catalog(first)


def _measure_staleness(live: KeptSnapshot) -> Staleness | None:
    try:
        return measure_staleness(live.manifest)
    except DamagedSnapshotError:
        return None


def _model_name() -> str | None:
    try:
        return bundle_in_use().name
    except BundleError:
        return None


def _model_hash() -> str | None:
    try:
        return bundle_in_use().hash
    except BundleError:
        return None


def _last_move() -> AuditEntry | None:
    """The entry of the audit log for the live index, if a person put it live."""
    live = live_id(services().paths.index)
    entries = AuditLog(services().catalog.database).entries(1, subject=live) if live else []
    return next((entry for entry in entries if entry.action == ROLLBACK), None)
