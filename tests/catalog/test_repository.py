"""The catalogue's questions, answered from real imports."""

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

import catalog as public_face
from catalog import CatalogCounts, Product, UnknownProductError
from search.photo import inspect_photo


def test_everything_that_a_table_says_comes_back(draw, write_table, load, catalog):
    """A product is the same after a round trip through table and database, in its own types."""
    front, back = draw("a front.jpg", shade=1), draw("b.png", shade=2, size=(30, 50))
    load(
        write_table(
            "products.csv",
            [
                {
                    "product_id": "A1",
                    "category": "Coats",
                    "image": "a front.jpg",
                    "images": "b.png",
                    "title": "Abrigo de niño",
                    "group_id": "A",
                    "gender": "Women",
                    "colour": "Navy Blue",
                    "price": "1.299,00",
                    "currency": "eur",
                    "in_stock": "sí",
                    "description": "Warm,\nvery warm",
                    "url": "https://shop.example/a1",
                    "split": "val",
                    "season": "Winter",
                    "usage": "",
                }
            ],
        )
    )
    product = catalog.product("A1")
    assert product == Product(
        product_id="A1",
        category="Coats",
        title="Abrigo de niño",
        group_id="A",
        gender="Women",
        colour="Navy Blue",
        price_cents=129900,
        currency="EUR",
        in_stock=True,
        description="Warm,\nvery warm",
        url="https://shop.example/a1",
        split="validation",
        attributes={"season": "Winter"},
        photos=product.photos,
    )
    assert [photo.path for photo in product.photos] == [front, back]
    assert [photo.position for photo in product.photos] == [0, 1]
    assert (product.photos[1].width, product.photos[1].height) == (30, 50)
    assert product.photos[0].sha256 == hashlib.sha256(front.read_bytes()).hexdigest()
    assert product.photos[0].mtime_ns == front.stat().st_mtime_ns
    assert product.photos[0].size_bytes == front.stat().st_size


def test_unknown_product_is_an_error_that_names_it(catalog):
    """Asking for a product that isn't there says which."""
    with pytest.raises(UnknownProductError, match="'nowhere'"):
        catalog.product("nowhere")


def test_products_come_in_the_order_asked_for_without_the_unknown(coats, load, catalog):
    """A ranking looked up in the catalogue stays a ranking."""
    load(coats)
    assert list(catalog.products(["C3", "nowhere", "C1", "C3"])) == ["C3", "C1"]


def test_lists_take_first_photos_and_colours_alone(draw, write_table, load, catalog):
    """Of the products that shoppers may see."""
    rows = [
        {"product_id": one, "category": "Coats", "image": draw(f"{one}.jpg", shade=shade), "colour": colour}
        for shade, (one, colour) in enumerate((("a", "Red"), ("b", "")))
    ]
    rows[0]["images"] = draw("a2.jpg", shade=7)
    load(write_table("products.csv", rows))
    whole, (brief, colours) = catalog.product("a"), catalog.listed(["a", "b", "c"], ["b", "c", "a"])
    assert len(whole.photos) == 2
    assert brief == {"a": replace(whole, photos=whole.photos[:1]), "b": catalog.product("b")}
    assert colours == {"a": "Red", "b": None}


def test_more_ids_than_a_statement_takes_are_looked_up(coats, load, catalog):
    """Tens of thousands of ids are no problem."""
    load(coats)
    wanted = [f"X{number}" for number in range(40_000)]
    assert list(catalog.products([*wanted, "C2"])) == ["C2"]


def test_variants_share_a_group(draw, write_table, load, catalog):
    """Variants are the products of one group, sorted by id; an unknown group has none."""
    draw("a.jpg")
    rows = [
        {"product_id": name, "category": "Coats", "image": "a.jpg", "group_id": group}
        for name, group in (("B", "g"), ("A", "g"), ("C", ""), ("D", "h"))
    ]
    load(write_table("products.csv", rows))
    assert [product.product_id for product in catalog.variants("g")] == ["A", "B"]
    assert catalog.variants("nowhere") == []


def test_categories_are_counted_and_sorted(shop, draw, load, catalog):
    """Categories come with their sizes in alphabetical order."""
    for name in ("Shoes/1.jpg", "Coats/1.jpg", "Coats/2.jpg"):
        draw(name)
    load(shop)
    assert list(catalog.categories().items()) == [("Coats", 2), ("Shoes", 1)]
    assert catalog.counts() == CatalogCounts(products=3, photos=3, categories=2)


def test_category_pages_partition_the_category(shop, draw, load, catalog):
    """Pages follow one another without gap or overlap and end in an empty one."""
    for number in range(5):
        draw(f"Coats/{number}.jpg")
    draw("Shoes/1.jpg")
    load(shop)
    pages = [[product.product_id for product in catalog.in_category("Coats", 2, offset)] for offset in (0, 2, 4, 6)]
    assert pages == [["Coats/0.jpg", "Coats/1.jpg"], ["Coats/2.jpg", "Coats/3.jpg"], ["Coats/4.jpg"], []]


def test_newest_come_first(shop, draw, load, catalog):
    """What a later import added stands before what was there; an update doesn't make a product new."""
    draw("Coats/1.jpg")
    load(shop)
    draw("Coats/0.jpg")
    load(shop)
    draw("Coats/1.jpg", shade=9)
    load(shop)
    assert [product.product_id for product in catalog.newest(5)] == ["Coats/0.jpg", "Coats/1.jpg"]
    assert len(catalog.newest(1)) == 1


@pytest.mark.parametrize("batch_size", [1, 2, 3, 1000])
def test_iteration_gives_everything_once_in_order(shop, draw, load, catalog, batch_size):
    """Whatever the batch size, each product comes once, with its photos, sorted by id."""
    names = [f"Coats/{number}.jpg" for number in range(5)]
    for number, name in enumerate(names):
        draw(name, shade=number)
    load(shop)
    found = list(catalog.iter_products(batch_size))
    assert [product.product_id for product in found] == names
    assert found == list(catalog.products(names).values())


def test_iteration_asks_per_batch_not_per_product(shop, draw, load, catalog):
    """Reading a catalogue takes a few statements per batch: there is no query per product."""
    for number in range(20):
        draw(f"Coats/{number:02}.jpg")
    load(shop)
    statements: list[str] = []
    event.listen(catalog.database._engine, "before_cursor_execute", lambda *details: statements.append(details[2]))
    assert len(list(catalog.iter_products(10))) == 20
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2 * 2 + 1


def test_iteration_may_write_between_products(shop, draw, load, catalog):
    """The indexer may note a changed photo while it is still reading."""
    for number in range(4):
        draw(f"Coats/{number}.jpg", shade=number)
    load(shop)
    for product in catalog.iter_products(2):
        photo = product.photos[0]
        catalog.refresh_photos([(photo.photo_id, inspect_photo(photo.path), 7)])
    assert {product.photos[0].mtime_ns for product in catalog.iter_products()} == {7}


def test_photo_is_found_by_its_fingerprint(coats, load, catalog, shop):
    """The same bytes lead back to the photo."""
    load(coats)
    fingerprint = hashlib.sha256((shop / "photos/2.jpg").read_bytes()).hexdigest()
    found = catalog.photo_by_sha256(fingerprint)
    assert found == catalog.product("C2").photos[0]
    assert catalog.photo_by_sha256("0" * 64) is None


def test_refreshed_photo_keeps_its_id_and_place(coats, load, catalog, draw):
    """A file that changed on disk gets new facts, nothing else."""
    load(coats)
    before = catalog.product("C2")
    changed = draw("photos/2.jpg", shade=99, size=(80, 90))
    catalog.refresh_photos([(before.photos[0].photo_id, inspect_photo(changed), changed.stat().st_mtime_ns)])
    after = catalog.product("C2").photos[0]
    assert (after.photo_id, after.position, after.path) == (before.photos[0].photo_id, 0, changed)
    assert after.sha256 == hashlib.sha256(changed.read_bytes()).hexdigest()
    assert (after.width, after.height) == (80, 90)
    assert catalog.product("C1").photos[0].sha256 != after.sha256


def test_one_catalogue_serves_many_threads(coats, load, catalog):
    """The web server's threads share one object."""
    load(coats)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(list(catalog.iter_products(1))))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 8


def test_name_is_the_title_or_made_of_category_and_id():
    """Every product has something to call it by."""
    assert Product("15970", "Shirts", title="Blue Shirt").name == "Blue Shirt"
    assert Product("15970", "Shirts").name == "Shirts 15970"
    assert Product("A-1.5", "Shirts").name == "Shirts A-1.5"
    assert Product("train/MEN_Coats/img_1.jpg", "MEN_Coats").name == "MEN Coats img 1"


def test_public_face_is_what_it_says():
    """Every public name exists and none is listed twice."""
    assert len(set(public_face.__all__)) == len(public_face.__all__)
    assert all(hasattr(public_face, name) for name in public_face.__all__)


def test_importing_the_package_stays_light():
    """The web app opens the catalogue without loading what only imports of tables and photos need."""
    script = "import sys, catalog; print(sorted({'pandas', 'pyarrow', 'tqdm', 'PIL', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "[]"


def test_product_ids_come_in_pages(coats, load, catalog):
    """All of them once, in order, and nothing past the end."""
    load(coats)
    assert [catalog.product_ids(2, offset) for offset in (0, 2, 4)] == [["C1", "C2"], ["C3"], []]
