"""What a shopper keeps: saved products, past photo searches, shared links, an order; all of it in the browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import EVERYTHING, list_products, list_similar, upload

PRODUCT = "/products/mc-001-burgundy"


def save_first(page: Page) -> str:
    """Save the first product of a list by its menu; its id."""
    card = page.locator("[data-product]").first
    card.locator(".menu summary").click()
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("button", name="Saved")).to_have_attribute("aria-pressed", "true")
    return str(card.get_attribute("data-product"))


def test_what_is_saved_is_on_a_page_of_this_browser_only(page: Page, open_window: Callable[..., Page]) -> None:
    """From a card and from a product's page; taken off on either page; another visitor sees nothing."""
    page.goto("/samples/1")
    first = save_first(page)
    page.goto(PRODUCT if f"/products/{first}" != PRODUCT else "/products/mc-001-beige")
    page.locator(".product__actions").get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Saved").click()
    cards = page.locator("[data-saved-list] .card")
    expect(cards).to_have_count(2)
    assert f"/products/{first}" in (cards.nth(1).locator("a").get_attribute("href") or "")
    assert page.context.cookies() == []
    cards.nth(1).get_by_role("button").click()
    expect(cards).to_have_count(1)
    stranger = open_window()
    stranger.goto("/saved")
    expect(stranger.locator("[data-saved-list] .card")).to_have_count(0)
    expect(stranger.get_by_text("You haven't saved anything yet")).to_be_visible()


@pytest.mark.parametrize("stored", ["nonsense", '[{"id": "x", "title": "<b>x</b>", "url": "javascript:alert(1)"}]'])
def test_damaged_storage_does_no_harm(page: Page, stored: str) -> None:
    page.add_init_script(f"localStorage.setItem('saved', {stored!r}); localStorage.setItem('searches', {stored!r})")
    page.goto("/saved")
    expect(page.locator("main .card")).to_have_count(0)
    page.goto("/samples/1")
    save_first(page)


def test_a_past_search_is_found_again(page: Page, shopper_photo: Path) -> None:
    """At its address while the shop has the photo; by sending the kept copy once more when it has it no longer."""
    page.goto("/")
    upload(page, shopper_photo)
    address = page.url
    page.wait_for_function("localStorage.getItem('searches') !== null")
    page.goto("/saved")
    page.locator("[data-searches-list] .card a").click()
    page.wait_for_url(address)
    page.evaluate(
        "localStorage.setItem('searches', JSON.stringify(JSON.parse(localStorage.searches).map(s => ({...s, at: 0}))))"
    )
    page.goto("/saved")
    with page.expect_navigation(url="**/search/**"):
        page.locator("[data-searches-list] .card a").click()
    assert page.url != address
    assert list_similar(page)
    page.goto("/saved")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-searches-list] .card")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('searches')") is None


def test_a_link_is_copied_where_the_system_has_no_sheet(open_window: Callable[..., Page]) -> None:
    page = open_window(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', {value: undefined})")
    page.goto("/samples/1?colour=Burgundy")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_the_systems_sheet_shares_the_address(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'share', {value: async data => { window.shared = data; }})"
    )
    page.goto(PRODUCT)
    page.get_by_role("button", name="Share").click()
    assert page.evaluate("window.shared.url") == page.url


def test_an_answer_is_sorted_by_price(page: Page) -> None:
    """The most alike ones only, over pages without a gap; the filters hold, and what is sold out comes last."""
    page.goto(f"/samples/1?max_price=1000&{EVERYTHING}")
    page.get_by_label("Sort by").select_option("cheapest")
    page.wait_for_url("**sort=cheapest**")
    assert "max_price=1000" in page.url
    page.locator(".pager a[rel=next]").click()
    page.wait_for_url("**page=2**")
    expect(page.locator("[data-list=similar]").nth(24)).to_be_attached()
    cards = page.locator("[data-list=similar]")
    sold_out = ["Sold out" in text for text in cards.all_inner_texts()]
    prices = page.locator("[data-list=similar] .card__price").all_inner_texts()
    amounts = [float(price.strip("€").replace(",", "")) for price in prices]
    assert list(zip(sold_out, amounts, strict=True)) == sorted(zip(sold_out, amounts, strict=True))
    assert len(set(list_similar(page))) == len(list_similar(page))


def test_a_product_leads_back_to_ones_results(page: Page) -> None:
    """As they were refined, also after a look at another colour."""
    page.goto("/samples/1?gender=Men")
    found = list_products(page)
    page.locator("[data-list=similar] .card__title a").first.click()
    page.wait_for_url("**/products/**")
    page.locator(".colours a").first.click()
    page.get_by_role("link", name="Back to your results").click()
    page.wait_for_url("**/samples/1?gender=Men")
    assert list_products(page) == found


def test_who_comes_from_nowhere_is_led_nowhere_back(page: Page) -> None:
    page.goto(PRODUCT)
    expect(page.get_by_text("Back to your results")).to_be_hidden()


COUNT_LISTENERS = """
  window.listening = 0;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  window.matchMedia = () => dark;
  for (const target of [window, document, dark]) {
    const listen = target.addEventListener.bind(target);
    target.addEventListener = (...given) => { window.listening += 1; listen(...given); };
  }
"""
IN_ANSWER = """<section data-saved-list><h2>Saved</h2><p data-none>Nothing</p><ul data-items></ul></section>
<button type="button" data-theme-switch>Dark</button>"""


def test_parts_that_come_with_each_answer_leave_nothing_behind(page: Page) -> None:
    """However often results are swapped in, the window is listened to as often as before, and new parts follow it."""

    def add_parts(route: Route) -> None:
        response = route.fetch()
        route.fulfill(
            response=response, body=response.text().replace('<div class="found">', f'<div class="found">{IN_ANSWER}')
        )

    page.route("**/samples/1*", add_parts)
    page.add_init_script(COUNT_LISTENERS)
    page.goto("/samples/1")
    first = page.evaluate("window.listening")
    for order in ("cheapest", "dearest", "newest"):
        page.get_by_label("Sort by").select_option(order)
        page.wait_for_url(f"**sort={order}*")
        expect(page.locator("[data-answer]")).to_have_attribute("aria-busy", "false")
    assert page.evaluate("window.listening") == first
    saved = '[{"id": "a", "title": "A coat", "url": "/products/a"}]'
    page.evaluate(
        f"localStorage.setItem('saved', '{saved}'); dispatchEvent(new StorageEvent('storage', {{key: 'saved'}}))"
    )
    expect(page.locator("[data-saved-list] .card__title")).to_have_text("A coat")
