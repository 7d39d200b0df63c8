"""The words of a check's findings, in English and Spanish: for the terminal, the page that is written, and the studio.

The Spanish sentences are in catalog/translations; `make translations` collects and compiles them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from search.model_quality.language import ENGLISH, Language

_DOMAIN, _FOLDER = "checks", Path(__file__).parent.parent / "translations"
_NAMED = 3  # of the names in a sentence

ROWS, PHOTOS, VALUES = "rows", "photos", "values"
SHARED_PHOTOS, VAGUE_CATEGORIES, ONE_CATEGORY = "shared_photos", "vague_categories", "one_category"
SINGLE_PHOTOS, SMALL_PHOTOS, FEW_PRODUCTS, LACKING = "single_photos", "small_photos", "few_products", "lacking_"


ENGLISH_TEXTS = Language(ENGLISH, _DOMAIN, _FOLDER)


def N_(message: str) -> str:  # noqa: N802 (what pybabel looks for)
    """Mark a message to be collected; it is translated where it is used."""
    return message


_TEXTS: dict[str, tuple[str, str]] = {
    ROWS: (N_("Rows that can't be imported."), ""),
    PHOTOS: (N_("Photos that can't be used."), ""),
    VALUES: (N_("Values that aren't certain."), ""),
    SHARED_PHOTOS: (
        N_("Photos that several products share."),
        N_("If the products are one article, give them one id; if a photo is only a placeholder, leave it out."),
    ),
    VAGUE_CATEGORIES: (
        N_("Products of categories whose names say nothing: %(names)s."),
        N_("They would be learned as if they were kinds of products. Give them a category, or leave them out."),
    ),
    ONE_CATEGORY: (N_("Most products are of one category, %(names)s."), ""),
    SINGLE_PHOTOS: (
        N_("Products with one photo only."),
        N_("A second one, worn or from another side, lets shoppers' own photos find them more often."),
    ),
    SMALL_PHOTOS: (
        N_("Photos with under %(pixels)s pixels on their shorter side."),
        N_("Fabric and pattern can't be told in them; export larger ones."),
    ),
    FEW_PRODUCTS: (
        N_("Categories with fewer than %(few)s products: %(names)s."),
        N_("They are hard to recognise; merge them into others if they mean the same."),
    ),
    f"{LACKING}gender": (N_("Products without a gender."), N_("The filter by gender can't be offered.")),
    f"{LACKING}colour": (N_("Products without a colour."), N_("Colours are then told by the photos alone.")),
    f"{LACKING}price_cents": (
        N_("Products without a price."),
        N_("The filter by price can't be offered, and product pages show none."),
    ),
    f"{LACKING}title": (
        N_("Products without a title."),
        N_("Products are then called by their category and id, and can't be found by words."),
    ),
    f"{LACKING}url": (N_("Products without a product page."), N_("Product pages can't lead to the shop.")),
    f"{LACKING}in_stock": (
        N_("Products that don't say whether they are in stock."),
        N_("What is sold out can't be moved back or left out."),
    ),
    f"{LACKING}group_id": (
        N_("Products without a group (group_id)."),
        N_("Colour variants of an article are then shown as separate products."),
    ),
}


KINDS = tuple(_TEXTS)


def language_of(code: str = ENGLISH) -> Language:
    """A language that knows the words of checks."""
    return Language(code, _DOMAIN, _FOLDER)


def word_finding(kind: str, values: Mapping[str, Any], language: Language) -> tuple[str, str]:
    """The sentence of a finding, and what to do, which may be empty.

    Args:
        kind: of the finding; ``LACKING`` stands before a field's name.
        values: of its sentence: ``names`` (a list), ``pixels`` or ``few``.
        language: from ``language_of``.

    Raises:
        KeyError: the kind is none of these.
    """
    text, advice = _TEXTS[kind]
    shown = {**values, "names": _name_some(values.get("names", ()), language)}
    return language.gettext(text, **shown), language.gettext(advice) if advice else ""


def _name_some(names: Sequence[str], language: Language) -> str:
    named = ", ".join(repr(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    if more <= 0:
        return named
    return language.gettext("%(names)s and %(number)s more", names=named, number=language.format_count(more))
