"""For whom products and photos are."""

from typing import Any

import pyarrow as pa
import pytest

from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.ranking.genders import NearProduct, ProductGenders

# Category, the catalogue's gender, what the network sees.
ROWS = [
    ("MEN_Coats", None, "Women"),
    ("MEN_Coats", None, "Women"),
    ("Dresses", "Women", "Men"),
    ("Dresses", None, "Men"),
    ("Bags", "everyone", "Women"),
    ("Bags", None, "Women"),
    ("Bags", "men", "Women"),
    ("Gifts", None, None),
]


@pytest.fixture
def genders() -> ProductGenders:
    rows: list[dict[str, Any]] = [
        {
            **dict.fromkeys(PRODUCT_SCHEMA.names),
            "product_id": f"p{number}",
            "category": category,
            "gender": gender,
            "seen_gender": seen,
            "in_stock": True,
        }
        for number, (category, gender, seen) in enumerate(ROWS)
    ]
    return ProductGenders(ProductColumns(pa.Table.from_pylist(rows, schema=PRODUCT_SCHEMA)))


def near(*positions: int, same: bool = False) -> list[NearProduct]:
    return [NearProduct(position, same and not place) for place, position in enumerate(positions)]


def test_the_catalogue_counts_before_the_category_and_that_before_the_network(genders: ProductGenders) -> None:
    """A man's coat in which the network sees a woman is for men."""
    found = [genders.of(position) for position in range(len(ROWS))]
    assert found == ["Men", "Men", "Women", "Women", "Unisex", "Women", "Men", None]


def test_what_fits_is_for_the_same_people_for_everyone_or_for_nobody_knows_whom(genders: ProductGenders) -> None:
    """Whoever's thing is for everyone gets everything."""
    assert genders.fit("Men").tolist() == [True, True, False, False, True, False, True, True]
    assert genders.fit("Girls").tolist() == [False] * 4 + [True, False, False, True]
    assert genders.fit("Unisex").all()
    assert genders.fit(None).all()


def test_a_claimed_category_decides_for_whom_a_photo_is(genders: ProductGenders) -> None:
    """Whatever is nearest to it; a category of everybody's things decides nothing."""
    assert genders.of_photo("MEN_Coats", near(2, 3, same=True)) == "Men"
    assert genders.of_photo("Bags", near(2, 6, same=True)) == "Women"
    assert genders.of_photo("Boys' hats", near(2)) == "Boys", "no product has this category yet"


def test_otherwise_the_same_product_decides_and_then_most_of_the_nearest(genders: ProductGenders) -> None:
    """Of two genders that are equally frequent, the nearer one."""
    assert genders.of_photo(None, near(6, 2, 3, same=True)) == "Men"
    assert genders.of_photo(None, near(6, 2, 3)) == "Women"
    assert genders.of_photo(None, near(7, 6, 2)) == "Men"
    assert genders.of_photo(None, near(7)) is None
    assert genders.of_photo(None, []) is None
