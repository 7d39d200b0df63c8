"""Everything that the shop is for works without scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import list_products, overflow, photo_field
from tests.browser.watch import watch_of


@pytest.fixture
def plain(open_window: Callable[..., Page]) -> Page:
    """A window that runs no scripts."""
    return open_window(java_script_enabled=False)


def test_a_photo_is_sent_with_the_forms_own_button(plain: Page, studio_photo: tuple[Path, str]) -> None:
    """The browser's file field and a button, both visible."""
    photo, product_id = studio_photo
    plain.goto("/")
    expect(photo_field(plain)).to_be_visible()
    photo_field(plain).set_input_files(photo)
    plain.locator("form[data-ask]").get_by_role("button", name="Search").first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Bags")
    assert list_products(plain)[0] == product_id


def test_an_empty_form_is_answered_kindly(plain: Page) -> None:
    """Nobody chose a photo: the page says so, and brings the form along."""
    watch_of(plain).expect("400 POST /search")
    plain.goto("/")
    plain.locator("form[data-ask]").get_by_role("button", name="Search").first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Which photo?")
    expect(photo_field(plain)).to_be_visible()


def test_the_shop_can_be_browsed(plain: Page) -> None:
    """From the start page through a category's pages to a product and its look-alikes."""
    plain.goto("/")
    plain.locator("main a[href='/categories/MEN_Coats']").first.click()
    plain.get_by_label("Sort by").select_option("cheapest")
    plain.locator(".order").get_by_role("button").click()
    plain.wait_for_url("**sort=cheapest**")
    product_id = list_products(plain)[0]
    plain.locator(f"main h2 a[href='/products/{product_id}']").click()
    plain.wait_for_url(f"**/products/{product_id}")
    plain.locator(f"main a[href='/products/{product_id}/similar']").click()
    assert len(list_products(plain)) > 10


@pytest.mark.parametrize("address", ["/samples/1", "/products/mc-001-burgundy/similar"])
def test_nothing_reaches_into_the_results(open_window: Callable[..., Page], address: str) -> None:
    """The browser's plain file field is wider than the column beside the results."""
    page = open_window(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page.goto(address)
    rights = page.locator(".query *").evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    assert max(rights) <= page.locator(".found").evaluate("found => found.getBoundingClientRect().left")


@pytest.mark.parametrize("address", ["/", "/samples/1", "/products/mc-001-burgundy", "/categories/MEN_Coats"])
def test_pages_fit_a_phone(open_window: Callable[..., Page], address: str) -> None:
    """Also with what is shown only where scripts don't run; measured by the page's own width in a long screenshot."""
    page = open_window(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(address)
    assert overflow(page) == 0
