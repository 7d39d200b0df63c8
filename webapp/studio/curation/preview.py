"""The preview of a rule: what shoppers see today and what they would see with the rule, side by side."""

from dataclasses import dataclass

from catalog import Product
from catalog.curation.rule_terms import CATEGORY, PRODUCT, RuleTerms
from catalog.errors import UnknownProductError as NotInCatalog
from catalog.result_lists import GOES_WITH, SIMILAR
from search.errors import BundleError, IndexUnavailableError, QueryError, UnknownProductError
from search.query import Filters, SearchRequest
from search.ranking.curation import NOTHING
from webapp.services.access import services
from webapp.services.result_items import ResultItem
from webapp.services.storefront import Storefront

SHOWN = 12


@dataclass(frozen=True)
class PreviewCard:
    """A product in one of the two lists."""

    item: ResultItem
    place: int  # from 1
    before: int | None  # its place in the other list; None: the product isn't in it
    moved: bool  # whether the rule is about this product


@dataclass(frozen=True)
class Preview:
    """A list beside a product, now and with the rule."""

    sample: Product
    now: tuple[PreviewCard, ...]
    then: tuple[PreviewCard, ...]

    @property
    def changes(self) -> bool:
        """Whether the rule changes anything that is shown here."""
        return [card.item.product.product_id for card in self.now] != [
            card.item.product.product_id for card in self.then
        ]


def preview(terms: RuleTerms, sample: str, instead_of: int | None) -> Preview | str:
    """Both lists; or the reason why there are none: "no_index", "not_indexed", "no_sample".

    Args:
        terms: of the rule, which is shown as if it were active.
        sample: the product whose list to show, if the rule names none; "": one on which the rule's effect shows.
        instead_of: the id of the rule that this one replaces.
    """
    storefront = services().storefront
    try:
        product = _choose_sample(storefront, terms, sample)
        if product is None:
            return "no_sample"
        name, curator = terms.list_name, storefront.curator
        now = curator.curation(name, product.product_id, product.category)
        then = curator.preview(name, product.product_id, product.category, terms, instead_of)
        lists = [storefront.preview(name, product, SHOWN, one) for one in (now, then)]
    except (IndexUnavailableError, BundleError):
        return "no_index"
    except (UnknownProductError, NotInCatalog):
        return "not_indexed"
    places = [{item.product.product_id: place for place, item in enumerate(one, 1)} for one in lists]
    cards = [
        tuple(
            PreviewCard(item, place, other.get(item.product.product_id), _is_meant(terms, item.product))
            for place, item in enumerate(one, 1)
        )
        for one, other in zip(lists, reversed(places), strict=True)
    ]
    return Preview(product, *cards)


def _choose_sample(storefront: Storefront, terms: RuleTerms, sample: str) -> Product | None:
    """The product in whose list the rule's effect most likely shows."""
    if terms.anchor_kind == PRODUCT:
        return storefront.catalog.product(terms.anchor)
    if sample:
        product = storefront.catalog.product(sample)
        if terms.anchor_kind != CATEGORY or product.category == terms.anchor:
            return product
    found = _near_target(storefront, terms)
    if found is None and terms.anchor_kind == CATEGORY:
        found = next(iter(storefront.catalog.in_category(terms.anchor, 1)), None)
    return found or next(iter(storefront.catalog.newest(1)), None)


def _near_target(storefront: Storefront, terms: RuleTerms) -> Product | None:
    if terms.target_kind == CATEGORY:
        near = storefront.catalog.in_category(terms.target, 1)
        if not near or (terms.list_name == SIMILAR and terms.anchor_kind != CATEGORY):
            return near[0] if near else None
        target = near[0]
    else:
        target = storefront.catalog.product(terms.target)
    filters = Filters(categories=(terms.anchor,)) if terms.anchor_kind == CATEGORY else Filters()
    try:
        if terms.list_name == GOES_WITH and terms.anchor_kind != CATEGORY:
            hits = storefront.preview(GOES_WITH, target, 1, NOTHING)
        else:
            hits = storefront.similar(target, SearchRequest(limit=1, filters=filters))
    except (UnknownProductError, QueryError):
        return None
    return hits[0].product if hits else None


def _is_meant(terms: RuleTerms, product: Product) -> bool:
    return terms.target == (product.product_id if terms.target_kind == PRODUCT else product.category)
