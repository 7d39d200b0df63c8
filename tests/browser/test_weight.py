"""How much a phone has to download: bytes on the wire as Chromium counts them, headers included, with a cold cache."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from benchmarks.stage import PHONE
from tests.browser.pages import list_products

KB = 1000
START_LIMIT = 55 * KB
SCRIPT_LIMIT = 25 * KB
RESULT_LIMIT = 500 * KB
MATCHING_RULES = """async (address) => {
  const sheet = new CSSStyleSheet();
  await sheet.replace(await (await fetch(address)).text());
  const rules = (list) => [...list].flatMap((rule) => (rule.selectorText ? [rule] : rules(rule.cssRules ?? [])));
  const plain = (selector) => selector.replace(/::[\\w-]+(\\([^)]*\\))?/g, "");
  return rules(sheet.cssRules).map((rule) => plain(rule.selectorText)).filter((text) => document.querySelector(text));
}"""
STEP = 400  # CSS pixels that a thumb scrolls at a time


@dataclass
class Weight:
    """Bytes transferred, by the kind of thing that they are (Document, Stylesheet, Script, Image ...)."""

    bytes_of: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.bytes_of.total()

    def say(self) -> str:
        parts = [f"{kind} {size / KB:.1f} ({self.requests[kind]})" for kind, size in self.bytes_of.most_common()]
        return f"{self.total / KB:.1f} KB: {', '.join(parts)}"


def weigh(page: Page, address: str, *, scroll: bool) -> Weight:
    """What a visit costs: as opened, or scrolled through to the end so that every lazy picture has come."""
    weight = Weight()
    kinds: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def count(event: dict) -> None:
        kind = kinds.get(event["requestId"], "Other")
        weight.bytes_of[kind] += event["encodedDataLength"]
        weight.requests[kind] += 1

    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", count)
    page.goto(address, wait_until="networkidle")
    if scroll:
        height = page.evaluate("document.scrollingElement.scrollHeight")
        for top in range(0, height + STEP, STEP):
            page.evaluate("(top) => scrollTo({top, behavior: 'instant'})", top)
            page.wait_for_timeout(20)
        page.wait_for_load_state("networkidle")
    session.detach()
    return weight


def report(figure: str) -> None:
    """Keep the figure with the test's output: ``pytest tests/browser/test_weight.py -rP`` shows it."""
    print(figure)  # noqa: T201


@pytest.fixture
def fresh_phone(open_window: Callable[..., Page]) -> Page:
    """390 x 844 at three device pixels each, as the phones that have this width."""
    return open_window(**PHONE)


def test_the_start_page_is_light(fresh_phone: Page) -> None:
    """55 KB in all, of what a visitor sees on opening it."""
    weight = weigh(fresh_phone, "/", scroll=False)
    report(f"start, as opened: {weight.say()}")
    assert weight.total <= START_LIMIT, weight.say()


def test_the_start_page_needs_no_style_of_lists(fresh_phone: Page) -> None:
    """It doesn't load their style sheet, so no rule there may be for its elements, recently viewed ones included."""
    fresh_phone.goto("/categories/MEN_Coats")
    with fresh_phone.expect_navigation():
        fresh_phone.locator("main .card__title a").first.click()
    sheet = fresh_phone.locator("link[href*='lists.css']").get_attribute("href")
    fresh_phone.goto("/")
    expect(fresh_phone.locator("[data-recent-list] .card")).to_have_count(1)
    assert fresh_phone.locator("link[rel=stylesheet]").count() == 1
    assert fresh_phone.evaluate(MATCHING_RULES, sheet) == []


def test_scripts_are_small(fresh_phone: Page) -> None:
    """25 KB as sent, on every kind of page."""
    for address in ("/", "/samples/1", "/products/mc-001-burgundy", "/categories/MEN_Coats"):
        weight = weigh(fresh_phone, address, scroll=False)
        report(f"{address}: scripts {weight.bytes_of['Script'] / KB:.1f} KB")
        assert 0 < weight.bytes_of["Script"] <= SCRIPT_LIMIT, weight.say()


def test_a_page_of_24_products_is_light(fresh_phone: Page) -> None:
    """500 KB with every photo of it, scrolled to the end."""
    opened = weigh(fresh_phone, "/samples/1?close=false", scroll=False)
    scrolled = weigh(fresh_phone, "/samples/1?close=false", scroll=True)
    report(f"result, as opened: {opened.say()}\nresult, scrolled through: {scrolled.say()}")
    assert len(list_products(fresh_phone)) >= 24
    assert scrolled.requests["Image"] >= 24
    assert scrolled.total <= RESULT_LIMIT, scrolled.say()
