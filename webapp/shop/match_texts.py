"""Why a product is in a list and how alike it is, in words."""

from flask import Flask
from flask_babel import LazyString, lazy_gettext

GRADES: dict[str, LazyString] = {
    "nearly_same": lazy_gettext("Nearly the same"),
    "very_alike": lazy_gettext("Very alike"),
    "alike": lazy_gettext("Alike"),
    "somewhat": lazy_gettext("Somewhat alike"),
}
REASONS: dict[str, LazyString] = {
    "category": lazy_gettext("It is the same kind of thing"),
    "shape": lazy_gettext("Its shape is close"),
    "colour": lazy_gettext("Its colour is close"),
    "pattern": lazy_gettext("It has the same pattern"),
    "pinned": lazy_gettext("The shop has chosen it for you"),
    "other_kind": lazy_gettext("It is something else to wear with it"),
    "goes_with_colour": lazy_gettext("Their colours go together"),
}
_NEAREST = lazy_gettext("It is among the nearest that we have")


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.add_template_filter(format_grade, "grade_in_words")
    app.add_template_filter(format_reasons, "reasons_in_words")


def format_grade(grade: str) -> str:
    """A match grade as people read it."""
    return str(GRADES[grade])


def format_reasons(reasons: tuple[str, ...]) -> list[str]:
    """Sentences that say why; never none, as even a far match is there for a reason."""
    known = [str(REASONS[reason]) for reason in reasons if reason in REASONS]
    return known or [str(_NEAREST)]
