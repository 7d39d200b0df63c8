"""What the boutique sells."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from catalog.demo.assortment import plan_assortment
from catalog.demo.designs import DemoProduct
from catalog.demo.palette import COLOURS

FIVE_CLASSES = {"MEN_Coats", "MEN_Hood", "MEN_Suits", "WOMEN_Coats", "WOMEN_Hood"}


@pytest.fixture(scope="module")
def products() -> list[DemoProduct]:
    return plan_assortment(7)


def test_there_are_enough_products_in_every_category(products: list[DemoProduct]) -> None:
    """At least 400 products; the article's classes are the largest, none is too small to learn from."""
    sizes = Counter(product.design.category for product in products)
    assert len(products) >= 400
    assert set(sizes) > FIVE_CLASSES
    assert min(sizes.values()) >= 15
    assert min(sizes[name] for name in FIVE_CLASSES) >= 30


def test_every_design_comes_in_two_to_four_colours(products: list[DemoProduct]) -> None:
    """Variants share a group, a category and a cut, and differ in colour."""
    variants = defaultdict(list)
    for product in products:
        variants[product.design.group_id].append(product)
    for group in variants.values():
        assert 2 <= len(group) <= 4
        assert len({product.colour.name for product in group}) == len(group)
        assert len({product.design for product in group}) == 1


def test_ids_and_titles_are_unique(products: list[DemoProduct]) -> None:
    """A shopper can tell any two products apart by their titles."""
    assert len({product.product_id for product in products}) == len(products)
    assert len({product.title for product in products}) == len(products)


@pytest.mark.parametrize("seed", [0, 7, 12345])
def test_one_variant_of_each_design_has_a_shopper_photo(seed: int) -> None:
    """So every category has some, and there are at least 120 whatever the seed."""
    photographed = [product for product in plan_assortment(seed) if product.has_shopper_photo]
    assert len(photographed) >= 120
    assert len({product.design.group_id for product in photographed}) == len(photographed)
    assert {p.design.group_id for p in photographed} == {p.design.group_id for p in plan_assortment(seed)}


def test_about_one_product_in_eight_is_out_of_stock(products: list[DemoProduct]) -> None:
    """Enough to see what a shop does with them."""
    share = sum(not product.in_stock for product in products) / len(products)
    assert 0.07 < share < 0.19


def test_facts_are_plausible(products: list[DemoProduct]) -> None:
    """Prices, genders and colours lie in their ranges, and each product has a sentence about it."""
    for product in products:
        assert 1000 <= product.design.price_cents <= 60000
        assert product.design.gender in {"Men", "Women", "Unisex"}
        assert COLOURS[product.colour.slug] is product.colour
        assert product.design.description.endswith(".")


def test_the_assortment_depends_on_its_seed_alone(products: list[DemoProduct]) -> None:
    """Planned again it is the same; planned for another seed it is another."""
    assert plan_assortment(7) == products
    assert plan_assortment(8) != products


def test_designs_of_a_category_are_cut_differently(products: list[DemoProduct]) -> None:
    """No two groups share both cut and cloth: each can be recognised."""
    designs = {product.design.group_id: product.design for product in products}
    assert len({(design.cut, design.fabric) for design in designs.values()}) == len(designs)
