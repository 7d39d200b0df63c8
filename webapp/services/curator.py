"""From stored rules to what the search understands: the decisions that shape one list, as they are right now.

Every list asks the database for one number, the revision; only when that has changed, or the day, are rules read anew.
So a rule acts on the very next request in every process.
"""

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from catalog.database import Database
from catalog.decisions.changes import read_revision
from catalog.decisions.compatibility import CompatibilityStore
from catalog.decisions.named_things import read_sold_out
from catalog.decisions.rule_terms import BURY, CATEGORY, GOES_WITH, HIDE, PIN, PRODUCT, RuleTerms
from catalog.decisions.rules import Rule, RuleStore, today
from search.curation import Curation, Pin

# What a score gains or loses; likeness differs by some hundredths from card to card, a sure category is worth 0.15.
GAINS = {1: 0.05, 2: 0.15, 3: 0.4}
_MOST_LISTS = 4096  # remembered by a process; then it begins again

_Key = tuple[str, str | None, str | None]


class Curator:
    """The decisions about each list; one object serves a whole process, all its threads included."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules = RuleStore(database)
        self._compatibility = CompatibilityStore(database)
        self._lock = threading.Lock()
        self._stamp: tuple[int, date] | None = None  # what the remembered lists are of
        self._lists: dict[_Key, Curation] = {}

    def curation(self, list_name: str, product_id: str | None, category: str | None) -> Curation:
        """What holds now for a list beside a product, or for a photo's (no product, its category if that is known).

        Raises:
            DatabaseError: the rules can't be read.
        """
        stamp, key = (read_revision(self._database), today()), (list_name, product_id, category)
        with self._lock:
            if self._stamp != stamp or len(self._lists) >= _MOST_LISTS:
                self._stamp, self._lists = stamp, {}
            known = self._lists.get(key)
        if known is None:
            rules = self._rules.active(list_name, product_id, category, stamp[1])
            known = self._build(list_name, category, (rule.terms for rule in rules))
            with self._lock:
                if self._stamp == stamp:
                    self._lists[key] = known
        return self._without_sold_out(known)

    def preview(
        self, list_name: str, product_id: str, category: str, terms: RuleTerms | None, instead_of: int | None
    ) -> Curation:
        """What would hold with one rule more, on the first day that it holds, and without the one that it replaces.

        Args:
            list_name: which list.
            product_id: the product that the list stands beside.
            category: its category.
            terms: what the new rule says; None: only take away.
            instead_of: the id of a rule that is left out.
        """
        day = max(today(), date.fromisoformat(terms.first_day)) if terms and terms.first_day else today()
        rules = [
            rule for rule in self._rules.active(list_name, product_id, category, day) if rule.rule_id != instead_of
        ]
        return self._without_sold_out(self._build(list_name, category, _with(rules, terms, instead_of)))

    def _build(self, list_name: str, category: str | None, terms: Iterable[RuleTerms]) -> Curation:
        weights = self._compatibility.weights(category) if list_name == GOES_WITH and category is not None else {}
        return build_curation(terms, weights)

    def _without_sold_out(self, curation: Curation) -> Curation:
        """The catalogue may know of what was sold since the index was built."""
        if not curation.pins:
            return curation
        sold_out = read_sold_out(self._database, {pin.product_id for pin in curation.pins})
        return replace(curation, pins=tuple(pin for pin in curation.pins if pin.product_id not in sold_out))


def build_curation(terms: Iterable[RuleTerms], weights: dict[str, float]) -> Curation:
    """Rules as the search takes them, the one that counts most first; boosts of one product add up."""
    pins: list[Pin] = []
    boosts: dict[str, dict[str, float]] = {PRODUCT: {}, CATEGORY: {}}
    hidden: dict[str, set[str]] = {PRODUCT: set(), CATEGORY: set()}
    for one in terms:
        if one.action == PIN:
            pins.append(Pin(one.target, one.position or 1))
        elif one.action == HIDE:
            hidden[one.target_kind].add(one.target)
        else:
            gain = GAINS[one.strength or 1] * (-1 if one.action == BURY else 1)
            boosts[one.target_kind][one.target] = boosts[one.target_kind].get(one.target, 0.0) + gain
    return Curation(
        tuple(pins), boosts[PRODUCT], boosts[CATEGORY], frozenset(hidden[PRODUCT]), frozenset(hidden[CATEGORY]), weights
    )


def _with(rules: list[Rule], terms: RuleTerms | None, instead_of: int | None) -> list[RuleTerms]:
    """The terms of rules and of one more, in the place that it will have: a new one comes before its equals."""
    if terms is None:
        return [rule.terms for rule in rules]
    rank = {PRODUCT: 0, CATEGORY: 1}
    own = (rank.get(terms.anchor_kind, 2), -(instead_of or 1 << 60))
    ranked = [((rank.get(rule.terms.anchor_kind, 2), -rule.rule_id), rule.terms) for rule in rules]
    return [one for _, one in sorted([*ranked, (own, terms)], key=lambda entry: entry[0])]
