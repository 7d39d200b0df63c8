"""Texts for curation: lists, actions, states, strengths, and what can be wrong with a rule or a file of rules."""

from flask_babel import LazyString, lazy_gettext

from catalog.result_lists import GOES_WITH, SIMILAR

LISTS: dict[str, LazyString] = {SIMILAR: lazy_gettext("Looks like it"), GOES_WITH: lazy_gettext("Goes with it")}
ACTIONS: dict[str, LazyString] = {
    "pin": lazy_gettext("Pin"),
    "boost": lazy_gettext("Boost"),
    "bury": lazy_gettext("Bury"),
    "hide": lazy_gettext("Hide"),
}
ACTION_HELP: dict[str, LazyString] = {
    "pin": lazy_gettext("fixed position while in stock"),
    "boost": lazy_gettext("ranks higher"),
    "bury": lazy_gettext("ranks lower"),
    "hide": lazy_gettext("is never shown"),
}
STATES: dict[str, LazyString] = {
    "active": lazy_gettext("active"),
    "planned": lazy_gettext("planned"),
    "ended": lazy_gettext("ended"),
    "paused": lazy_gettext("paused"),
}
STRENGTHS: dict[int, LazyString] = {
    1: lazy_gettext("a little"),
    2: lazy_gettext("clearly"),
    3: lazy_gettext("strongly"),
}
ANCHORS: dict[str, LazyString] = {
    "product": lazy_gettext("one product"),
    "category": lazy_gettext("a category"),
    "everywhere": lazy_gettext("everywhere"),
}
WEIGHTS: dict[float, LazyString] = {
    0.0: lazy_gettext("never"),
    0.25: lazy_gettext("seldom"),
    0.5: lazy_gettext("sometimes"),
    1.0: lazy_gettext("often"),
}
PROBLEMS: dict[str, LazyString] = {
    "list": lazy_gettext("Choose a list: similar or goes_with."),
    "action": lazy_gettext("Choose what is done: pin, boost, bury or hide."),
    "anchor_kind": lazy_gettext("Choose where it holds: product, category or everywhere."),
    "anchor_missing": lazy_gettext("Name the product or category beside which it holds."),
    "anchor_extra": lazy_gettext("What holds everywhere names no product or category beside which it holds."),
    "target_kind": lazy_gettext("Choose what is moved: product or category."),
    "target_missing": lazy_gettext("Name the product or category that is moved."),
    "target_itself": lazy_gettext("A product is never in its own list. Name another one."),
    "pin_category": lazy_gettext("Only a product can be pinned. Boost the category instead."),
    "position": lazy_gettext("A pin needs a place, a whole number from 1 to 100."),
    "position_extra": lazy_gettext("Only a pin has a place. Leave it out."),
    "strength": lazy_gettext("Choose how strongly, from 1 to 3."),
    "strength_extra": lazy_gettext("Only a boost or a burial has a strength. Leave it out."),
    "day": lazy_gettext("A day is written as 2026-12-31."),
    "days_swapped": lazy_gettext("The last day is before the first one."),
    "note_long": lazy_gettext("The note is too long; 500 characters are possible."),
    "unknown_product": lazy_gettext("The catalogue has no product of this id."),
    "unknown_category": lazy_gettext("The catalogue has no such category."),
    "encoding": lazy_gettext("The file isn't UTF-8. Save it as “CSV UTF-8” and send it again."),
    "column": lazy_gettext("This column is missing. An exported file shows all of them."),
    "rows": lazy_gettext("More rows than one file may have (10,000). Split it."),
    "quotes": lazy_gettext("A quotation mark is opened and never closed."),
    "whole_number": lazy_gettext("A whole number is needed."),
    "truth": lazy_gettext("Write yes, or leave it empty."),
    "twice": lazy_gettext("This rule has another row above. Keep one."),
    "changed_since": lazy_gettext("Somebody changed this rule since the file was exported. Export again, then edit."),
}


def format_weight(weight: float | None) -> str:
    """A learned or chosen weight, "0.7"; a dash if there is none."""
    return "–" if weight is None else f"{weight:.2g}"
