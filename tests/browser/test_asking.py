"""Ways to show a photo, each ending at the same answer."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.pages import carry, list_products, upload


def test_a_chosen_photo_is_searched_at_once(page: Page, studio_photo: tuple[Path, str]) -> None:
    """No second click: the category as the heading, the product itself first."""
    photo, product_id = studio_photo
    page.goto("/")
    upload(page, photo)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bags")
    assert list_products(page)[0] == product_id
    expect(page.get_by_alt_text("Your photo").first).to_be_visible()


def test_a_photo_taken_with_the_camera_is_searched(phone: Page, shopper_photo: Path) -> None:
    """Phones offer a second field; both may not be sent."""
    phone.goto("/")
    with phone.expect_navigation(url="**/search**"):
        phone.locator("input[type=file][capture]").set_input_files(shopper_photo)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("coats")


def test_a_dropped_photo_is_searched(page: Page, studio_photo: tuple[Path, str]) -> None:
    """From the desktop or another window, onto the zone."""
    photo, product_id = studio_photo
    page.goto("/")
    carrier = carry(page, photo)
    zone = page.locator("form[data-ask] .ask__zone").first
    zone.dispatch_event("dragover", {"dataTransfer": carrier})
    with page.expect_navigation(url="**/search**"):
        zone.dispatch_event("drop", {"dataTransfer": carrier})
    assert list_products(page)[0] == product_id


def test_a_photo_dropped_beside_the_zone_leaves_the_page_alone(page: Page, shopper_photo: Path) -> None:
    """A browser would show the file in place of the shop."""
    page.goto("/")
    carrier = carry(page, shopper_photo)
    cancelled = page.evaluate(
        """(carrier) => ['dragover', 'drop'].map((name) => !document.body.dispatchEvent(
            new DragEvent(name, {dataTransfer: carrier, bubbles: true, cancelable: true})))""",
        carrier,
    )
    assert cancelled == [True, True]


def test_a_pasted_photo_is_searched(page: Page, studio_photo: tuple[Path, str]) -> None:
    """A screenshot, or a picture copied from another page."""
    photo, product_id = studio_photo
    page.goto("/")
    carrier = carry(page, photo)
    with page.expect_navigation(url="**/search**"):
        page.evaluate(
            """(clipboardData) => document.body.dispatchEvent(
                new ClipboardEvent('paste', {clipboardData, bubbles: true}))""",
            carrier,
        )
    assert list_products(page)[0] == product_id


def test_every_sample_is_answered(page: Page) -> None:
    """Samples are links, with a name and a picture that loads; each leads to products."""
    page.goto("/")
    samples = page.get_by_role("link", name="sample photo")
    addresses = samples.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(addresses) == 6
    for address in addresses:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).not_to_be_empty()
        assert len(list_products(page)) > 3  # the close matches, and what goes with it


def test_another_photo_can_be_tried_from_an_answer(page: Page, studio_photo: tuple[Path, str]) -> None:
    """Without going back to the start page."""
    photo, product_id = studio_photo
    page.goto("/samples/1")
    assert list_products(page)[0] != product_id
    upload(page, photo)
    assert list_products(page)[0] == product_id
