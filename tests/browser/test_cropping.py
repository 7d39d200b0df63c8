"""The part of the photo that counts is chosen in the photo, and searched without sending it again."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import box_of, list_similar, upload
from tests.browser.test_refining import count_posts


def read_box(address: str) -> list[float]:
    """The box of an answer's address: left, top, width, height as fractions."""
    return [float(part) for part in parse_qs(urlsplit(address).query)["box"][0].split(",")]


def frame(page: Page) -> Locator:
    return page.get_by_label("Part of the photo to search with").and_(page.locator("[tabindex='0']"))


@pytest.fixture
def answered(page: Page, shopper_photo: Path) -> Page:
    """The answer to a shopper's photo."""
    page.goto("/")
    upload(page, shopper_photo)
    expect(frame(page)).to_be_visible()
    return page


def test_the_frame_is_moved_and_resized_by_keyboard(answered: Page) -> None:
    """Shift and arrows make it smaller, arrows move it, Enter searches; focus stays in the frame."""
    sent = count_posts(answered)
    frame(answered).focus()
    for _ in range(6):
        answered.keyboard.press("Shift+ArrowLeft")
        answered.keyboard.press("Shift+ArrowUp")
    answered.keyboard.press("Enter")
    answered.wait_for_url("**box=**")
    left, _, width, height = read_box(answered.url)
    assert width < 1
    assert height < 1
    expect(frame(answered)).to_be_focused()
    answered.keyboard.press("ArrowRight")
    answered.keyboard.press("Enter")
    answered.wait_for_url(lambda address: "box=" in address and read_box(address)[0] > left)
    assert read_box(answered.url)[2:] == pytest.approx([width, height], abs=0.01)
    assert [address for address in sent if "/search" in address] == []
    assert list_similar(answered)


def test_the_frame_is_dragged_by_its_corners(answered: Page) -> None:
    """With a mouse; the search begins when it is let go of."""
    answered.locator("[data-handle='se']").hover()  # which waits until the photo has come and nothing moves any more
    photo = box_of(answered.get_by_alt_text("Your photo").first)
    answered.mouse.down()
    answered.mouse.move(photo["x"] + photo["width"] * 0.6, photo["y"] + photo["height"] * 0.6, steps=5)
    answered.mouse.up()
    answered.wait_for_url("**box=**")
    left, top, width, height = read_box(answered.url)
    assert left + width == pytest.approx(0.6, abs=0.06)
    assert top + height == pytest.approx(0.6, abs=0.06)


def test_another_part_is_another_search(answered: Page) -> None:
    """A small corner of the photo looks like something else; going back brings the whole photo's answer."""
    whole = list_similar(answered)
    frame(answered).focus()
    for _ in range(30):
        answered.keyboard.press("Shift+ArrowLeft")
        answered.keyboard.press("Shift+ArrowUp")
    answered.keyboard.press("Enter")
    answered.wait_for_url("**box=**")
    expect(answered.locator("[data-answer]")).not_to_have_attribute("aria-busy", "true")
    assert list_similar(answered) != whole
    answered.go_back()
    answered.wait_for_url(lambda address: "box=" not in address)
    assert list_similar(answered) == whole


def test_escape_takes_a_change_back(answered: Page) -> None:
    """Before it was searched."""
    before = frame(answered).bounding_box()
    frame(answered).focus()
    answered.keyboard.press("Shift+ArrowLeft")
    answered.keyboard.press("Escape")
    assert frame(answered).bounding_box() == pytest.approx(before, abs=1)
    assert "box=" not in answered.url


def test_the_frame_says_where_it_is(answered: Page) -> None:
    """A live region follows it in words."""
    frame(answered).focus()
    answered.keyboard.press("Shift+ArrowLeft")
    expect(answered.locator("[aria-live=polite]").filter(has_text="% wide")).to_have_count(1)


def test_the_first_guess_is_where_the_product_is(answered: Page) -> None:
    """The boutique's shoppers hold the product to the middle of a cluttered photo: the guess covers the middle."""
    left, top, width, height = (
        float(part) for part in (answered.locator("[data-guess]").get_attribute("data-guess") or "").split(",")
    )
    assert left < 0.5 < left + width
    assert top < 0.5 < top + height
    assert width * height < 1


def test_parts_can_be_chosen_without_scripts(open_window: Callable[..., Page], shopper_photo: Path) -> None:
    """Links to the usual halves and to the guess."""
    page = open_window(java_script_enabled=False)
    page.goto("/")
    page.locator("form[data-ask] input[type=file]").first.set_input_files(shopper_photo)
    with page.expect_navigation(url="**/search**"):
        page.locator("form[data-ask]").get_by_role("button", name="Search").first.click()
    whole = list_similar(page)
    page.get_by_role("link", name="Upper part").click()
    page.wait_for_url("**box=**")
    assert list_similar(page)
    page.get_by_role("link", name="Whole photo").click()
    page.wait_for_url(lambda address: "box=" not in address)
    assert list_similar(page) == whole


def test_the_frame_works_under_a_thumb(phone: Page, shopper_photo: Path) -> None:
    """Targets of at least 24 pixels, and the page beside it still scrolls."""
    phone.goto("/")
    upload(phone, shopper_photo)
    for handle in phone.locator("[data-handle]").all():
        box = box_of(handle)
        assert min(box["width"], box["height"]) >= 24
    assert phone.get_by_alt_text("Your photo").first.evaluate("photo => getComputedStyle(photo).touchAction") != "none"
