"""Which categories go with which: the table, the form for one category, and learning the table again."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.change_log import latest_batches
from catalog.curation.compatibility import CHOICES, CategoryPair, CompatibilityStore, read_clicks, read_genders
from catalog.curation.compatibility_learning import learn_compatibility
from catalog.curation.supercategories import SupercategoryStore
from catalog.events.event_figures import Days
from webapp.errors import BadParameterError, UnknownCategoryError
from webapp.http.page_address import change_address
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.curation.pair_rows import COLUMNS, NEVER, tabulate_pairs
from webapp.studio.curation.texts import WEIGHTS, format_weight
from webapp.studio.paging import cut_page
from webapp.studio.permissions import current_account

TABLE = 16  # categories in the table, the largest ones; each category has a form on a page of its own
PAGE_SIZE = 100  # categories of a form, each with three fields; a form has up to ``form_limits.MAX_FIELDS``
LEARNING_DAYS = 90  # whose clicks are learned from


def pairs() -> str:
    """The table of the largest categories; with ``category``, the form for what goes with that category."""
    category = request.args.get("category", "")
    sizes = services().catalog.categories()
    if category:
        if category not in sizes:
            raise UnknownCategoryError(f"The catalogue has no category {category!r}.")
        return _render_row(category, sizes)
    shown = sorted(sorted(sizes, key=lambda name: (-sizes[name], name))[:TABLE])
    done = request.args.get("done")
    return render_template(
        "studio/curation/pairs.html",
        shown=shown,
        categories=sizes,
        rows=tabulate_pairs(shown, _store().among(shown), _supercategories()),
        columns=[title for _, title in COLUMNS] + [NEVER],
        format_weight=format_weight,
        days=LEARNING_DAYS,
        done=next((one for one in latest_batches(services().catalog.database, 1) if one.batch == done), None),
    )


def choose() -> BaseResponse:
    """Store by hand what goes with a category; refused if somebody else has changed it since the form was shown."""
    category, sizes = request.form.get("category", ""), services().catalog.categories()
    if category not in sizes:
        raise UnknownCategoryError(f"The catalogue has no category {category!r}.")
    chosen: dict[str, float | None] = {}
    seen: dict[str, float | None] = {}
    for number, other in enumerate(request.form.getlist("other")):
        if other in sizes:
            chosen[other] = _read_weight(request.form.get(f"weight-{number}", ""))
            seen[other] = _read_weight(request.form.get(f"seen-{number}", ""))
    batch = _store().choose(category, chosen, seen=seen, by=current_account().name)
    flash(gettext("Saved. Shoppers see it from now on.") if batch else gettext("Nothing was changed."), "done")
    return redirect(url_for("studio.curation.pairs", done=batch), 303)


def learn() -> BaseResponse:
    """Learn the table again from supercategories, genders and clicks; what was chosen by hand stays."""
    clicks = _learn()
    flash(
        gettext("Learned from %(clicks)s clicks, and from what kind of thing each category is.", clicks=clicks), "done"
    )
    return redirect(url_for("studio.curation.pairs"), 303)


def relearn_if_learned() -> None:
    """Learn the table again, where there is one, as it was learned from other kinds of things than there are now."""
    if _store().has_learned():
        _learn()


def _learn() -> int:
    """Learn the table; returns the number of clicks that it was learned from."""
    database = services().catalog.database
    days = Days.until_today(LEARNING_DAYS)
    learned = learn_compatibility(_supercategories(), read_genders(database), read_clicks(database, days))
    _store().replace_learned(learned, by=current_account().name)
    return sum(one.clicks for one in learned.values())


def _render_row(category: str, sizes: dict[str, int]) -> str:
    known = {one.other: one for one in _store().row(category)}
    row = [known.get(other, CategoryPair(category, other, None, 0, None)) for other in sizes]
    row.sort(key=lambda one: (-(one.weight or 0), one.other))
    page = read_page(request.args)
    shown, more = cut_page(row[(page - 1) * PAGE_SIZE : page * PAGE_SIZE + 1], PAGE_SIZE, page)
    return render_template(
        "studio/curation/pair.html",
        category=category,
        row=shown,
        page=page,
        more=more,
        page_address=lambda page: change_address(page=page),
        sizes=sizes,
        supercategories=_supercategories(),
        choices=[(choice, WEIGHTS[choice]) for choice in CHOICES],
        format_weight=format_weight,
    )


def _read_weight(text: str) -> float | None:
    """The weight that a field holds; None (an empty field) for the learned weight."""
    if not text:
        return None
    known = {str(choice): choice for choice in CHOICES}
    if text not in known:
        raise BadParameterError(f"weight is {text!r}; one of {', '.join(known)} is needed, or nothing.")
    return known[text]


def _supercategories() -> dict[str, str]:
    """The supercategory of each category, by hand or as guessed; without an index only those by hand."""
    engine = services().storefront.engine_or_none()
    chosen = SupercategoryStore(services().catalog.database).chosen()
    return {**(engine.supercategories if engine else {}), **chosen}


def _store() -> CompatibilityStore:
    return CompatibilityStore(services().catalog.database)
