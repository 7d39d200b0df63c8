"""The shop without a mouse: every step by Tab, Enter and the arrows, and always visible where one is."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import list_products

MOST_STOPS = 250  # more than any page has

# What is focused: its name, where it is, and whether it or what it labels is drawn differently than before.
_FOCUS = """() => {
  const element = document.activeElement;
  const drawn = element.matches("input[type=file]") ? element.closest("label") : element;
  const box = drawn.getBoundingClientRect();
  // A card's link draws its outline around the whole card.
  const outlines = [null, "::before", "::after"].map((part) => getComputedStyle(drawn, part))
    .map((style) => style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth));
  return {
    tag: element.localName, text: (element.getAttribute("aria-label") || drawn.textContent).trim(),
    href: element.getAttribute("href"),
    type: element.getAttribute("type"),
    outline: Math.max(...outlines),
    inside: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def press_tab(page: Page) -> dict:
    """Go to the next element and describe it."""
    page.keyboard.press("Tab")
    return page.evaluate(_FOCUS)


def press_tab_until(page: Page, what: str, value: str) -> None:
    """Go on until the focused element is the one that is wanted."""
    for _ in range(MOST_STOPS):
        if press_tab(page)[what] == value:
            return
    pytest.fail(f"no element whose {what} is {value} can be reached by keyboard")


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    """And is seen when it is reached; behind it, the next stop lies in the content."""
    page.goto("/categories/MEN_Coats")
    stop = press_tab(page)
    assert (stop["tag"], stop["text"]) == ("a", "Skip to the content")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("address", ["/", "/samples/1", "/products/mc-001-burgundy", "/categories/MEN_Coats"])
def test_focus_is_always_visible_and_follows_the_page(page: Page, address: str) -> None:
    """Every stop lies in the window with an outline of two pixels, and comes later in the document than the last."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    stops = 0
    for _ in range(MOST_STOPS):
        last = page.evaluate_handle("document.activeElement")
        stop = press_tab(page)
        if stop["tag"] == "body":
            break
        assert stop["outline"] >= 2, stop
        assert stop["inside"], stop
        follows = "(last) => last === document.body || !!(last.compareDocumentPosition(document.activeElement) & 4)"
        assert page.evaluate(follows, last), stop
        stops += 1
    assert 10 < stops < MOST_STOPS


def test_a_photo_is_shown_by_keyboard_alone(page: Page, studio_photo: tuple[Path, str]) -> None:
    """Tab to the field, Enter or Space opens the browser's own dialog, and the search begins with the choice."""
    photo, product_id = studio_photo
    page.on("filechooser", lambda chooser: chooser.set_files(photo))
    page.goto("/")
    press_tab_until(page, "type", "file")
    with page.expect_navigation(url="**/search**"):
        page.keyboard.press("Enter")
    assert list_products(page)[0] == product_id


def test_a_product_is_opened_from_an_answer_by_keyboard(page: Page) -> None:
    """The card's title is its link; Enter follows it."""
    page.goto("/samples/1")
    first = list_products(page)[0]
    press_tab_until(page, "href", f"/products/{first}")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/products/{first}")
