"""Curation as a browser sees it: what is previewed is what shoppers get."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE
from tests.browser.axe import list_violations
from tests.browser.pages import list_similar, overflow
from tests.browser.watch import watch_of

COAT = "mc-001-burgundy"
HOME = "/studio/curation/"


def list_preview(desk: Page) -> list[str]:
    """The ids of the list with the rule."""
    cards = desk.locator("[data-preview] ol").first.locator("[data-product]")
    return cards.evaluate_all("cards => cards.map(card => card.dataset.product)")


def test_a_rule_is_tried_saved_seen_by_shoppers_and_undone(
    desk: Page, open_window: Callable[..., Page], studio: str
) -> None:
    """The preview follows the form without a click, says what changes, and is true."""
    shopper = open_window(base_url=studio)
    shopper.goto(f"/products/{COAT}/similar")
    plain = list_similar(shopper)
    target = plain[6]
    desk.goto(f"{HOME}new?list=similar&product_id={COAT}&target={target}")
    assert list_preview(desk) == [target, *(one for one in plain if one != target)][:12]
    desk.get_by_label("Place, counted over all pages").fill("3")
    desk.get_by_label("Place, counted over all pages").press("Tab")
    expect(desk.locator("[data-preview] ol").first.locator("li").nth(2)).to_have_attribute("data-product", target)
    expect(desk.locator("#announcement")).to_contain_text("as if the rule held today")
    foreseen = list_preview(desk)

    shopper.reload()
    assert list_similar(shopper) == plain, "a preview changes nothing"
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved. Shoppers see it from now on.")).to_be_visible()
    shopper.reload()
    assert list_similar(shopper)[:12] == foreseen
    desk.get_by_role("button", name="Undo", exact=True).first.click()
    expect(desk.get_by_text("Taken back.")).to_be_visible()
    shopper.reload()
    assert list_similar(shopper) == plain


def test_the_form_shows_only_what_it_needs(desk: Page) -> None:
    """And by the keyboard alone."""
    desk.goto(HOME + "new")
    expect(desk.get_by_label("Place, counted over all pages")).to_be_visible()
    expect(desk.get_by_label("How strongly")).to_be_hidden()
    desk.get_by_role("radio", name="Pin").focus()
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_label("How strongly")).to_be_visible()
    expect(desk.get_by_label("Place, counted over all pages")).to_be_hidden()
    desk.get_by_role("radio", name="a category").first.focus()
    desk.keyboard.press("Space")
    expect(desk.get_by_label("Category that is looked at")).to_be_visible()
    expect(desk.get_by_label("Product that is looked at")).to_be_hidden()


def test_words_find_a_product_for_the_form(desk: Page) -> None:
    """With its picture, by the keyboard or a click; the preview follows, and Escape leaves what was typed."""
    desk.goto(f"{HOME}new?list=similar&product_id={COAT}")
    field = desk.get_by_role("combobox", name="Product (id or address)")
    options = desk.get_by_role("option")
    field.fill("duffle nav")
    expect(options.first).to_be_visible()
    assert options.first.locator("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    assert not list_violations(desk, "options")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    wanted = options.first.get_attribute("data-value")
    field.press("Enter")
    expect(field).to_have_value(str(wanted))
    expect(desk.get_by_role("listbox")).to_be_hidden()
    expect(desk.locator("[data-preview] ol").first.locator("li").first).to_have_attribute("data-product", str(wanted))

    field.fill("scarf")
    expect(options.nth(1)).to_be_visible()
    options.nth(1).click()
    expect(desk.get_by_role("listbox")).to_be_hidden()
    assert field.input_value() not in ("scarf", wanted)
    field.fill("zzzz")
    expect(desk.get_by_text("No product has these words.")).to_be_visible()
    field.press("Escape")
    expect(desk.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("zzzz")


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(open_desk: Callable[..., Page], size: dict) -> None:
    """With rules of every state, a refused form, a refused file, and a learned table."""
    desk = open_desk(**size)
    watch_of(desk).expect("422 POST")
    desk.goto(f"{HOME}new?action=hide&target={COAT}&last_day=2026-01-01")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved.")).to_be_visible()
    desk.goto(f"{HOME}new?product_id={COAT}&target=mc-002&note={'long' * 30}")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    found = list_violations(desk, "refused form")
    desk.goto(HOME + "file")
    desk.get_by_label("CSV file").set_input_files(
        {"name": "rules.csv", "mimeType": "text/csv", "buffer": b"list,action,target\nsimilar,burn,nobody\n"}
    )
    desk.get_by_role("button", name="Import").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    found += list_violations(desk, "refused file")
    desk.goto(HOME + "pairs")
    desk.get_by_role("button", name="Relearn").click()
    for address in (
        "",
        f"new?product_id={COAT}&target=mc-001-brown",
        "pairs",
        "pairs?category=MEN_Coats",
        "file",
        "synonyms",
        "kinds",
    ):
        desk.goto(HOME + address)
        assert overflow(desk) <= 0, address
        found += list_violations(desk, address or "rules")
    assert found == []


def test_pins_are_dragged_and_moved_by_keys_and_saved_together(desk: Page) -> None:
    """A drag over several places is one drag, an arrow tells where its pin went, and the pages have nothing amiss."""
    for place, target in enumerate(("mc-004-tan", "mc-002-green", "mc-003-green"), 1):
        desk.goto(f"{HOME}new?list=goes_with&product_id={COAT}&target={target}&action=pin&position={place}")
        desk.get_by_role("button", name="Save").click()
        desk.wait_for_url("**/studio/curation/?done=*")
    desk.goto(f"{HOME}order?list=goes_with&anchor_kind=product&anchor={COAT}")
    pins = desk.locator(".order__pin input[name=pin]")
    first, second, third = pins.evaluate_all("pins => pins.map(pin => pin.value)")
    grip = desk.locator("[data-grip]").nth(2).bounding_box()
    top = desk.locator(".order__pin").first.bounding_box()
    assert grip is not None
    assert top is not None
    desk.mouse.move(grip["x"] + 5, grip["y"] + 5)
    desk.mouse.down()
    desk.mouse.move(grip["x"] + 5, top["y"] + 3, steps=12)
    desk.mouse.up()
    assert pins.evaluate_all("pins => pins.map(pin => pin.value)") == [third, first, second]
    expect(desk.locator("#announcement")).to_contain_text("place 1 of 3")
    desk.locator("[data-move=up]").nth(2).press("Enter")
    assert pins.evaluate_all("pins => pins.map(pin => pin.value)") == [third, second, first]
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved. Shoppers see it from now on.")).to_be_visible()
    assert [one.split(":")[0] for one in pins.evaluate_all("pins => pins.map(pin => pin.value)")] == [
        one.split(":")[0] for one in (third, second, first)
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    "where", ["curation/links", "curation/synonyms", "curation/synonyms?category=MEN_Coats", "products/?words=coat"]
)
def test_nothing_is_amiss_on_the_merchandisers_pages(open_desk: Callable[..., Page], size: dict, where: str) -> None:
    desk = open_desk(**size)
    desk.goto(f"/studio/{where}")
    assert list_violations(desk, where) == []
    assert overflow(desk) == 0
