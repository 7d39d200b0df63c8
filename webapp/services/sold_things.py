"""Which of the things in a photo the shop sells anything like, so that nothing else is offered to be searched for."""

from collections.abc import Iterable, Mapping

from catalog.curation.supercategories import SupercategoryStore
from search.errors import BundleError, IndexUnavailableError
from search.model.things import Thing
from search.words.supercategory_names import supercategory_in_name
from webapp.services.access import services

# Kind of thing -> the supercategories that hold such things, by the model's names and by those of categories' names.
_HELD_BY: dict[str, frozenset[str]] = {
    "coat": frozenset({"Topwear", "Apparel Set"}),
    "top": frozenset({"Topwear", "Apparel Set"}),
    "bottom": frozenset({"Bottomwear", "Apparel Set"}),
    "dress": frozenset({"Dress", "Saree"}),
    "bag": frozenset({"Bags", "Wallets"}),
    "shoes": frozenset({"Shoes", "Sandal", "Flip Flops"}),
    "hat": frozenset({"Headwear", "Accessories"}),
    "scarf": frozenset({"Scarves", "Mufflers", "Stoles", "Accessories"}),
    "legwear": frozenset({"Socks", "Stockings"}),
}


def keep_sold(things: Iterable[Thing]) -> tuple[Thing, ...]:
    """The things of kinds that some category holds, in their order."""
    try:
        engine = services().storefront.index.current()
    except (IndexUnavailableError, BundleError):
        return tuple(things)
    chosen = SupercategoryStore(services().catalog.database).chosen()
    return keep_held(things, engine.categories, engine.supercategories | chosen, chosen)


def keep_held(
    things: Iterable[Thing], categories: Iterable[str], known: Mapping[str, str], chosen: Mapping[str, str]
) -> tuple[Thing, ...]:
    """The things that categories hold. A category of which nothing is known may hold anything, so then all stay.

    Args:
        things: of a photo.
        categories: that the shop sells.
        known: category -> supercategory, guessed by photos or chosen by hand.
        chosen: those that were chosen by hand, which count before names; names count before guesses.
    """
    held = {chosen.get(one) or supercategory_in_name(one) or known.get(one) for one in categories}
    if None in held:
        return tuple(things)
    return tuple(thing for thing in things if _HELD_BY.get(thing.kind, held) & held)
