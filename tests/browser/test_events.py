"""Clicks are told to the shop with their place in the list, and by nobody who asks not to be tracked."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect

REFUSALS = {
    "do not track": "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'})",
    "global privacy control": "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})",
}


def listen(page: Page) -> list[Request]:
    """Events that are sent from now on; grows while the test goes on."""
    told: list[Request] = []
    page.context.on("request", lambda request: told.append(request) if request.url.endswith("/events") else None)
    return told


def click_third(page: Page, name: str) -> str:
    """Open the third product of a list; returns its id."""
    card = page.locator(f"[data-product][data-list={name}]").nth(2)
    product_id = card.get_attribute("data-product")
    with page.expect_navigation(url="**/products/**"):
        card.locator("a[href^='/products/']").first.click()
    assert product_id is not None
    return product_id


@pytest.mark.parametrize("name", ["similar", "goes_with"])
def test_a_click_is_told_with_its_place(page: Page, name: str) -> None:
    """Which product, of which list, in which place, after which search; the answer is empty."""
    told = listen(page)
    page.goto("/samples/1?close=false")
    search = page.locator("body").get_attribute("data-search-event")
    assert search
    product_id = click_third(page, name)
    page.wait_for_load_state("networkidle")
    [event] = told
    fields = {key: values[0] for key, values in parse_qs(event.post_data).items()}
    assert fields == {"kind": "click", "list": name, "product_id": product_id, "position": "3", "search": search}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_nothing_is_told_by_those_who_ask_not_to_be_tracked(open_window: Callable[..., Page], refusal: str) -> None:
    """Neither by the browser nor by the server, which gives such a visit no number."""
    header = {"DNT": "1"} if refusal == "do not track" else {"Sec-GPC": "1"}
    page = open_window(extra_http_headers=header)
    page.add_init_script(REFUSALS[refusal])
    told = listen(page)
    page.goto("/samples/1?close=false")
    assert page.locator("body").get_attribute("data-search-event") is None
    click_third(page, "similar")
    page.wait_for_load_state("networkidle")
    assert told == []


def test_what_was_not_wanted_is_told_with_its_reason(page: Page) -> None:
    """From the menu of a card, with its place; and below the results, of the whole answer. The page stays."""
    told = listen(page)
    page.goto("/samples/1?close=false")
    search = page.locator("body").get_attribute("data-search-event")
    card = page.locator("[data-list=similar]").nth(1)
    product_id = card.get_attribute("data-product")
    card.locator("summary").click()
    card.get_by_role("button", name="Not what I wanted").click()
    expect(card.get_by_role("button", name="Wrong kind of thing")).to_be_focused()
    card.get_by_role("button", name="Wrong colour").click()
    expect(card.get_by_text("Thank you.")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_text("Not what you wanted?").click()
    page.get_by_role("group", name="What is wrong?").get_by_role("button", name="Not the same style").click()
    expect(page.locator(".feedback").get_by_text("Thank you.")).to_be_focused()
    page.wait_for_load_state("networkidle")
    fields = [{key: values[0] for key, values in parse_qs(event.post_data).items()} for event in told]
    on_card = {"product_id": product_id, "list": "similar", "position": "2"}
    assert fields == [
        {"kind": "not_wanted", "reason": "colour", "search": search, **on_card},
        {"kind": "not_wanted", "reason": "style", "search": search},
    ]
    assert page.url.endswith("/samples/1?close=false")
