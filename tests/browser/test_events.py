"""Clicks are told to the shop with their place in the list, and by nobody who asks not to be tracked."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request

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
