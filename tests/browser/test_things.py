"""Several things in one photo, results that follow the frame, and the frame in full screen."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import answer_with_things, box_of, list_similar, upload
from tests.browser.test_cropping import frame
from tests.browser.test_refining import count_posts


@pytest.fixture
def spotted(page: Page, shopper_photo: Path) -> Page:
    """An answer to a photo in which two things were found: the drawn boutique has nobody who wears several."""
    page.route("**/search/*/things*", answer_with_things)
    page.goto("/")
    upload(page, shopper_photo)
    expect(page.get_by_role("button", name="Search the bag")).to_be_visible()
    return page


def test_a_hotspot_searches_its_thing_without_sending_the_photo_again(spotted: Page) -> None:
    sent = count_posts(spotted)
    bag = spotted.get_by_role("button", name="Search the bag")
    expect(bag).to_have_attribute("aria-pressed", "false")
    bag.click()
    spotted.wait_for_url("**box=0.1,0.6,0.3,0.3")
    expect(bag).to_have_attribute("aria-pressed", "true")
    expect(spotted.get_by_role("button", name="Search the coat")).to_have_attribute("aria-pressed", "false")
    assert [address for address in sent if "/search" in address] == []
    assert list_similar(spotted)
    spotted.go_back()
    spotted.wait_for_url(lambda address: "box=" not in address)
    expect(bag).to_have_attribute("aria-pressed", "false")


def test_a_photo_that_is_searched_whole_is_not_shaded(spotted: Page) -> None:
    light = spotted.locator("[data-crop-light]")
    assert light.evaluate("element => getComputedStyle(element).boxShadow") == "none"
    spotted.get_by_role("button", name="Search the bag").click()
    spotted.wait_for_url("**box=**")
    expect(light).not_to_have_css("box-shadow", "none")


def test_results_follow_a_frame_that_is_held_and_only_letting_go_counts(spotted: Page) -> None:
    """And what was there before is there again if one goes back."""
    whole = list_similar(spotted)
    address = spotted.url
    spotted.locator("[data-handle='se']").hover()
    photo = box_of(spotted.get_by_alt_text("Your photo").first)
    spotted.mouse.down()
    with spotted.expect_response("**box=**") as fetched:
        spotted.mouse.move(photo["x"] + photo["width"] * 0.3, photo["y"] + photo["height"] * 0.3, steps=4)
    assert fetched.value.request.headers["purpose"] == "prefetch"
    spotted.wait_for_function(
        "before => JSON.stringify([...document.querySelectorAll('[data-product][data-list=similar]')]"
        ".map(card => card.dataset.product)) !== before",
        arg=json.dumps(whole, separators=(",", ":")),
    )
    assert spotted.url == address
    followed = list_similar(spotted)
    spotted.mouse.up()
    spotted.wait_for_url("**box=**")
    expect(spotted.locator("[data-answer]")).not_to_have_attribute("aria-busy", "true")
    assert list_similar(spotted) == followed
    spotted.go_back()
    spotted.wait_for_url(address)
    assert list_similar(spotted) == whole


def test_the_frame_has_the_whole_screen_of_a_phone(phone: Page, shopper_photo: Path) -> None:
    """The results stay below it and follow; Done and Escape lead back."""
    phone.goto("/")
    upload(phone, shopper_photo)
    small = box_of(phone.get_by_alt_text("Your photo").first)
    phone.get_by_role("button", name="Choose a part in full screen").click()
    done = phone.get_by_role("button", name="Done")
    expect(done).to_have_attribute("aria-expanded", "true")
    assert box_of(phone.get_by_alt_text("Your photo").first)["height"] > small["height"]
    found = box_of(phone.locator("[data-answer] .found"))
    assert found["y"] < 844 < found["y"] + found["height"] + 1
    frame(phone).focus()
    for _ in range(6):
        phone.keyboard.press("Shift+ArrowLeft")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**box=**")
    expect(done).to_be_visible()
    done.click()
    expect(phone.get_by_role("button", name="Choose a part in full screen")).to_be_visible()
    assert phone.locator(".masthead").evaluate("element => element.inert") is False


def test_nothing_is_placed_where_nothing_was_found(page: Page, shopper_photo: Path) -> None:
    page.goto("/")
    with page.expect_response("**/things*") as asked:
        upload(page, shopper_photo)
    assert asked.value.json() == {"things": []}
    expect(page.locator(".thing")).to_have_count(0)
