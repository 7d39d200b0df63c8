"""The order of a list's pins: dragged, or moved up and down one by one, and saved together."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.change_log import latest_batches
from catalog.curation.pin_order import MOST_PINS, pins_of, reorder
from catalog.curation.rule_references import named
from catalog.curation.rule_terms import ANCHOR_KINDS, PRODUCT
from catalog.result_lists import LISTS
from webapp.errors import BadParameterError
from webapp.http.parameters import read_number
from webapp.services.access import services
from webapp.studio.curation.texts import LISTS as LIST_TEXTS
from webapp.studio.curation.texts import STATES
from webapp.studio.permissions import current_account


def order() -> str:
    """The pins of the list that the address names, first place first."""
    list_name, anchor_kind = _one_of("list", LISTS), _one_of("anchor_kind", ANCHOR_KINDS)
    anchor = request.args.get("anchor", "").replace("\0", "")
    database, done = services().catalog.database, request.args.get("done")
    pins = pins_of(database, list_name, anchor_kind, anchor)
    return render_template(
        "studio/curation/order.html",
        pins=pins,
        products=services().catalog.products(named((one.terms for one in pins), PRODUCT) | {anchor}, drafts=True),
        list_name=list_name,
        anchor_kind=anchor_kind,
        anchor=anchor,
        lists=LIST_TEXTS,
        states=STATES,
        done=next((one for one in latest_batches(database, 1) if done and one.batch == done), None),
    )


def save_order() -> BaseResponse:
    """Save the pins in the order in which the form names them; ``move``: with one of them a place up or down."""
    sent = [tuple(map(read_number, one.partition(":")[::2])) for one in request.form.getlist("pin")[: MOST_PINS + 1]]
    wanted = [(rule_id, version) for rule_id, version in sent if rule_id is not None and version is not None]
    if len(wanted) != len(sent) or len({one for one, _ in wanted}) != len(wanted) or len(wanted) > MOST_PINS:
        raise BadParameterError("pin must name each rule once, as id:version. Open the page again.")
    _move(wanted, request.form.get("move", ""))
    batch = reorder(services().catalog.database, wanted, by=current_account().name)
    flash(gettext("Saved. Shoppers see it from now on.") if batch else gettext("Nothing was changed."), "done")
    list_name, kind, anchor = (
        request.form.get(name, "").replace("\0", "") for name in ("list", "anchor_kind", "anchor")
    )
    address = url_for("studio.curation.order", done=batch, list=list_name, anchor_kind=kind, anchor=anchor)
    return redirect(address, 303)


def _move(wanted: list[tuple[int, int]], move: str) -> None:
    """Move what stands at a place, "3:up", to the place before or behind it, if there is one."""
    text, _, direction = move.partition(":")
    place = read_number(text)
    other = None if place is None else place + {"up": -1, "down": 1}.get(direction, 0)
    if place is not None and other is not None and min(place, other) >= 0 and max(place, other) < len(wanted):
        wanted[place], wanted[other] = wanted[other], wanted[place]


def _one_of(name: str, known: tuple[str, ...]) -> str:
    value = request.args.get(name, "")
    if value not in known:
        raise BadParameterError(f"{name} is {value[:80]!r}; one of {', '.join(known)} is needed.")
    return value
