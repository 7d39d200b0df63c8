from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog import Catalog
from catalog.__main__ import main
from catalog.accounts.audit import AuditLog
from catalog.browsing.public_attributes import PublicAttributes, is_descriptive
from catalog.errors import UnknownAttributeError

TRADE = (
    *("Wholesale price", "Cost per item", "cost", "margin", "Supplier", "supplier_sku", "vendor", "stock_level"),
    *("EAN", "tags", "notes", "internal_id", "material cost", "price_eur", "compare_at_price", "discount", "", "  "),
)


@pytest.fixture
def dresses(draw: Callable[..., Path], write_table: Callable[..., Path]) -> Path:
    rows = [
        {
            "product_id": f"dress-{number}",
            "category": "Dresses",
            "image": str(draw(f"dress-{number}.jpg")),
            "Fabric": "linen",
            "Wholesale price": f"{number}1.50",
        }
        for number in range(3)
    ]
    return write_table("dresses.csv", rows)


@pytest.mark.parametrize(
    "name", ["material", "Material", "sleeve_length", "subCategory", "Sleeve-Length", "Composición"]
)
def test_a_name_that_describes_the_article_is_public(name: str) -> None:
    """However a shop writes it, in English or Spanish."""
    assert is_descriptive(name)


@pytest.mark.parametrize("name", TRADE)
def test_a_name_of_the_trade_is_private(name: str) -> None:
    """Whatever is not on the list is not meant for shoppers, as far as anybody knows."""
    assert not is_descriptive(name)


def test_a_column_that_nobody_published_stays_inside(
    catalog: Catalog, dresses: Path, load: Callable[..., object]
) -> None:
    """The source has it, and the public doesn't see it."""
    load(dresses)
    attributes = PublicAttributes(catalog.database)
    assert attributes.of(catalog.product("dress-1")) == {"Fabric": "linen"}
    listed = [(one.name, one.products, one.example, one.public) for one in attributes.all()]
    assert listed == [("Fabric", 3, "linen", True), ("Wholesale price", 3, "01.50", False)]


def test_people_decide(catalog: Catalog, dresses: Path, load: Callable[..., object]) -> None:
    """Either way, at once, and it is in the audit log; an import changes nothing of it."""
    load(dresses)
    attributes = PublicAttributes(catalog.database)
    attributes.choose("Wholesale price", True, by="ana")
    attributes.choose("Fabric", False, by="ana")
    assert attributes.of(catalog.product("dress-1")) == {"Wholesale price": "11.50"}
    attributes.choose("Wholesale price", False, by="bob")
    load(dresses)
    assert attributes.of(catalog.product("dress-1")) == {}
    assert [(one.name, one.decided_by) for one in attributes.all()] == [("Fabric", "ana"), ("Wholesale price", "bob")]
    log = AuditLog(catalog.database).entries(3)
    assert [(one.by, one.action, one.subject) for one in log] == [
        ("bob", "attribute hidden", "Wholesale price"),
        ("ana", "attribute hidden", "Fabric"),
        ("ana", "attribute published", "Wholesale price"),
    ]


def test_an_attribute_that_no_product_has_is_refused(catalog: Catalog) -> None:
    """A mistyped name would publish something else one day."""
    with pytest.raises(UnknownAttributeError, match="Fabrik"):
        PublicAttributes(catalog.database).choose("Fabrik", True, by="ana")


def test_the_command_line_shows_and_changes_it(dresses: Path) -> None:
    """For shops without the studio."""
    run = CliRunner().invoke
    assert run(main, ["import", str(dresses)]).exit_code == 0
    assert "private          3 products  Wholesale price" in run(main, ["attributes"]).output
    changed = run(main, ["attributes", "--publish", "Wholesale price"])
    assert "public           3 products  Wholesale price, decided by command line" in changed.output
    assert run(main, ["attributes", "--hide", "nothing"]).exit_code == 1
