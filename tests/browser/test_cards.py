"""What a card tells, and what a product page adds: colours, reasons, a zoom, and what was looked at before."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import list_similar, photo_field

WHOLE = "/samples/1?close=false"  # the close matches and what is less similar
PRODUCT, OTHER = "/products/mc-001-burgundy", "/products/mc-002-green"


def test_colours_of_a_product_share_a_card(page: Page) -> None:
    """The boutique's ids begin with their design: none comes twice, and cards say that there are more colours."""
    page.goto(WHOLE)
    designs = [re.findall(r"^[a-z]+-\d+", product_id)[0] for product_id in list_similar(page)]
    assert len(designs) == len(set(designs)) == 24
    expect(page.locator("[data-list=similar]").first).to_contain_text(re.compile(r"\d more colours?"))


def test_cards_know_their_list_and_place(page: Page) -> None:
    """From one, without gaps, on the second page too: what a click's event tells."""
    page.goto(f"{WHOLE}&page=2")
    places = page.locator("[data-list=similar]").evaluate_all(
        "cards => cards.map(card => Number(card.dataset.position))"
    )
    assert places == list(range(25, 25 + len(places)))
    page.goto("/samples/1")
    places = page.locator("[data-list=goes_with]").evaluate_all(
        "cards => cards.map(card => Number(card.dataset.position))"
    )
    assert places[0] == 1
    assert len(places) > 3


def test_cards_say_how_alike_and_why(page: Page) -> None:
    """In words; a raw score is nowhere on the page."""
    page.goto("/samples/1")
    card = page.locator("[data-list=similar]").first
    card.locator("summary").click()
    expect(card.locator("details li").first).to_be_visible()
    assert not re.search(r"\b[01]\.\d{2,}\b", page.locator("main").inner_text())


def test_one_menu_at_a_time_is_open(page: Page) -> None:
    """Another one, a press elsewhere and Escape close it; Escape gives the focus back to its button."""
    page.goto(WHOLE)
    first, second = (page.locator("[data-list=similar] .menu").nth(number) for number in range(2))
    first.locator("summary").click()
    second.locator("summary").click()
    expect(first).not_to_have_attribute("open", "")
    expect(second).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(second).not_to_have_attribute("open", "")
    expect(second.locator("summary")).to_be_focused()
    first.locator("summary").click()
    page.locator("#similar").click()
    expect(first).not_to_have_attribute("open", "")


@pytest.mark.parametrize("address", [WHOLE, "/categories/MEN_Coats"])
def test_prices_of_a_row_stand_on_one_line(page: Page, address: str) -> None:
    """However long the titles beside them are."""
    page.goto(address)
    places = page.locator(".grid > .card").evaluate_all(
        "cards => cards.map(card => [card, card.querySelector('.card__price')].map(e => e.getBoundingClientRect().top))"
    )
    rows: dict[float, set[float]] = {}
    for card, price in places:
        rows.setdefault(round(card), set()).add(round(price))
    assert len(rows) > 2
    assert all(len(prices) == 1 for prices in rows.values())


def test_the_photo_button_is_always_in_reach(phone: Page, shopper_photo: Path) -> None:
    """Below on the screen, however far one has scrolled; on an answer it takes a photo at once."""
    phone.goto("/samples/1")
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    button = phone.get_by_role("link", name="Search by photo")
    expect(button).to_be_in_viewport()
    with phone.expect_file_chooser() as chooser:
        button.click()
    with phone.expect_navigation(url="**/search/**"):
        chooser.value.set_files(shopper_photo)
    phone.goto(PRODUCT)
    button.click()
    expect(photo_field(phone)).to_be_attached()
    phone.wait_for_url(lambda address: not address.endswith(PRODUCT))


def test_results_are_reached_without_what_stands_before_them(page: Page) -> None:
    """The second stop of the keyboard skips photo and filters."""
    page.goto("/samples/1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the results")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h2#similar")).to_be_focused()


def test_a_photo_is_seen_large(page: Page) -> None:
    """A dialog over the page: arrows turn to the next photo, Escape closes it, and focus is back where it was."""
    page.goto(PRODUCT)
    photo = page.locator("a[data-zoom]").first
    photo.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    shown = dialog.locator("img").first
    first = shown.get_attribute("src")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 400
    page.keyboard.press("ArrowRight")
    expect(shown).not_to_have_attribute("src", first)
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_attribute("src", first)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(photo).to_be_focused()


def test_a_photo_is_seen_large_without_scripts(open_window: Callable[..., Page]) -> None:
    """Its link leads to the picture."""
    page = open_window(java_script_enabled=False)
    page.goto(PRODUCT)
    page.locator("a[data-zoom]").first.click()
    page.wait_for_url("**/photos/**")


def test_what_was_viewed_is_remembered_in_this_browser_only(page: Page, open_window: Callable[..., Page]) -> None:
    """On the next product's page, not on its own; gone when cleared; another visitor knows nothing of it."""
    page.goto(PRODUCT)
    expect(page.get_by_role("heading", name="Recently viewed")).to_have_count(0)
    page.goto(OTHER)
    recent = page.locator("[data-recent-list]")
    expect(recent.locator(f"a[href$='{PRODUCT}']")).to_be_visible()
    expect(recent.locator(f"a[href$='{OTHER}']")).to_have_count(0)
    assert page.context.cookies() == []
    stranger = open_window()
    stranger.goto(OTHER)
    expect(stranger.get_by_role("heading", name="Recently viewed")).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    page.reload()
    expect(page.get_by_role("heading", name="Recently viewed")).to_have_count(0)


@pytest.mark.parametrize("stored", ["nonsense", '[{"id": "x", "title": "<b>x</b>", "url": "javascript:alert(1)"}]'])
def test_damaged_memory_does_no_harm(page: Page, stored: str) -> None:
    """What lies in a browser's storage is input like any other."""
    page.add_init_script(f"localStorage.setItem('recent', {stored!r})")
    page.goto(PRODUCT)
    expect(page.locator("a[href^='javascript']")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_theme_is_the_systems_until_it_is_switched(open_window: Callable[..., Page]) -> None:
    """And stays switched on the next page, before anything is painted."""
    page = open_window(color_scheme="light")
    page.goto("/")
    paper = (
        "getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor"
    )
    light = page.evaluate(paper)
    switch = page.get_by_role("button", name="Dark theme")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(paper) != light
    page.goto(PRODUCT)
    assert page.evaluate(paper) != light
