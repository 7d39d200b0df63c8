"""An answer is narrowed down, weighed and turned over without sending the photo again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import list_similar, upload

SAMPLE = "/samples/1"
WHOLE = f"{SAMPLE}?close=false"  # the close matches and what is less similar


def open_filters(page: Page) -> None:
    """Unfold what the form of filters has folded."""
    page.locator("#refine details").evaluate_all("all => all.forEach(details => { details.open = true; })")


def count_posts(page: Page) -> list[str]:
    """The addresses that photos are sent to from now on; grows while the test goes on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


def test_a_filter_changes_answer_and_address_but_not_the_page(page: Page, shopper_photo: Path) -> None:
    """The photo isn't sent again, the document stays, and the address by itself leads to the same answer."""
    page.goto("/")
    upload(page, shopper_photo)
    before = list_similar(page)
    sent = [address for address in count_posts(page) if "/search" in address]
    page.evaluate("window.sameDocument = true")
    open_filters(page)
    page.locator("#refine-gender").get_by_role("checkbox", name=re.compile("^Women")).check()
    page.wait_for_url(re.compile("[?&]gender=Women"))
    expect(page.locator("[data-answer]")).not_to_have_attribute("aria-busy", "true")
    after = list_similar(page)
    assert after != before
    assert not any(product_id.startswith("m") for product_id in after)  # the boutique's ids begin with the department
    assert page.evaluate("window.sameDocument")
    assert sent == []
    page.reload()
    assert list_similar(page) == after


def test_a_price_range_holds(page: Page) -> None:
    """Typed and confirmed with Enter; no card is dearer."""
    page.goto(SAMPLE)
    page.get_by_label("Up to").fill("60")
    page.keyboard.press("Enter")
    page.wait_for_url("**max_price=60**")
    prices = page.locator("[data-list=similar] .card__price").all_inner_texts()
    assert prices
    assert max(float(price.strip("€").replace(",", "")) for price in prices) <= 60


def test_only_what_is_in_stock_can_be_asked_for(page: Page) -> None:
    """And asked for no longer by taking the filter off again."""
    page.goto(SAMPLE)
    before = list_similar(page)
    page.locator("#refine [name=in_stock]").check()
    page.wait_for_url("**in_stock=true**")
    assert list_similar(page)
    expect(page.locator("[data-list=similar]").get_by_text("Sold out")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Remove:")).click()
    page.wait_for_url(lambda address: "in_stock" not in address)
    assert list_similar(page) == before


def test_several_filters_are_taken_off_at_once(page: Page) -> None:
    """Each one has its own way off, too."""
    page.goto(f"{SAMPLE}?gender=Men&in_stock=true")
    assert page.get_by_role("link", name=re.compile("^Remove:")).count() == 2
    page.get_by_role("link", name="Remove all").click()
    page.wait_for_url(lambda address: "gender" not in address and "in_stock" not in address)


def test_the_slider_weighs_shape_against_colour(page: Page) -> None:
    """By keyboard, to either end; the rankings differ, and the slider stays where it was put, focus included."""
    page.goto(SAMPLE)
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url("**colour_weight=1**")
    by_colour = list_similar(page)
    expect(slider).to_be_focused()
    expect(slider).to_have_value("1")
    page.keyboard.press("Home")
    page.wait_for_url("**colour_weight=0**")
    assert list_similar(page) != by_colour


def test_back_and_forward_go_through_refinements(page: Page) -> None:
    """Each refinement is a step; answers and form controls come back with their addresses."""
    page.goto(SAMPLE)
    answers = [list_similar(page)]
    for gender in ("Men", "Women"):
        open_filters(page)
        page.locator("#refine-gender").get_by_role("checkbox", name=re.compile(f"^{gender}")).check()
        page.wait_for_url(f"**gender={gender}**")
        answers.append(list_similar(page))
    assert answers[0] != answers[1] != answers[2]
    page.go_back()
    page.wait_for_url("**gender=Men**")
    assert list_similar(page) == answers[1]
    expect(page.locator("#refine-gender").get_by_role("checkbox", name=re.compile("^Men"))).to_be_checked()
    page.go_back()
    page.wait_for_url(lambda address: "gender" not in address)
    assert list_similar(page) == answers[0]
    page.go_forward()
    page.go_forward()
    page.wait_for_url("**gender=Women**")
    assert list_similar(page) == answers[2]


def test_an_address_can_be_shared(page: Page, open_window: Callable[..., Page], shopper_photo: Path) -> None:
    """Another visitor with nothing but the address sees the same answer, photo included."""
    page.goto("/")
    upload(page, shopper_photo)
    page.locator("#refine [name=in_stock]").check()
    page.wait_for_url("**in_stock=true**")
    other = open_window()
    other.goto(page.url)
    assert list_similar(other) == list_similar(page)
    width = other.get_by_alt_text("Your photo").first.evaluate("photo => photo.decode().then(() => photo.naturalWidth)")
    assert width > 200


def test_another_category_is_a_click_away(page: Page) -> None:
    """The shopper knows better: the chosen category is the heading, what was predicted is still named, and undone."""
    page.goto(SAMPLE)
    predicted = page.get_by_role("heading", level=1).inner_text()
    other = page.locator("a[data-refine-link][href*='as=']").first
    name = other.inner_text()
    other.click()
    page.wait_for_url("**as=**")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator("main").get_by_role("link", name=predicted, exact=True).first.click()
    page.wait_for_url(lambda address: "as=" not in address)
    expect(page.get_by_role("heading", level=1)).to_have_text(predicted)


def test_more_products_are_added_below(page: Page) -> None:
    """The first page's stay; no product twice; the address names the page."""
    page.goto(WHOLE)
    first = list_similar(page)
    assert len(first) == 24
    page.locator(".pager a[rel=next]").first.click()
    page.wait_for_url("**page=2**")
    expect(page.locator("[data-list=similar]").nth(24)).to_be_attached()
    both = list_similar(page)
    assert both[:24] == first
    assert len(set(both)) == len(both)


def test_a_change_is_announced(page: Page) -> None:
    """To those who don't see the cards change: how many there are now."""
    page.goto(SAMPLE)
    page.locator("#refine [name=in_stock]").check()
    page.wait_for_url("**in_stock=true**")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"\d+ products? found"))).to_have_count(1)


@pytest.mark.parametrize("address", [WHOLE, "/products/mc-001-burgundy/similar?close=false"])
def test_filters_work_without_scripts(open_window: Callable[..., Page], address: str) -> None:
    """The form has its own button, the pages their links, also for the look-alikes of a product."""
    page = open_window(java_script_enabled=False)
    page.goto(address)
    first = list_similar(page)
    page.locator(".pager a[rel=next]").first.click()
    assert list_similar(page)
    assert not set(first) & set(list_similar(page))
    page.goto(address)
    page.locator("#refine [name=in_stock]").check()
    page.locator("#refine [type=submit]").click()
    page.wait_for_url("**in_stock=true**")
    expect(page.locator("[data-list=similar]").get_by_text("Sold out")).to_have_count(0)
    assert list_similar(page)


def test_filters_that_leave_nothing_lead_back_one_at_a_time(page: Page) -> None:
    """No page without a way on."""
    page.goto(f"{SAMPLE}?max_price=0&in_stock=true")
    assert list_similar(page) == []
    page.get_by_role("link", name=re.compile("^Remove “.*0")).click()
    page.wait_for_url(lambda address: "max_price" not in address)
    assert list_similar(page)


def test_filters_can_be_reached_on_a_phone(phone: Page) -> None:
    """Folded behind a button that says whether they are open."""
    phone.goto(SAMPLE)
    button = phone.get_by_role("button", name="Filters")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    phone.locator("#refine [name=in_stock]").check()
    phone.wait_for_url("**in_stock=true**")
