"""A dry run of an import, by the command that people type."""

import json

import pytest
from click.testing import CliRunner

from catalog.__main__ import main
from catalog.checking import finding_texts, source_check
from catalog.checking.finding_texts import language_of, word_finding
from catalog.checking.source_check import check_source
from tests.catalog.downloads.conftest import server, settings  # noqa: F401 - fixtures


def run(*arguments):
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def odd_table(draw, write_table):
    """A table of another shop: other names of columns, small and equal photos, a lost one, an odd price."""
    draw("a.jpg", shade=1, size=(300, 400))
    draw("b.jpg", shade=1, size=(300, 400))
    draw("c.jpg", shade=3, size=(90, 120))
    rows = [
        {"sku": "A", "product_type": "Coats", "image": "a.jpg", "price": "19.90", "Wholesale": "5", "season": "Winter"},
        {"sku": "B", "product_type": "Coats", "image": "b.jpg", "price": "on request", "Wholesale": "5"},
        {"sku": "C", "product_type": "Not sure", "image": "c.jpg", "price": "9.90", "Wholesale": "5"},
        {"sku": "D", "product_type": "Coats", "image": "gone.jpg", "price": "9.90", "Wholesale": "5"},
        {"sku": "", "product_type": "Coats", "image": "a.jpg", "price": "9.90", "Wholesale": "5"},
    ]
    return write_table("their products.csv", rows)


def test_columns_are_guessed_and_said(odd_table):
    """With the options that an import needs then; what nobody would want published is told apart."""
    found = check_source(odd_table, progress=False)
    assert found.problem == ""
    assert found.guessed == ["product_id", "category"]
    assert found.options == "--map product_id=sku --map category=product_type"
    assert (found.public, found.private) == (["season"], ["Wholesale"])
    assert (found.products, found.photos) == (4, 4)
    assert found.categories == {"Coats": 3, "Not sure": 1}


def test_findings_name_products_and_reasons(odd_table):
    """Each with how many there are, and examples."""
    found = {one.text: one for one in check_source(odd_table, progress=False).findings}
    assert "product_id is empty" in found["Rows that can't be imported."].examples[0].text
    lost = found["Photos that can't be used."]
    assert (lost.count, lost.examples[0].product_id) == (1, "D")
    assert "on request" in found["Values that aren't certain."].examples[0].text
    shared = found["Photos that several products share."]
    assert (shared.count, shared.examples[0].text) == (1, "the same photo as A")
    small = found["Photos with under 200 pixels on their shorter side."]
    assert (small.count, small.of, small.examples[0].text) == (1, 3, "90x120 pixels")
    assert found["Products of categories whose names say nothing: 'Not sure'."].count == 1
    assert found["Products without a gender."].count == 4
    assert "Products without a price." not in found  # one of four


def test_the_catalogue_stays_as_it_is(odd_table, catalog, home):
    """Nothing is written but what the person asked for."""
    assert run(odd_table).exit_code == 0
    assert catalog.counts().products == 0
    assert catalog.sources() == []
    assert not (home / "rejects").exists()


def test_the_check_is_printed_and_written(odd_table, tmp_path):
    """As text, as JSON, and as a page with thumbnails that asks the web for nothing."""
    page = tmp_path / "check.html"
    done = run(odd_table, "--html", page)
    assert "Would be imported: 4 products with 4 photos." in done.output
    assert "Next: python -m catalog import" in done.output
    written = page.read_text()
    assert written.count("data:image/webp;base64,") >= 3
    assert "http://" not in written
    assert "https://" not in written
    read = json.loads(CliRunner().invoke(main, ["check", str(odd_table), "--json"]).stdout)
    assert read["products"] == 4
    assert {one["level"] for one in read["findings"]} == {"rejected", "doubtful", "missing"}


def test_markup_in_a_table_is_text_on_the_page(draw, write_table, tmp_path):
    """A shop's data can't put anything into the page."""
    draw("a.jpg")
    table = write_table("p.csv", [{"product_id": "<script>x</script>", "category": "<b>C</b>", "image": "a.jpg"}])
    run(table, "--html", tmp_path / "check.html")
    written = (tmp_path / "check.html").read_text()
    assert "<script" not in written
    assert "<b>" not in written


def test_what_cannot_be_read_is_said(shop, write_table):
    """With the columns that there are, and exit code 1."""
    table = write_table("odd.csv", [{"alpha": "1", "beta": "2"}])
    done = run(table)
    assert done.exit_code == 1
    assert "can't be imported as it is" in done.output
    assert "Its columns: alpha, beta." in done.output
    done = run(shop / "nowhere.csv")
    assert done.exit_code == 1
    assert "doesn't exist" in done.output
    assert "Traceback" not in done.output


def test_an_export_is_named_by_its_platform(shop, draw):
    """As its format is recognised."""
    draw("cape.jpg", size=(300, 300))
    header = "Handle,Title,Type,Option1 Name,Option1 Value,Variant Price,Image Src,Cost per item"
    (shop / "export.csv").write_text(
        f"{header}\ncape,Cape,Capes,Title,Default Title,9.00,http://127.0.0.1/cape.jpg,5\n"
    )
    found = check_source(shop / "export.csv", options=None, progress=False)
    assert found.format == "a product export of Shopify"
    assert found.web_photos == 1
    assert "Cost per item" not in found.private  # it would never be read


def test_a_folder_is_checked(draw, shop):
    """As classes of photos."""
    for number in range(3):
        draw(f"Coats/{number}.jpg", shade=number, size=(300, 300))
    found = check_source(shop, progress=False)
    assert found.categories == {"Coats": 3}


def test_only_some_photos_of_a_large_source_are_opened(draw, shop, monkeypatch):
    """Spread evenly, and the check says how many."""
    monkeypatch.setattr(source_check, "PHOTOS_OPENED", 4)
    for number in range(20):
        draw(f"Coats/{number:02}.jpg", shade=number, size=(300, 300))
    found = check_source(shop, progress=False)
    assert (found.products, found.photos, found.photos_opened) == (20, 20, 4)
    assert [one.product_id for one in found.samples] == [f"Coats/{number:02}.jpg" for number in (4, 9, 14, 19)]


def test_photos_on_the_web_are_tried(shop, server, settings):  # noqa: F811
    """A few of them, so that addresses that lead nowhere are known before the import."""
    rows = [f"{number},Coats,{server.address('/404')}?{number}" for number in range(3)]
    rows += [f"x{number},Coats,{server.address(f'/{number}.jpg')}" for number in range(3)]
    (shop / "products.csv").write_text("\n".join(["product_id,category,image", *rows]))
    found = check_source(shop / "products.csv", progress=False)
    assert (found.web_photos, found.photos_opened) == (6, 3)
    bad = next(one for one in found.findings if one.text == "Photos that can't be used.")
    assert bad.count == 3
    assert "there is nothing at this address" in bad.examples[0].text


def test_the_page_speaks_spanish_too(odd_table, tmp_path):
    """Each sentence of it; reasons of single rows are marked as English."""
    page = tmp_path / "check.html"
    done = run(odd_table, "--html", page, "--language", "es")
    assert done.exit_code == 0, done.output
    written = page.read_text()
    assert '<html lang="es">' in written
    for sentence in ("Filas que no se pueden importar.", "Valores que no son seguros.", "Qué se importaría", "Dudoso"):
        assert sentence in written
    assert "Rows that can" not in written
    assert "Rows that can't be imported." in done.output, "the terminal's words are English"


def test_every_finding_has_words_in_both_languages():
    """The same values in either sentence."""
    values = {"names": ["A", "B", "C", "D"], "pixels": 200, "few": 5}
    for kind in finding_texts.KINDS:
        english = word_finding(kind, values, language_of("en"))
        spanish = word_finding(kind, values, language_of("es"))
        assert english[0] != spanish[0], kind
        assert bool(english[1]) == bool(spanish[1])
        for word in ("'A', 'B', 'C'", "200", "5"):
            assert (word in english[0]) == (word in spanish[0]), kind
