"""Where a table's photos are, and what becomes of columns that Vitrina doesn't know."""

import unicodedata

import pytest

from catalog.feeds import open_feed
from tests.catalog.feeds.sound_rows import sound_rows


@pytest.fixture
def load_row(write_table, load, catalog):
    """Import a table of one row and get its product."""

    def load_one(**row):
        load(write_table("products.csv", [{"product_id": "A", "category": "Coats"} | row]))
        return catalog.product("A")

    return load_one


def test_paths_are_relative_to_the_table(draw, load_row, tmp_path, monkeypatch):
    """Where the command is run from doesn't matter."""
    path = draw("photos/1.jpg")
    monkeypatch.chdir(tmp_path)
    assert load_row(image="photos/1.jpg").photos[0].path == path


def test_absolute_paths_and_paths_upwards(draw, load_row, tmp_path):
    """Photos may lie elsewhere; the path that is kept has no detours."""
    path = draw("../elsewhere/1.jpg").resolve()
    assert load_row(image=str(path)).photos[0].path == path
    assert load_row(image="./photos/../../elsewhere/1.jpg").photos[0].path == path
    assert path == tmp_path / "elsewhere" / "1.jpg"


def test_windows_separators(draw, load_row):
    """A table that was made on Windows needs no editing."""
    path = draw("photos/winter/1.jpg")
    assert load_row(image="photos\\winter\\1.jpg").photos[0].path == path


def test_backslash_in_a_real_name_is_left_alone(draw, load_row):
    """A file that is called so is found as it is called."""
    path = draw("a\\b.jpg")
    assert load_row(image="a\\b.jpg").photos[0].path == path


@pytest.mark.parametrize(("on_disk", "in_table"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC"), ("NFD", "NFD")])
def test_accents_composed_or_not(draw, load_row, on_disk, in_table):
    """One accent has two spellings, and file systems and tables don't agree on one."""
    name = "niño con paraguas.jpg"
    path = draw(unicodedata.normalize(on_disk, name))
    assert load_row(image=unicodedata.normalize(in_table, name)).photos[0].path == path


def test_one_file_named_twice_is_one_photo(draw, load_row):
    """Listing the main photo among the further ones is usual, and no second photo."""
    draw("1.jpg", shade=1)
    draw("2.jpg", shade=2)
    product = load_row(image="1.jpg", images="./1.jpg|2.jpg|2.jpg")
    assert [photo.path.name for photo in product.photos] == ["1.jpg", "2.jpg"]


def test_further_photos_do_without_a_first(draw, load_row):
    """A row whose image cell is empty shows the first of its images."""
    draw("1.jpg")
    assert load_row(image="", images='["1.jpg"]').photos[0].path.name == "1.jpg"


@pytest.mark.parametrize("address", ["http://x.example/1.jpg", "HTTPS://x.example/1.jpg", "s3://bucket/1.jpg"])
def test_web_addresses_are_refused(draw, write_table, load, read_rejects, address):
    """Vitrina doesn't download; it says so, with the address."""
    draw("1.jpg")
    rows = [{"product_id": name, "category": "C", "image": image} for name, image in (("A", "1.jpg"), ("B", address))]
    (reject,) = read_rejects(load(write_table("products.csv", rows)))
    assert (reject["row"], reject["product_id"], reject["file"]) == ("3", "B", address)
    assert "photos must be local files" in reject["reason"]


def test_folder_instead_of_a_photo(draw, write_table, load, read_rejects):
    """A path that leads to a folder is the row's mistake."""
    draw("photos/1.jpg")
    rows = [{"product_id": name, "category": "C", "image": name} for name in ("photos/1.jpg", "photos")]
    (reject,) = read_rejects(load(write_table("products.csv", rows)))
    assert "not a file" in reject["reason"]


def test_other_columns_become_attributes(draw, load_row):
    """What Vitrina doesn't understand it keeps, under the shop's own name and as text; empty cells leave nothing."""
    draw("1.jpg")
    product = load_row(image="1.jpg", Season="Winter", year="2011", empty="", **{"Größe (cm)": "NA"})
    assert product.attributes == {"Season": "Winter", "year": "2011", "Größe (cm)": "NA"}


def test_columns_of_languages_hold_texts_in_them(draw, load_row):
    """And are no attributes; what is empty says nothing, and a code of three letters is none of a language."""
    draw("1.jpg")
    texts = {"title_es": "Abrigo <b>azul</b>", "Category_ES": "Abrigos", "description_es": "-", "title_fra": "Manteau"}
    product = load_row(image="1.jpg", title="Blue coat", **texts)
    assert product.details["texts"] == {"es": {"title": "Abrigo azul", "category": "Abrigos"}}
    assert product.attributes == {"title_fra": "Manteau"}
    assert (product.text("title", "es"), product.text("title", "en")) == ("Abrigo azul", "Blue coat")


@pytest.mark.parametrize("column", ["category_id", "Category_ID", "category_no"])
def test_numbers_of_categories_are_no_names_in_another_language(draw, load_row, column):
    """Neither Indonesians nor Norwegians call coats 77; the column is a fact as any other."""
    draw("1.jpg")
    product = load_row(image="1.jpg", **{column: "77"})
    assert product.attributes == {column: "77"}
    assert "texts" not in product.details


def test_currency_column_outranks_the_price(draw, load_row):
    """The column that is for it is believed first."""
    draw("1.jpg")
    assert load_row(image="1.jpg", price="$5", currency="usd").currency == "USD"
    assert load_row(image="1.jpg", price="5 €", currency="").currency == "EUR"


def test_texts_come_without_their_markup(draw, load_row):
    """As shops' own pages would show them."""
    draw("a.jpg")
    product = load_row(image="a.jpg", title="Salt &amp; <b>Pepper</b>", description="<p>One</p><p>Two</p>")
    assert (product.title, product.description) == ("Salt & Pepper", "One\nTwo")


@pytest.mark.parametrize("mark", ["-", "N/A", "null"])
def test_a_mark_for_nothing_is_no_warning(draw, shop, mark):
    """It stands for an empty cell."""
    draw("a.jpg")
    path = shop / "t.csv"
    path.write_text(f"product_id,category,image,price,in_stock\n1,Mugs,a.jpg,{mark},{mark}\n")
    (row,) = sound_rows(open_feed(path, {}))
    assert (row.product.price_cents, row.product.in_stock, row.warnings) == (None, None, ())
