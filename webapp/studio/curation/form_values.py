"""Translates between the fields of the form and the terms of a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from catalog.curation.rule_terms import BOOST, BURY, CATEGORY, EVERYWHERE, PIN, PRODUCT, RuleTerms
from catalog.curation.rules import Rule
from catalog.result_lists import SIMILAR
from webapp.http.address_parts import split_address
from webapp.http.parameters import read_number

FIELDS = (
    "list",
    "action",
    "anchor_kind",
    "anchor_product",
    "anchor_category",
    "target_kind",
    "target_product",
    "target_category",
    "position",
    "strength",
    "first_day",
    "last_day",
    "paused",
    "note",
    "sample",
)
_DEFAULTS = {"list": SIMILAR, "action": PIN, "target_kind": PRODUCT, "position": "1", "strength": "2"}
_MOST_CHARACTERS = 2000
_PRODUCT_PAGE = "/products/"


@dataclass(frozen=True)
class RuleForm:
    """The texts in the fields of the form, and the rule that they belong to."""

    values: dict[str, str]
    rule_id: int | None = None  # None: a new rule
    version: int | None = None
    problems: dict[str, str] = field(default_factory=dict)  # field -> code of texts.PROBLEMS

    @property
    def terms(self) -> RuleTerms:
        """The terms that the fields mean; fields that the action or the place doesn't use are ignored."""
        values, action = self.values, self.values["action"]
        anchor_kind = values["anchor_kind"]
        target_kind = PRODUCT if action == PIN else values["target_kind"]
        return RuleTerms(
            list_name=values["list"],
            action=action,
            target=read_product_id(values["target_product"]) if target_kind == PRODUCT else values["target_category"],
            target_kind=target_kind,
            anchor={PRODUCT: read_product_id(values["anchor_product"]), CATEGORY: values["anchor_category"]}.get(
                anchor_kind, ""
            ),
            anchor_kind=anchor_kind,
            position=read_number(values["position"]) if action == PIN else None,
            strength=read_number(values["strength"]) if action in (BOOST, BURY) else None,
            first_day=values["first_day"] or None,
            last_day=values["last_day"] or None,
            paused=bool(values["paused"]),
            note=values["note"],
        )


def blank_form(asked: Mapping[str, str]) -> RuleForm:
    """The form of a new rule, filled in from an address.

    Args:
        asked: any of FIELDS, and as short forms ``product_id`` (the product of the list) and ``target`` (the product to
            move).
    """
    values = {name: _clean(asked.get(name, _DEFAULTS.get(name, ""))) for name in FIELDS}
    values["anchor_product"] = values["anchor_product"] or _clean(asked.get("product_id", ""))
    values["target_product"] = values["target_product"] or _clean(asked.get("target", ""))
    if not values["anchor_kind"]:
        kinds = {PRODUCT: values["anchor_product"], CATEGORY: values["anchor_category"]}
        values["anchor_kind"] = next((kind for kind, named in kinds.items() if named), EVERYWHERE)
    return RuleForm(values)


def sent_form(sent: Mapping[str, str]) -> RuleForm:
    """The form as it was sent."""
    values = {name: _clean(sent.get(name, "")) for name in FIELDS}
    return RuleForm(values, read_number(sent.get("rule_id", "")), read_number(sent.get("version", "")))


def form_of(rule: Rule) -> RuleForm:
    """The form of a stored rule."""
    terms = rule.terms
    values: dict[str, Any] = dict(_DEFAULTS) | {
        "list": terms.list_name,
        "action": terms.action,
        "anchor_kind": terms.anchor_kind,
        "anchor_product": terms.anchor if terms.anchor_kind == PRODUCT else "",
        "anchor_category": terms.anchor if terms.anchor_kind == CATEGORY else "",
        "target_kind": terms.target_kind,
        "target_product": terms.target if terms.target_kind == PRODUCT else "",
        "target_category": terms.target if terms.target_kind == CATEGORY else "",
        "position": terms.position or "1",
        "strength": terms.strength or "2",
        "first_day": terms.first_day,
        "last_day": terms.last_day,
        "paused": "yes" if terms.paused else "",
        "note": terms.note,
    }
    return RuleForm({name: str(values.get(name) or "") for name in FIELDS}, rule.rule_id, rule.version)


def read_product_id(text: str) -> str:
    """A product's id, from the id itself or from the address of the product's page."""
    path = split_address(text).path if text.startswith(("http://", "https://")) else text
    if _PRODUCT_PAGE in path and (path.startswith(_PRODUCT_PAGE) or path != text):
        path = unquote(path.split(_PRODUCT_PAGE, 1)[1])
        return path.removesuffix("/similar")
    return text


def _clean(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:_MOST_CHARACTERS]
