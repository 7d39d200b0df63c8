"""Languages, products, categories, and the width of a phone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from search.model_quality.language import LANGUAGES
from tests.browser.pages import list_products, overflow, upload
from tests.browser.watch import watch_of

COATS = "/categories/MEN_Coats"
PAGES = {
    "start": "/",
    "result": "/samples/1",
    "product": "/products/mc-001-burgundy",
    "similar": "/products/mc-001-burgundy/similar",
    "category": COATS,
    "category with filters": f"{COATS}?colour=Burgundy&sort=cheapest",
    "saved": "/saved",
    "not found": "/nowhere",
    "refusal": "/samples/1?min_price=much",
}


def test_the_language_is_the_browsers_until_one_is_chosen(open_window: Callable[..., Page]) -> None:
    """A Spanish visitor reads Spanish at once; a click changes it, on the same page and on later ones."""
    page = open_window(locale="es-ES")
    page.goto(COATS)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "/categories/MEN_Coats" in page.url
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Seen something you love?")


def test_the_chosen_language_is_the_only_cookie(page: Page) -> None:
    """Kept for a year, of no use to scripts; until somebody chooses, there is none at all."""
    page.goto("/")
    assert page.context.cookies() == []
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["value"], cookie["httpOnly"], cookie["sameSite"]) == ("lang", "es", True, "Lax")


def test_a_product_is_reached_from_its_card(page: Page) -> None:
    """Photos that load, a price, colours that lead to each other, what looks like it and what goes with it."""
    page.goto(COATS)
    page.locator("main h2 a[href='/products/mc-001-beige']").click()
    page.wait_for_url("**/products/mc-001-beige")
    photo = page.locator("main img").first
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 200
    expect(page.get_by_text("€").first).to_be_visible()
    assert len(list_products(page)) > 10
    page.locator("main a[href^='/products/mc-001-']:not([href$='/similar'])").first.click()
    page.wait_for_url(re.compile("/products/mc-001-(?!beige)"))


def test_more_like_this_leads_to_a_page_of_look_alikes(page: Page) -> None:
    """From any card, named after its product."""
    page.goto(COATS)
    page.locator(".menu summary").first.click()
    page.get_by_role("link", name="More like this").first.click()
    page.wait_for_url("**/similar")
    assert len(list_products(page)) > 5


def test_a_category_is_filtered_and_sorted_in_place(page: Page) -> None:
    """All colours of a product share a card; each change has an address of its own, and back undoes it."""
    page.goto(COATS)
    first = list_products(page)
    designs = [re.findall(r"^[a-z]+-\d+", product_id)[0] for product_id in first]
    assert len(designs) == len(set(designs)) > 5
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Sort by").select_option("dearest")
    page.wait_for_url("**sort=dearest**")
    prices = [float(price.strip("€").replace(",", "")) for price in page.locator(".card__price").all_inner_texts()]
    assert prices == sorted(prices, reverse=True)
    page.locator("#refine details").evaluate_all("all => all.forEach(details => { details.open = true; })")
    page.get_by_role("checkbox", name=re.compile("^Burgundy")).check()
    page.wait_for_url("**colour=Burgundy**")
    assert "sort=dearest" in page.url
    assert list_products(page)
    assert all(product_id.endswith("-burgundy") for product_id in list_products(page))
    page.get_by_role("link", name=re.compile("^Remove:")).click()
    page.wait_for_url(lambda address: "colour" not in address)
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_url(lambda address: "sort" not in address)
    assert list_products(page) == first
    assert page.evaluate("window.sameDocument")


def test_the_first_product_stands_on_a_phones_first_screen(phone: Page, shopper_photo: Path) -> None:
    """Photo and name, beneath what was recognised in the shopper's photo."""
    phone.goto("/")
    upload(phone, shopper_photo)
    first = phone.locator("[data-list=similar]").first
    assert first.locator(".card__title").evaluate("title => title.getBoundingClientRect().bottom") < 844


def test_filters_are_a_drawer_on_a_phone(phone: Page) -> None:
    """It stays open while filters change, says how many products there are, and closes in three ways."""
    phone.goto("/samples/1")
    button = phone.get_by_role("button", name="Filters")
    button.click()
    drawer = phone.locator("form.refine")
    expect(drawer).to_be_in_viewport()
    phone.locator("#refine-gender").get_by_role("checkbox", name=re.compile("^Unisex")).check()
    phone.wait_for_url("**gender=Unisex**")
    total = phone.locator("[data-answer]").get_attribute("data-total")
    expect(drawer).to_be_visible()
    phone.get_by_role("button", name=f"Show {total}", exact=True).click()
    expect(drawer).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    phone.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    button.click()
    phone.mouse.click(195, 20)
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 390])
def test_no_page_scrolls_sideways_on_a_phone(open_window: Callable[..., Page], name: str, width: int) -> None:
    """In every language, whose words differ in length; 320 pixels are what a desktop zoomed to 400% has."""
    page = open_window(viewport={"width": width, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
    if name in ("not found", "refusal"):
        watch_of(page).expect("40[04] GET")
    for language in LANGUAGES:
        page.goto(PAGES[name] + ("&" if "?" in PAGES[name] else "?") + f"lang={language}")
        assert overflow(page) == 0
        # A mobile browser zooms out to what sticks out, and then nothing seems to overflow.
        assert page.evaluate("innerWidth") == width


def test_the_answer_to_an_upload_does_not_scroll_sideways(phone: Page, shopper_photo: Path) -> None:
    """As a sample's, but with a photo that the visitor brought."""
    phone.goto("/")
    upload(phone, shopper_photo)
    assert overflow(phone) == 0
    assert phone.evaluate("innerWidth") == 390
