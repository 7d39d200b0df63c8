"""Learns which categories go together, from a prior and from shoppers' clicks.

The prior says that categories of one supercategory don't go together, and that other categories go together the better,
the more their products' genders overlap. It counts as much as ``PRIOR_CLICKS`` clicks, so that a few clicks change
little and many clicks decide.
"""

from collections.abc import Mapping

from catalog.curation.compatibility import LearnedWeight

PRIOR_CLICKS = 50
FLOOR = 0.2  # smallest weight of a possible pair: a pair that is never shown can't be clicked
_NO_OVERLAP = 0.05  # smaller overlaps, as of a category for men and one for women, count as none
_UNISEX = frozenset({"unisex", "all", "any", "everyone"})

Genders = Mapping[str, Mapping[str | None, int]]


def learn_compatibility(
    supercategories: Mapping[str, str], genders: Genders, clicks: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], LearnedWeight]:
    """Learn the weight of each ordered pair of different categories; the best partner of each category has weight 1.

    Args:
        supercategories: category -> supercategory; a category without one is a supercategory of its own.
        genders: category -> gender -> number of products; gender None: the catalogue doesn't say.
        clicks: (predicted category, category of the opened product) -> number of clicks.

    Returns:
        (category, other category) -> weight. Pairs of a category are absent if no other category can go with it, as in
        a shop with one supercategory.
    """
    learned: dict[tuple[str, str], LearnedWeight] = {}
    for category in genders:
        prior = {
            other: _overlap(genders[category], genders[other])
            * (supercategories.get(category, category) != supercategories.get(other, other))
            for other in genders
            if other != category
        }
        learned |= _weigh(category, prior, clicks)
    return learned


def _weigh(
    category: str, prior: Mapping[str, float], clicks: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], LearnedWeight]:
    total = sum(prior.values())
    if not total:
        return {}
    counted = {other: clicks.get((category, other), 0) for other in prior}
    shares = {other: counted[other] + PRIOR_CLICKS * prior[other] / total for other in prior if prior[other]}
    best = max(shares.values())
    return {
        (category, other): LearnedWeight(
            round(max(FLOOR, shares[other] / best), 3) if other in shares else 0.0, counted[other]
        )
        for other in prior
    }


def _overlap(one: Mapping[str | None, int], other: Mapping[str | None, int]) -> float:
    """The share of products that have a partner for their gender or for everyone in the other category, 0 to 1."""
    first, second = _shares(one), _shares(other)
    open_first, open_second = first.pop("", 0.0), second.pop("", 0.0)
    shared = sum(min(share, second.get(gender, 0.0)) for gender, share in first.items())
    overlap = min(1.0, shared + max(open_first, open_second))
    return overlap if overlap >= _NO_OVERLAP else 0.0


def _shares(counts: Mapping[str | None, int]) -> dict[str, float]:
    """Gender -> share of a category's products; "" stands for everyone and for an unknown gender."""
    total = sum(counts.values()) or 1
    found: dict[str, float] = {}
    for gender, count in counts.items():
        folded = "" if gender is None or gender.casefold() in _UNISEX else gender.casefold()
        found[folded] = found.get(folded, 0.0) + count / total
    return found
