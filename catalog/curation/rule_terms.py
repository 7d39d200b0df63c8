"""The terms of a curation rule, and whether they make sense."""

from dataclasses import asdict, dataclass
from datetime import date

from catalog.errors import RuleError
from catalog.result_lists import LISTS

PIN, BOOST, BURY, HIDE = "pin", "boost", "bury", "hide"
ACTIONS = (PIN, BOOST, BURY, HIDE)
EVERYWHERE, PRODUCT, CATEGORY = "everywhere", "product", "category"
ANCHOR_KINDS = (EVERYWHERE, PRODUCT, CATEGORY)
TARGET_KINDS = (PRODUCT, CATEGORY)
LAST_POSITION = 100  # hardly anybody looks further
STRENGTHS = (1, 2, 3)
LONGEST_NOTE = 500  # characters

# Code -> what is wrong with the terms; the studio translates the codes by texts of its own.
PROBLEMS = {
    "list": f"list must be one of {', '.join(LISTS)}",
    "action": f"action must be one of {', '.join(ACTIONS)}",
    "anchor_kind": f"where it holds must be one of {', '.join(ANCHOR_KINDS)}",
    "anchor_missing": "the product or category that the list stands beside is missing",
    "anchor_extra": "a rule that holds everywhere stands beside no product or category",
    "target_kind": f"what is moved must be one of {', '.join(TARGET_KINDS)}",
    "target_missing": "the product or category that is moved is missing",
    "target_itself": "a product is never in its own list",
    "pin_category": "only a product can be pinned, not a category",
    "position": f"a pin needs a position, a whole number from 1 to {LAST_POSITION}",
    "position_extra": "only a pin has a position",
    "strength": f"a boost or burial needs a strength from {STRENGTHS[0]} to {STRENGTHS[-1]}",
    "strength_extra": "only a boost or burial has a strength",
    "day": "a day is written as 2026-12-31",
    "days_swapped": "the last day is before the first",
    "note_long": f"a note has at most {LONGEST_NOTE} characters",
    "unknown_product": "the catalogue has no such product",
    "unknown_category": "the catalogue has no such category",
}


@dataclass(frozen=True)
class RuleTerms:
    """The terms of a rule. Its days are in UTC, the first and the last day included; None: that end is open."""

    list_name: str  # one of LISTS
    action: str  # one of ACTIONS
    target: str  # a product id or a category
    target_kind: str = PRODUCT
    anchor: str = ""  # the product or category whose lists the rule changes; "" everywhere
    anchor_kind: str = EVERYWHERE
    position: int | None = None  # of a pin, from 1
    strength: int | None = None  # of a boost or burial, one of STRENGTHS
    first_day: str | None = None  # ISO 8601
    last_day: str | None = None
    paused: bool = False
    note: str = ""

    def facts(self) -> dict[str, object]:
        """Name -> value of the terms that are set, for the audit log."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "", False)}

    def describe(self) -> str:
        """The rule in one line, for the audit log, such as ``pin coat-1 in similar of coat-2``."""
        return f"{self.action} {self.target} in {self.list_name} of {self.anchor or EVERYWHERE}"


def find_problems(terms: RuleTerms) -> dict[str, str]:
    """The form's field -> a code of PROBLEMS, where the terms make no sense; empty if they do."""
    found: dict[str, str] = {}
    if terms.list_name not in LISTS:
        found["list"] = "list"
    if terms.action not in ACTIONS:
        found["action"] = "action"
    if terms.anchor_kind not in ANCHOR_KINDS:
        found["anchor_kind"] = "anchor_kind"
    elif bool(terms.anchor) == (terms.anchor_kind == EVERYWHERE):
        found["anchor"] = "anchor_extra" if terms.anchor else "anchor_missing"
    found |= _find_target_problems(terms) | _find_number_problems(terms) | _find_day_problems(terms)
    if len(terms.note) > LONGEST_NOTE:
        found["note"] = "note_long"
    return found


def check_terms(terms: RuleTerms) -> None:
    """Raise RuleError, with all problems, if the terms make no sense."""
    problems = find_problems(terms)
    if problems:
        raise RuleError("; ".join(PROBLEMS[code] for code in problems.values()) + ".", problems)


def _find_target_problems(terms: RuleTerms) -> dict[str, str]:
    if terms.target_kind not in TARGET_KINDS:
        return {"target_kind": "target_kind"}
    if not terms.target:
        return {"target": "target_missing"}
    if terms.action == PIN and terms.target_kind == CATEGORY:
        return {"target": "pin_category"}
    if terms.target_kind == terms.anchor_kind == PRODUCT and terms.target == terms.anchor:
        return {"target": "target_itself"}
    return {}


def _find_number_problems(terms: RuleTerms) -> dict[str, str]:
    found = {}
    if terms.action == PIN:
        if terms.position is None or not 1 <= terms.position <= LAST_POSITION:
            found["position"] = "position"
    elif terms.position is not None:
        found["position"] = "position_extra"
    if terms.action in (BOOST, BURY):
        if terms.strength not in STRENGTHS:
            found["strength"] = "strength"
    elif terms.strength is not None:
        found["strength"] = "strength_extra"
    return found


def _find_day_problems(terms: RuleTerms) -> dict[str, str]:
    found = {}
    for name, day in (("first_day", terms.first_day), ("last_day", terms.last_day)):
        if day is not None and not _is_day(day):
            found[name] = "day"
    if not found and terms.first_day and terms.last_day and terms.last_day < terms.first_day:
        found["last_day"] = "days_swapped"
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
