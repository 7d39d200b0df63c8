"""Exports of platforms, from the command line into the catalogue."""

import pytest
from click.testing import CliRunner

from catalog.__main__ import main

HEADER = "Handle,Title,Type,Option1 Name,Option1 Value,Variant Price,Image Src,Variant Image,Cost per item"
ROWS = [
    "coat,Coat,Coats,Color,Red,49.90,https://x/back.jpg,https://x/red.jpg,5.55",
    "coat,,,,Blue,59.90,,https://x/blue.jpg,5.55",
    "mug,Mug,Mugs,Title,Default Title,9.00,https://x/mug.jpg,,",
]


@pytest.fixture
def export(shop, draw):
    """An export whose photos were downloaded into a folder."""
    for number, name in enumerate(("back", "red", "blue", "mug")):
        draw(f"photos/2024/{name}.jpg", shade=number)
    path = shop / "products_export.csv"
    path.write_text("\n".join([HEADER, *ROWS]))
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["import", *map(str, arguments)])


def test_an_export_is_imported_by_its_name_alone(export, shop, catalog):
    """With the folder of the photos and the currency, which it doesn't say."""
    done = run(export, "--images", shop / "photos", "--currency", "eur", "--shop-url", "https://shop.example")
    assert done.exit_code == 0, done.output
    assert "3: 3 added" in done.output
    assert "read as a product export of Shopify" in done.output
    red = catalog.product("coat~red")
    assert (red.group_id, red.category, red.colour, red.price_cents, red.currency) == (
        "coat",
        "Coats",
        "Red",
        4990,
        "EUR",
    )
    assert red.url == "https://shop.example/products/coat"
    assert [photo.path.name for photo in red.photos] == ["red.jpg", "back.jpg"]


def test_a_shops_address_is_a_web_address(export):
    """It becomes a link on each product's page."""
    done = run(export, "--shop-url", "javascript:alert(1)")
    assert done.exit_code == 2
    assert "is no web address" in done.output


def test_importing_again_in_another_order_changes_nothing(export, shop):
    """Neither does the order of the rows."""
    run(export, "--images", shop / "photos")
    export.write_text("\n".join([HEADER, *reversed(ROWS)]))
    assert "3: 0 added, 0 updated, 3 unchanged" in run(export, "--images", shop / "photos").output


def test_a_draft_goes_with_the_next_pruning(export, shop, catalog):
    """It is listed in the export, but not offered."""
    run(export, "--images", shop / "photos")
    drafts = [f"{row},{status}" for row, status in zip(ROWS, ("active", "", "draft"), strict=True)]
    export.write_text("\n".join([f"{HEADER},Status", *drafts]))
    done = run(export, "--images", shop / "photos", "--prune", "--prune-at-most", "100%")
    assert "not active" in done.output
    assert catalog.counts().products == 2


def test_a_draft_hides_the_copy_that_an_earlier_import_brought(export, shop, catalog):
    """Without --prune it stays in the catalogue, unseen, and comes back when the export offers it again."""
    run(export, "--images", shop / "photos")
    offered = export.read_text()
    drafts = [f"{row},{status}" for row, status in zip(ROWS, ("draft", "", "active"), strict=True)]
    export.write_text("\n".join([f"{HEADER},Status", *drafts]))
    assert "hidden    2 products" in run(export, "--images", shop / "photos").output
    published = {one: catalog.product(one, drafts=True).published for one in ("coat~red", "coat~blue", "mug")}
    assert published == {"coat~red": False, "coat~blue": False, "mug": True}
    assert "nothing has changed" in run(export, "--images", shop / "photos").output
    export.write_text(offered)
    assert "2 updated" in run(export, "--images", shop / "photos").output
    assert catalog.product("coat~red").published


def test_without_the_photos_the_message_says_what_to_do(export):
    """One sentence, no traceback."""
    done = run(export, "--no-download")
    assert done.exit_code == 1
    assert "photos must be local files" in done.output
    assert "--images DIR" in done.output


def test_a_photo_that_was_not_downloaded_is_a_reject(export, shop, catalog):
    """Other photos and products are imported."""
    (shop / "photos" / "2024" / "mug.jpg").unlink()
    (shop / "photos" / "2024" / "back.jpg").unlink()
    done = run(export, "--images", shop / "photos")
    assert "2: 2 added" in done.output
    assert "No file named 'mug.jpg' lies in" in done.output


def test_a_product_that_contradicts_itself_stays_as_it_was(export, shop, catalog):
    """Its looks aren't taken for gone, though none of them can be read."""
    run(export, "--images", shop / "photos")
    export.write_text("\n".join([HEADER, *ROWS, "coat,,,,Red,1.00,,https://x/red.jpg,"]))
    done = run(export, "--images", shop / "photos", "--prune")
    assert "contradict each other" in done.output
    assert catalog.product("coat~red").price_cents == 4990
    assert catalog.product("coat~blue").price_cents == 5990


def test_nothing_is_pruned_while_a_row_names_no_product(export, shop, catalog):
    """It may belong to any of them."""
    run(export, "--images", shop / "photos")
    export.write_text("\n".join([HEADER, *ROWS[:2], ",,,,Green,1.00,,https://x/red.jpg,"]))
    done = run(export, "--images", shop / "photos", "--prune")
    assert "Nothing was pruned" in done.output
    assert catalog.product("mug").price_cents == 900
