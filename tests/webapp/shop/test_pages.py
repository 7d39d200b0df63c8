import re
from pathlib import Path
from urllib.parse import quote

import pytest
from babel.support import Translations
from flask.testing import FlaskClient

import webapp
from catalog import Catalog, Product
from catalog.importing import import_source
from search.errors import NoIndexError
from search.model_quality.language import ENGLISH, LANGUAGES
from tests.webapp.boutique import ODD_ID, ScriptedEngine, draw_photo
from webapp import create_app

TRANSLATIONS = Path(webapp.__file__).parent / "translations"
PAGES = ["/", "/products/duffle-red", "/products/duffle-red/similar", "/categories/MEN_Coats", "/samples/1", "/saved"]


@pytest.fixture
def client(samples: list[Path], catalog: Catalog, engine: ScriptedEngine, home: Path) -> FlaskClient:
    return create_app(catalog=catalog, engine=engine, home=home).test_client()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound_in_every_language(client: FlaskClient, page: str, language: str) -> None:
    """One heading of the first order, labelled images, the language declared, no placeholder left."""
    response = client.get(page, query_string={"lang": language})
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert response.headers["Content-Language"] == language
    assert response.text.count("<h1") == 1
    assert all("alt=" in image for image in re.findall(r"<img[^>]*>", response.text))
    assert not re.search(r"%\(\w+\)s|\{\{|\}\}|\bNone\b", response.text)
    skip = Translations.load(TRANSLATIONS, [language]).gettext("Skip to the content")
    assert skip in response.text
    assert (skip == "Skip to the content") == (language == ENGLISH)


def test_pages_need_no_script_and_no_inline_style(client: FlaskClient) -> None:
    """The policy forbids both, so a page that relied on one would be broken."""
    for page in PAGES:
        text = client.get(page).text
        assert " style=" not in text
        assert "<style" not in text
        # Data for search engines is no script to a browser.
        assert re.findall(r'<script(?![^>]* src=)(?! type="application/ld\+json")', text) == []
        assert re.findall(r"\son\w+=", text) == []


def test_every_address_on_every_page_leads_somewhere(client: FlaskClient) -> None:
    """Links, photos, style sheet and script."""
    addresses = set()
    for page in PAGES:
        addresses.update(re.findall(r'(?:href|src)="(/[^"]*)"', client.get(page).text))
    assert len(addresses) > 40
    for address in addresses:
        assert client.get(address.replace("&amp;", "&"), buffered=True).status_code == 200, address


def test_the_start_page_asks_for_a_photo_and_lists_categories(client: FlaskClient) -> None:
    """A plain form that works without JavaScript, with the camera beside the file picker."""
    text = client.get("/").text
    assert re.search(r'<form[^>]*action="/search" method="post" enctype="multipart/form-data"', text)
    assert text.count('type="file" name="photo"') == 2
    assert 'capture="environment"' in text
    assert "Men&#39;s coats" in text


def test_an_empty_shop_says_so(home: Path, engine: ScriptedEngine) -> None:
    """Before the first import there is nothing to browse, and no error either."""
    with Catalog.open(f"sqlite:///{home}/empty.db") as empty:
        text = create_app(catalog=empty, engine=engine, home=home / "elsewhere").test_client().get("/").text
    assert "The shop is still empty" in text
    assert "samples" not in text


def test_samples_are_spread_over_categories_and_stay_in_their_folder(client: FlaskClient) -> None:
    """Six of them, one of each category in turn; rows that lead outside or nowhere are skipped."""
    text = client.get("/").text
    assert re.findall(r'href="/samples/(\d)"', text) == list("123456")
    assert re.findall(r"sample photo \d: ([^\"]+)\"", text) == ["Men&#39;s coats", "Bags"] * 3
    assert client.get("/samples/1/320.webp", buffered=True).mimetype == "image/webp"
    assert client.get("/samples/7").status_code == 404
    assert client.get("/samples/1/321.webp").status_code == 404


def test_samples_may_come_from_a_folder_of_photos(
    catalog: Catalog, engine: ScriptedEngine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``VITRINA_SAMPLES`` needs no table."""
    draw_photo(tmp_path / "mine" / "b.jpg", "#112233")
    (tmp_path / "mine" / "notes.txt").write_text("no photo")
    monkeypatch.setenv("VITRINA_SAMPLES", str(tmp_path / "mine"))
    client = create_app(catalog=catalog, engine=engine, home=home).test_client()
    assert re.findall(r'href="/samples/(\d)"', client.get("/").text) == ["1"]


def test_a_product_page_sells(client: FlaskClient) -> None:
    """Photos, price, stock, colours, facts; what the shop wrote is escaped."""
    text = client.get("/products/duffle-red").text
    assert text.count('class="photo"') > 3
    assert "Duffle coat Red, photo 2" in text
    assert "In stock" in text
    assert "Warm &lt;wool&gt; with horn toggles." in text
    assert "/products/duffle-navy-blue" in text
    assert "Navy blue" in text
    assert "Pleated skirt" in text


@pytest.mark.parametrize("page", ["/products/duffle-red", "/products/duffle-red/similar"])
def test_a_page_loads_its_product_once(
    client: FlaskClient, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """Both lists beside it are made of the product that is there already."""
    loaded: list[str] = []
    load = catalog.product

    def note(product_id: str) -> Product:
        loaded.append(product_id)
        return load(product_id)

    monkeypatch.setattr(catalog, "product", note)
    assert client.get(page).status_code == 200
    assert loaded == ["duffle-red"]


def test_a_product_page_needs_no_index(client: FlaskClient, engine: ScriptedEngine) -> None:
    """It can still be looked at and bought; only its neighbours are missing, and the page says so."""
    engine.failure = NoIndexError("run make index")
    response = client.get("/products/duffle-red")
    assert response.status_code == 200
    assert "after the next index" in response.text
    assert "after the next index" in client.get("/products/bag-2").text


def test_a_link_to_a_shop_is_only_ever_a_web_address(home: Path, engine: ScriptedEngine) -> None:
    """A feed's ``javascript:`` never becomes a link."""
    with Catalog.open(f"sqlite:///{home}/one.db") as catalog:
        product = _product_with_url(catalog, home, "javascript:alert(1)")
        text = create_app(catalog=catalog, engine=engine, home=home).test_client().get(f"/products/{product}").text
    assert "javascript:" not in text
    assert "View in store" not in text


def _product_with_url(catalog: Catalog, home: Path, url: str) -> str:
    draw_photo(home / "one.jpg", "#334455")
    (home / "one.csv").write_text(f"product_id,category,image,url\none,Bags,one.jpg,{url}\n")
    import_source(catalog, home / "one.csv", progress=False)
    return "one"


def test_prices_follow_the_language(client: FlaskClient) -> None:
    """A euro stands before the amount in English, after it in Spanish."""
    assert "€1,249.50" in client.get("/products/duffle-red?lang=en").text
    assert "1.249,50\xa0€" in client.get("/products/duffle-red?lang=es").text


def test_odd_ids_have_pages(client: FlaskClient) -> None:
    """Linked from an answer, with their photo."""
    text = client.get(f"/products/{quote(ODD_ID)}").text
    assert f"<h1>{'MEN Coats Años 50, á b?'}</h1>" in text
    assert quote(ODD_ID, safe="/,") in client.get("/samples/1").text


def test_a_category_is_paged(client: FlaskClient) -> None:
    """24 to a page, all of them once, and a way to the next."""
    first, second = client.get("/categories/MEN_Coats"), client.get("/categories/MEN_Coats?page=2")
    shown = [re.findall(r'card__title"><a href="([^"]+)"', page.text) for page in (first, second)]
    assert [len(products) for products in shown] == [24, 2]  # 28 coats, of which one comes in three colours
    assert len({*shown[0], *shown[1]}) == 26
    assert "26 products" in first.text
    [duffle] = [card for card in second.text.split('<li class="card"') if "/products/duffle-" in card]
    assert "2 more colours" in duffle
    assert 'rel="next" href="/categories/MEN_Coats?page=2"' in first.text
    assert 'rel="prev"' in second.text
    assert 'rel="next"' not in second.text


def test_a_category_is_filtered_and_sorted(client: FlaskClient) -> None:
    """By the parameters of an answer; chips take filters off again, and another category can't slip in."""
    text = client.get("/categories/MEN_Coats?colour=Red&sort=cheapest&category=Bags").text
    assert re.findall(r'card__title"><a href="([^"]+)"', text) == ["/products/duffle-red"]
    assert 'href="/categories/MEN_Coats?sort=cheapest"' in text
    assert '<option value="cheapest" selected>' in client.get("/categories/MEN_Coats?sort=cheapest").text
    nothing = client.get("/categories/MEN_Coats?max_price=0").text
    assert "card__title" not in nothing
    assert 'href="/categories/MEN_Coats"' in nothing


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/categories/MEN_Coats?page=3", 404),
        ("/categories/MEN_Coats?page=0", 400),
        ("/categories/MEN_Coats?page=x", 400),
        ("/categories/MEN_Coats?sort=prettiest", 400),
        ("/categories/MEN_Coats?min_price=9&max_price=1", 400),
        ("/categories/Hats", 404),
        ("/products/nothing", 404),
        ("/products/bag-2/similar", 404),
        ("/nowhere", 404),
        ("/../../etc/passwd", 404),
        ("/samples/1?limit=none", 400),
    ],
)
def test_wrong_addresses_get_a_kind_page(client: FlaskClient, address: str, status: int) -> None:
    """A title, what to do, the details small; in Spanish too."""
    response = client.get(address, query_string=None)
    spanish = client.get(address, headers={"Accept-Language": "es"})
    assert (response.status_code, spanish.status_code) == (status, status)
    assert "To the start page" in response.text
    assert "Ir al inicio" in spanish.text
    assert "Traceback" not in response.text


def test_a_crash_page_tells_nothing_of_its_inside(client: FlaskClient, engine: ScriptedEngine) -> None:
    """No traceback, no message, no path; in either language."""
    engine.failure = RuntimeError("secret /srv/path")
    response = client.get("/samples/1?lang=es")
    assert response.status_code == 500
    assert "Algo se ha roto por nuestra parte" in response.text
    assert "secret" not in response.text
    assert "Traceback" not in response.text
