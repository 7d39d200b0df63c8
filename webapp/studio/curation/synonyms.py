"""What shoppers also call a category: the list of categories with their synonyms, and the form of one category."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.category_synonyms import MOST_CHARACTERS, MOST_SYNONYMS
from catalog.curation.change_log import latest_batches
from catalog.curation.synonym_changes import (
    LONG,
    MANY,
    TAKEN,
    choose_synonyms,
    find_synonym_problem,
    read_synonyms,
    split_synonyms,
)
from webapp.errors import UnknownCategoryError
from webapp.http.languages import name_category
from webapp.services.access import services
from webapp.studio.permissions import current_account

MOST_TYPED = 8000  # characters of the form's field: more than all synonyms that a category may have


def synonyms() -> str:
    """Every category with its synonyms; with ``category``, the form of that category."""
    database, category = services().catalog.database, request.args.get("category", "")
    known, sizes = read_synonyms(database), services().catalog.categories()
    if category:
        _check_category(category, sizes)
        return _render_form(category, known.get(category, []), known.get(category, []))
    done = request.args.get("done")
    return render_template(
        "studio/curation/synonyms.html",
        known=known,
        sizes=sizes,
        done=next((one for one in latest_batches(database, 1) if one.batch == done), None),
    )


def choose() -> BaseResponse | tuple[str, int]:
    """Store a category's synonyms; or show the form again, as it was sent, with what is wrong."""
    database, category = services().catalog.database, request.form.get("category", "")
    _check_category(category, services().catalog.categories())
    wanted, seen = (
        split_synonyms(request.form.get(name, "").replace("\0", "")[:MOST_TYPED]) for name in ("synonyms", "seen")
    )
    problem = find_synonym_problem(read_synonyms(database), category, wanted)
    if problem is not None:
        return _render_form(category, wanted, seen, _format_problem(*problem)), 422
    batch = choose_synonyms(database, category, wanted, seen=seen, by=current_account().name)
    flash(gettext("Saved. Shoppers' words find it from now on.") if batch else gettext("Nothing was changed."), "done")
    return redirect(url_for("studio.curation.synonyms", done=batch), 303)


def _render_form(category: str, typed: list[str], seen: list[str], problem: str | None = None) -> str:
    return render_template(
        "studio/curation/synonyms_form.html",
        category=category,
        typed=typed,
        seen=seen,
        problem=problem,
        most=MOST_SYNONYMS,
        most_typed=MOST_TYPED,
    )


def _format_problem(code: str, about: str) -> str:
    if code == LONG:
        return gettext("“%(word)s” is too long: %(most)s characters at most.", word=about[:80], most=MOST_CHARACTERS)
    if code == MANY:
        return gettext("That is too many: %(most)s synonyms at most.", most=MOST_SYNONYMS)
    if code == TAKEN:
        return gettext(
            "%(category)s has one of these already. A word means one category.", category=name_category(about)
        )
    return gettext("“%(word)s” has characters that nobody can type.", word=about.encode("unicode_escape").decode()[:80])


def _check_category(category: str, sizes: dict[str, int]) -> None:
    if category not in sizes:
        raise UnknownCategoryError(f"The catalogue has no category {category!r}.")
