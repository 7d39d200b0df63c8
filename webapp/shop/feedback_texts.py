"""Why a shopper didn't want what an answer shows, in words: on the answer, and for merchandisers in the studio."""

from flask_babel import LazyString, lazy_gettext

FEEDBACK_REASONS: dict[str, LazyString] = {
    "kind": lazy_gettext("Wrong kind of thing"),
    "colour": lazy_gettext("Wrong colour"),
    "gender": lazy_gettext("Wrong gender"),
    "style": lazy_gettext("Not the same style"),
    "other": lazy_gettext("Another reason"),
}


def format_feedback(reason: str) -> str:
    """A reason in words."""
    return str(FEEDBACK_REASONS[reason])
