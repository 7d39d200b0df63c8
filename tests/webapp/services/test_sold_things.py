"""Only things that some category may hold are offered."""

import pytest

from search.model.things import Thing
from webapp.services.sold_things import keep_held

KINDS = ("coat", "bag", "shoes", "hat", "dress")
THINGS = tuple(Thing(kind, (0.1, 0.1, 0.2, 0.2), 0.9) for kind in KINDS)


@pytest.mark.parametrize(
    ("categories", "known", "chosen", "kept"),
    [
        (["MEN_Coats", "Bags"], {"MEN_Coats": "Dress", "Bags": "Bags"}, {}, ["coat", "bag"]),
        (["Neuheiten"], {"Neuheiten": "Shoes"}, {}, ["shoes"]),
        (["Neuheiten", "Bags"], {"Bags": "Bags"}, {}, list(KINDS)),
        (["Neuheiten"], {"Neuheiten": "Shoes"}, {"Neuheiten": "Headwear"}, ["hat"]),
        (["Vases"], {"Vases": "Home"}, {"Vases": "Home"}, []),
        (["Vestidos de mujer"], {}, {}, ["dress"]),
    ],
)
def test_things_of_kinds_that_nobody_sells_are_left_out(
    categories: list[str], known: dict[str, str], chosen: dict[str, str], kept: list[str]
) -> None:
    """By hand before the name, by the name before the photos; a category that says nothing may hold anything."""
    assert [thing.kind for thing in keep_held(THINGS, categories, known, chosen)] == kept
