"""One action on many products: shown before it is done, done when it is meant, undone as a whole."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response as BaseResponse

from catalog import Product
from catalog.curation.bulk_labels import SeenLabel, set_category
from catalog.curation.bulk_rules import add_rules, terms_for
from catalog.curation.change_log import Batch, latest_batches
from catalog.curation.rule_terms import BOOST, BURY, HIDE
from catalog.labels.corrections import CorrectionStore
from webapp.errors import BadParameterError, UnknownCategoryError
from webapp.http.parameters import read_number
from webapp.http.vocabulary import name_category
from webapp.services.access import services
from webapp.studio.permissions import current_account

SET_CATEGORY = "category"
ACTIONS: dict[str, LazyString] = {
    HIDE: lazy_gettext("Hide in all lists"),
    BOOST: lazy_gettext("Boost in all lists"),
    BURY: lazy_gettext("Bury in all lists"),
    SET_CATEGORY: lazy_gettext("Change the category"),
}
_CONSEQUENCES: dict[str, LazyString] = {
    HIDE: lazy_gettext("They stand in no answer to a photo and beside no product. Their pages and categories stay."),
    BOOST: lazy_gettext("They rank clearly higher in answers to photos and beside products."),
    BURY: lazy_gettext("They rank clearly lower in answers to photos and beside products."),
    SET_CATEGORY: lazy_gettext("It holds in the shop at once, and in every import until a source says something else."),
}
STRENGTH = 2  # "clearly"
MOST_MARKED = 200
_MOST_QUERY = 4000  # characters of the list's filters


@dataclass(frozen=True)
class BulkChoices:
    """What the list of products offers for those that are marked."""

    actions: dict[str, LazyString]
    categories: tuple[str, ...]


def choices() -> BulkChoices:
    """The actions, and the categories that a product can be given."""
    return BulkChoices(ACTIONS, tuple(services().catalog.categories()))


def latest(batch: str | None) -> Batch | None:
    """The batch of this name, if it is the latest one."""
    return next((one for one in latest_batches(services().catalog.database, 1) if one.batch == batch), None)


def bulk() -> BaseResponse | str:
    """Ask whether an action on the marked products is meant; with ``sure``, do it."""
    action, category = request.form.get("action", ""), request.form.get("category", "")
    if action not in ACTIONS:
        raise BadParameterError(f"action is {action[:80]!r}; one of {', '.join(ACTIONS)} is needed.")
    if action == SET_CATEGORY and category not in services().catalog.categories():
        raise UnknownCategoryError(f"The catalogue has no category {category[:200]!r}.")
    marked = [one for one in dict.fromkeys(request.form.getlist("marked")) if "\0" not in one]
    if len(marked) > MOST_MARKED:
        raise BadParameterError(f"{len(marked)} products are marked; at most {MOST_MARKED} can be changed at once.")
    found = services().catalog.products(marked, drafts=True)  # which the list shows too
    products = [found[one] for one in marked if one in found]
    if not products:
        flash(gettext("Mark some products first."), "refusal")
        return redirect(_back(), 303)
    if request.form.get("sure") != "yes":
        return _ask(products, action, category)
    batch = _label(category) if action == SET_CATEGORY else _rule(products, action)
    return redirect(_back(done=batch), 303)


def _ask(products: list[Product], action: str, category: str) -> str | BaseResponse:
    wanted = [one for one in products if action != SET_CATEGORY or one.category != category]
    if not wanted:
        flash(gettext("Nothing was changed."), "done")
        return redirect(_back(), 303)
    decisions = CorrectionStore(services().catalog.database).of_products([one.product_id for one in wanted])
    versions = {product_id: decision.version for product_id, decision in decisions.items()}
    return render_template(
        "studio/products/bulk.html",
        products=[(one, versions.get(one.product_id, 0)) for one in wanted],
        already=len(products) - len(wanted),
        action=action,
        category=category if action == SET_CATEGORY else "",
        question=_question(action, category, len(wanted)),
        consequence=_CONSEQUENCES[action],
        doing=ACTIONS[action],
        query=request.form.get("query", "")[:_MOST_QUERY],
        back=_back(),
    )


def _question(action: str, category: str, count: int) -> str:
    if action == HIDE:
        return ngettext("Hide %(num)s product?", "Hide %(num)s products?", count)
    if action == BOOST:
        return ngettext("Boost %(num)s product?", "Boost %(num)s products?", count)
    if action == BURY:
        return ngettext("Bury %(num)s product?", "Bury %(num)s products?", count)
    name = name_category(category)
    return ngettext(
        "Move %(num)s product to %(category)s?", "Move %(num)s products to %(category)s?", count, category=name
    )


def _rule(products: list[Product], action: str) -> str | None:
    strength = None if action == HIDE else STRENGTH
    terms = [one for product in products for one in terms_for(product.product_id, action, strength)]
    batch, added = add_rules(services().catalog.database, terms, by=current_account().name)
    if not added:
        flash(gettext("Nothing was changed."), "done")
        return None
    flash(gettext("Saved. Shoppers see it from now on."), "done")
    return batch


def _label(category: str) -> str | None:
    fields = (request.form.getlist(name) for name in ("marked", "seen", "version"))
    seen = [
        SeenLabel(product_id, label, read_number(version) or 0)
        for product_id, label, version in zip(*fields, strict=False)
        if label != category and "\0" not in product_id
    ]
    batch, changed, left = set_category(services().catalog.database, seen, category, by=current_account().name)
    if left:
        flash(
            ngettext(
                "%(num)s product was changed by somebody else meanwhile and stays as it is.",
                "%(num)s products were changed by somebody else meanwhile and stay as they are.",
                left,
            ),
            "refusal",
        )
    if changed:
        flash(gettext("Saved. Shoppers see it from now on."), "done")
    return batch if changed else None


def _back(done: str | None = None) -> str:
    """The address of the list with the filters that it had; what came with the form reaches no ``url_for``."""
    query = request.form.get("query", "")[:_MOST_QUERY]
    pairs = [(name, value) for name, value in parse_qsl(query) if name != "done"]
    if done:
        pairs.append(("done", done))
    address = url_for("studio.products.products")
    return f"{address}?{urlencode(pairs)}" if pairs else address
