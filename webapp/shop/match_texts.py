"""Texts that say how alike a product is, and why it is in a list."""

from flask import Flask
from flask_babel import LazyString, lazy_gettext

GRADES: dict[str, LazyString] = {
    "nearly_same": lazy_gettext("Nearly the same"),
    "very_alike": lazy_gettext("Very similar"),
    "alike": lazy_gettext("Similar"),
    "somewhat": lazy_gettext("Loosely similar"),
}
REASONS: dict[str, LazyString] = {
    "category": lazy_gettext("It is the same kind of thing"),
    "shape": lazy_gettext("Its shape is close"),
    "colour": lazy_gettext("Its colour is close"),
    "pattern": lazy_gettext("It has the same pattern"),
    "closest_available": lazy_gettext("It is the closest that you can buy now"),
    "moved": lazy_gettext("The shop has changed its place"),
    "sold_out_last": lazy_gettext("It is sold out, so it comes last"),
    "pinned": lazy_gettext("The shop has chosen it for you"),
    "other_kind": lazy_gettext("It is something else to wear with it"),
    "goes_with_colour": lazy_gettext("Their colours go together"),
}
_NEAREST = lazy_gettext("It is among the closest we have")


def init_app(app: Flask) -> None:
    """Add the filters that templates need for these texts."""
    app.add_template_filter(format_grade, "grade_in_words")
    app.add_template_filter(format_reasons, "reasons_in_words")


def format_grade(grade: str) -> str:
    """The text for a match grade."""
    return str(GRADES[grade])


def format_reasons(reasons: tuple[str, ...]) -> list[str]:
    """Sentences that say why a product is in a list; always at least one."""
    known = [str(REASONS[reason]) for reason in reasons if reason in REASONS]
    return known or [str(_NEAREST)]
