"""Titles, brands, categories and options without the markup that some exports leave in them."""

from dataclasses import replace

from catalog.feeds.exports.html_text import plain_name
from catalog.feeds.exports.offers import Group, Offer

_FACTS = ("category_path", "material", "tags")  # those that people read


def with_plain_names(group: Group) -> Group:
    """The group with names as people are to read them."""
    offers = [_plain_offer(offer) if _has_marks(offer) else offer for offer in group.offers]
    return replace(group, offers=offers)


def _has_marks(offer: Offer) -> bool:
    texts = (offer.title, offer.category, offer.brand, *offer.options, *offer.options.values())
    named = (*offer.further_categories, *(offer.facts.get(name, "") for name in _FACTS))
    return any("&" in text or "<" in text for text in (*texts, *named))


def _plain_offer(offer: Offer) -> Offer:
    facts = {name: plain_name(text) if name in _FACTS else text for name, text in offer.facts.items()}
    return replace(
        offer,
        title=plain_name(offer.title),
        category=plain_name(offer.category),
        brand=plain_name(offer.brand),
        further_categories=tuple(map(plain_name, offer.further_categories)),
        options={plain_name(name): plain_name(value) for name, value in offer.options.items()},
        facts=facts,
    )
