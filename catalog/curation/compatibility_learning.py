"""What goes with what, learned: kinds and genders say what can, shoppers' clicks say what does.

Categories of one kind ("role") don't go together, and the more two share their genders, the better they do. That prior
counts as much as ``PRIOR_CLICKS`` clicks, so a few clicks move little and many decide.
"""

from collections.abc import Mapping

from catalog.curation.compatibility import Learned

PRIOR_CLICKS = 50
FLOOR = 0.2  # what could go with it is still shown now and then: what is never shown can't be clicked
_NO_OVERLAP = 0.05  # below it, a category for men beside one for women, a pair is never offered
_UNISEX = frozenset({"unisex", "all", "any", "everyone"})

Genders = Mapping[str, Mapping[str | None, int]]


def learn_compatibility(
    roles: Mapping[str, str], genders: Genders, clicks: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], Learned]:
    """The weight of each ordered pair of different categories, 1 for the best companion of each.

    Args:
        roles: category -> what kind of thing it is; a category without one is a kind of its own.
        genders: category -> gender -> products; None: the catalogue doesn't say.
        clicks: (searched category, clicked companion's category) -> times.

    Returns:
        Nothing for a category that no other can go with, as in a shop that sells one kind only.
    """
    learned: dict[tuple[str, str], Learned] = {}
    for category in genders:
        prior = {
            other: _overlap(genders[category], genders[other])
            * (roles.get(category, category) != roles.get(other, other))
            for other in genders
            if other != category
        }
        learned |= _weigh(category, prior, clicks)
    return learned


def _weigh(
    category: str, prior: Mapping[str, float], clicks: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], Learned]:
    total = sum(prior.values())
    if not total:
        return {}
    counted = {other: clicks.get((category, other), 0) for other in prior}
    shares = {other: counted[other] + PRIOR_CLICKS * prior[other] / total for other in prior if prior[other]}
    best = max(shares.values())
    return {
        (category, other): Learned(
            round(max(FLOOR, shares[other] / best), 3) if other in shares else 0.0, counted[other]
        )
        for other in prior
    }


def _overlap(one: Mapping[str | None, int], other: Mapping[str | None, int]) -> float:
    """The share of products that find one of their gender, or for everyone, in the other category; 0 to 1."""
    first, second = _shares(one), _shares(other)
    open_first, open_second = first.pop("", 0.0), second.pop("", 0.0)
    shared = sum(min(share, second.get(gender, 0.0)) for gender, share in first.items())
    overlap = min(1.0, shared + max(open_first, open_second))
    return overlap if overlap >= _NO_OVERLAP else 0.0


def _shares(counts: Mapping[str | None, int]) -> dict[str, float]:
    """Gender -> share of a category's products; "" for everyone or unknown."""
    total = sum(counts.values()) or 1
    found: dict[str, float] = {}
    for gender, count in counts.items():
        folded = "" if gender is None or gender.casefold() in _UNISEX else gender.casefold()
        found[folded] = found.get(folded, 0.0) + count / total
    return found
