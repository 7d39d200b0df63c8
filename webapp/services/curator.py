"""Turns the stored rules of curation into what the search understands, for one list at a time.

For every list the curator asks the database for one number, the revision. It reads the rules again only when the
revision or the day has changed. So a rule acts on the very next request in every process.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from catalog.curation.change_log import read_revision
from catalog.curation.compatibility import CompatibilityStore
from catalog.curation.rule_references import read_sold_out
from catalog.curation.rule_terms import BURY, CATEGORY, HIDE, PIN, PRODUCT, RuleTerms
from catalog.curation.rules import Rule, RuleStore, today
from catalog.curation.source_links import SourceLinkStore
from catalog.curation.supercategories import SupercategoryStore
from catalog.result_lists import GOES_WITH, SIMILAR
from catalog.storage.database import Database
from search.ranking.curation import Curation, Curations, Pin

# What a rule of each strength adds to a score. Scores of neighbouring cards differ by some hundredths; a category that
# is predicted for sure adds 0.15.
GAINS = {1: 0.05, 2: 0.15, 3: 0.4}
_MOST_LISTS = 4096  # lists that a process remembers; beyond that number it forgets all of them

_Key = tuple[str, str | None, str | None]


class Curator:
    """Gives the curation of each list. One object serves all threads of a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules = RuleStore(database)
        self._compatibility = CompatibilityStore(database)
        self._supercategories = SupercategoryStore(database)
        self._links = SourceLinkStore(database)
        self._lock = threading.Lock()
        self._stamp: tuple[int, date] | None = None  # the revision and the day of the remembered lists
        self._lists: dict[_Key, Curation] = {}

    def of_photo(self, similar_category: str | None, goes_with_category: str | None) -> Curations:
        """The curation of the answer to a photo, by the category of each list; raises as ``curation`` does."""
        stamp = (read_revision(self._database), today())
        return Curations(
            self._remembered(stamp, (SIMILAR, None, similar_category)),
            self._remembered(stamp, (GOES_WITH, None, goes_with_category)),
        )

    def curation(self, list_name: str, product_id: str | None, category: str | None) -> Curation:
        """The curation of a list as it is now.

        Args:
            list_name: SIMILAR or GOES_WITH.
            product_id: the product that the list stands beside; None for the answer to a photo.
            category: the category of that product or, if it is known, of the photo.

        Raises:
            DatabaseError: the rules can't be read.
        """
        return self._remembered((read_revision(self._database), today()), (list_name, product_id, category))

    def _remembered(self, stamp: tuple[int, date], key: _Key) -> Curation:
        list_name, product_id, category = key
        with self._lock:
            if self._stamp != stamp or len(self._lists) >= _MOST_LISTS:
                self._stamp, self._lists = stamp, {}
            known = self._lists.get(key)
        if known is None:
            rules = self._rules.active(list_name, product_id, category, stamp[1])
            known = self._build(list_name, product_id, category, [rule.terms for rule in rules])
            with self._lock:
                if self._stamp == stamp:
                    self._lists[key] = known
        return self._without_sold_out(known)

    def preview(
        self, list_name: str, product_id: str, category: str, terms: RuleTerms | None, instead_of: int | None
    ) -> Curation:
        """The curation of a list as it would be with one more rule, on the first day on which that rule holds.

        Args:
            list_name: SIMILAR or GOES_WITH.
            product_id: the product that the list stands beside.
            category: the category of that product.
            terms: what the new rule says; None adds no rule.
            instead_of: the id of the rule that is left out, because the new one replaces it.
        """
        day = max(today(), date.fromisoformat(terms.first_day)) if terms and terms.first_day else today()
        rules = [
            rule for rule in self._rules.active(list_name, product_id, category, day) if rule.rule_id != instead_of
        ]
        return self._without_sold_out(self._build(list_name, product_id, category, _with(rules, terms, instead_of)))

    def _build(
        self, list_name: str, product_id: str | None, category: str | None, terms: Sequence[RuleTerms]
    ) -> Curation:
        weights = self._compatibility.weights(category) if list_name == GOES_WITH and category is not None else {}
        kinds = self._supercategories.chosen() if list_name == GOES_WITH else {}
        built = build_curation(terms, weights)
        return replace(
            built, supercategories=kinds, pins=built.pins + self._pins_of_source(list_name, product_id, terms)
        )

    def _pins_of_source(self, list_name: str, product_id: str | None, terms: Sequence[RuleTerms]) -> tuple[Pin, ...]:
        """What the product's source names for the list; a rule for the same two products takes a link's place."""
        if product_id is None:
            return ()
        ruled = {one.target for one in terms if one.anchor_kind == PRODUCT and one.target_kind == PRODUCT}
        links = self._links.targets(list_name, product_id)
        return tuple(Pin(target, position) for target, position in links if target not in ruled)

    def _without_sold_out(self, curation: Curation) -> Curation:
        """Leaves out pins of products that were sold out since the index was built; the catalogue knows of them."""
        if not curation.pins:
            return curation
        sold_out = read_sold_out(self._database, {pin.product_id for pin in curation.pins})
        return replace(curation, pins=tuple(pin for pin in curation.pins if pin.product_id not in sold_out))


def build_curation(terms: Iterable[RuleTerms], weights: dict[str, float]) -> Curation:
    """The curation that some rules add up to.

    Args:
        terms: the rules, the most important one first; boosts and burials of the same product are added up.
        weights: how well each other category goes with the list's category, by its name.
    """
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
    """The terms of the rules and of one more, in the order of importance: a new rule comes before its equals."""
    if terms is None:
        return [rule.terms for rule in rules]
    rank = {PRODUCT: 0, CATEGORY: 1}
    own = (rank.get(terms.anchor_kind, 2), -(instead_of or 1 << 60))
    ranked = [((rank.get(rule.terms.anchor_kind, 2), -rule.rule_id), rule.terms) for rule in rules]
    return [one for _, one in sorted([*ranked, (own, terms)], key=lambda entry: entry[0])]
