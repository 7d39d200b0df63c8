"""What kind of thing each category is: what the index has guessed and why, and what is said by hand."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.change_log import latest_batches
from catalog.curation.supercategories import MOST_CHARACTERS, SupercategoryStore
from search.words.supercategory_names import SUPERCATEGORIES, supercategory_in_name
from webapp.errors import BadParameterError
from webapp.http.page_address import change_address
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.curation.pairs import PAGE_SIZE, relearn_if_learned
from webapp.studio.paging import cut_page
from webapp.studio.permissions import current_account

_BY_NAME = lazy_gettext("by its name")
_BY_PHOTOS = lazy_gettext("by most of its photos")
_BY_NOTHING = lazy_gettext("nothing clear: a kind of its own")


@dataclass(frozen=True)
class KindRow:
    """A category and its kind."""

    category: str
    products: int
    guess: str | None  # the index's; None: it has none
    why: LazyString
    chosen: str | None  # by hand; None: the guess holds


def kinds() -> str:
    """A page of the table of all categories."""
    guesses, chosen, page = _guesses(), _store().chosen(), read_page(request.args)
    sizes = sorted(services().catalog.categories().items())[(page - 1) * PAGE_SIZE : page * PAGE_SIZE + 1]
    shown, more = cut_page(sizes, PAGE_SIZE, page)
    rows = [
        KindRow(category, count, guesses.get(category), _explain(category, guesses.get(category)), chosen.get(category))
        for category, count in shown
    ]
    done = request.args.get("done")
    return render_template(
        "studio/curation/kinds.html",
        rows=rows,
        choices=sorted({*SUPERCATEGORIES, *guesses.values(), *chosen.values()}),
        page=page,
        more=more,
        page_address=lambda page: change_address(page=page, done=None),
        done=next((one for one in latest_batches(services().catalog.database, 1) if one.batch == done), None),
    )


def choose_kinds() -> BaseResponse:
    """Store what is said by hand; refused if somebody else has changed it since the form was shown."""
    sizes = services().catalog.categories()
    chosen: dict[str, str | None] = {}
    seen: dict[str, str | None] = {}
    for number, category in enumerate(request.form.getlist("category")):
        if category in sizes:
            chosen[category] = _read_kind(request.form.get(f"kind-{number}", ""))
            seen[category] = _read_kind(request.form.get(f"seen-{number}", ""))
    batch = _store().choose(chosen, seen=seen, by=current_account().name)
    if batch:
        relearn_if_learned()
    flash(gettext("Saved. Shoppers see it from now on.") if batch else gettext("Nothing was changed."), "done")
    page = read_page(request.args)
    return redirect(url_for("studio.curation.kinds", done=batch, page=page if page > 1 else None), 303)


def _explain(category: str, guess: str | None) -> LazyString:
    if guess is None:
        return _BY_NOTHING
    return _BY_NAME if guess == supercategory_in_name(category) else _BY_PHOTOS


def _read_kind(text: str) -> str | None:
    """The kind that a field holds; None (an empty field) for the guess."""
    if len(text) > MOST_CHARACTERS or "\0" in text:
        raise BadParameterError(f"A kind of {len(text)} characters came; it has {MOST_CHARACTERS} at most.")
    return text.strip() or None


def _guesses() -> dict[str, str]:
    engine = services().storefront.engine_or_none()
    return engine.supercategories if engine else {}


def _store() -> SupercategoryStore:
    return SupercategoryStore(services().catalog.database)
