"""A photo on its way and afterwards: scaled, shown, sent once, kept for a while, and what if the shop is away."""

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from benchmarks.stage import serve_shop
from search.model_quality.language import LANGUAGES
from tests.browser.pages import list_products, photo_field, upload
from tests.browser.watch import watch_of


@pytest.fixture
def phone_photo(tmp_path: Path, shopper_photo: Path) -> Path:
    """Twelve megapixels with a camera's noise, lying on its side as phones store them."""
    random.seed(2)
    with Image.open(shopper_photo) as image:
        large = image.resize((3000, 4000))
    noise = Image.frombytes("L", (750, 1000), random.randbytes(750 * 1000)).resize((3000, 4000)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    path = tmp_path / "phone.jpg"
    Image.blend(large, noise, 0.08).transpose(Image.Transpose.ROTATE_90).save(path, quality=92, exif=exif)
    return path


def _settings(demo: Path) -> dict[str, Any]:
    return {"VITRINA_SAMPLES": str(demo), "VITRINA_DATABASE_URL": ""}


@pytest.fixture(scope="module")
def forgetful_shop(shop_home: Path, demo: Path) -> Iterator[str]:
    """The address of a shop that keeps no photos at all."""
    with serve_shop(shop_home, VITRINA_PHOTO_MINUTES="0", **_settings(demo)) as address:
        yield address


@pytest.fixture(scope="module")
def hasty_shop(shop_home: Path, demo: Path) -> Iterator[str]:
    """The address of a shop that keeps photos for three seconds."""
    settings: dict[str, Any] = {
        "VITRINA_SAMPLES": str(demo),
        "VITRINA_DATABASE_URL": "",
        "VITRINA_PHOTO_MINUTES": "0.05",
    }
    with serve_shop(shop_home, **settings) as address:
        yield address


def test_a_phones_photo_is_scaled_down_before_it_is_sent(phone: Page, phone_photo: Path) -> None:
    """A slow line carries a tenth; the answer is that to the upright photo."""
    assert phone_photo.stat().st_size > 1_500_000
    bodies: list[int] = []

    def measure(route: Route) -> None:
        bodies.append(len(route.request.post_data_buffer or b""))
        route.continue_()

    phone.route("**/search", measure)
    phone.goto("/")
    upload(phone, phone_photo)
    assert len(bodies) == 1
    assert 20_000 < bodies[0] < 700_000
    expect(phone.get_by_role("heading", level=1)).to_contain_text("coats")


def test_progress_is_shown_while_the_shop_searches(page: Page, shopper_photo: Path) -> None:
    """The photo at once and a word in a live region, so that nobody chooses it twice; it can be cancelled."""
    page.goto("/")
    page.route("**/search", lambda route: None)  # an answer that takes for ever
    photo_field(page).set_input_files(shopper_photo)
    preview = page.get_by_alt_text("Your photo").first
    expect(preview).to_be_visible()
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    expect(page.get_by_role("status").filter(has_text=re.compile("Preparing|Sending|Searching"))).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(preview).to_be_hidden()
    expect(photo_field(page)).to_be_enabled()


def test_a_shop_that_is_away_is_said_to_be(page: Page, shopper_photo: Path) -> None:
    """In the page, not as the browser's error; when it is back, the same photo works."""
    watch_of(page).expect("ERR_CONNECTION_REFUSED POST /search")
    page.goto("/")
    page.route("**/search", lambda route: route.abort("connectionrefused"))
    photo_field(page).set_input_files(shopper_photo)
    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    page.unroute("**/search")
    upload(page, shopper_photo)
    assert list_products(page)


def test_being_offline_is_said(page: Page, shopper_photo: Path) -> None:
    """Without trying first."""
    watch_of(page).allow("ERR_INTERNET_DISCONNECTED GET")  # pictures that were still to come
    page.goto("/")
    page.context.set_offline(True)
    photo_field(page).set_input_files(shopper_photo)
    expect(page.get_by_role("alert").filter(has_text="offline")).to_be_visible()
    page.context.set_offline(False)


def test_an_answer_has_an_address_that_nobody_can_guess(page: Page, shopper_photo: Path) -> None:
    """Two uploads of one photo, two long tokens; the photo is private to whoever has one."""
    addresses = []
    for _ in range(2):
        page.goto("/")
        upload(page, shopper_photo)
        addresses.append(re.findall(r"/search/([\w-]+)", page.url)[0])
    assert addresses[0] != addresses[1]
    assert min(map(len, addresses)) >= 20
    page.reload()
    assert list_products(page)
    photo = page.request.get(f"/search/{addresses[1]}/photo.jpg")
    assert photo.headers["content-type"] == "image/jpeg"
    assert "private" in photo.headers["cache-control"]


@pytest.mark.parametrize("browser_way", ["go_back", "reload"])
def test_the_browsers_own_buttons_leave_a_usable_page(page: Page, shopper_photo: Path, browser_way: str) -> None:
    """Back from an answer finds a form that takes the same photo again; reloading an answer shows it again."""
    page.goto("/")
    upload(page, shopper_photo)
    getattr(page, browser_way)()
    upload(page, shopper_photo)
    expect(page.get_by_role("heading", level=1)).to_contain_text("coats")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_that_is_gone_is_asked_for_again(page: Page, shopper_photo: Path, language: str) -> None:
    """An old address: what happened, and the form to show the photo once more."""
    watch_of(page).expect("410 GET /search/")
    page.goto(f"/search/{'A' * 43}?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    upload(page, shopper_photo)
    assert list_products(page)


def test_a_photo_is_gone_when_its_time_is_over(
    open_window: Callable[..., Page], hasty_shop: str, shopper_photo: Path
) -> None:
    """For the address and for the photo itself."""
    page = open_window(base_url=hasty_shop)
    page.goto("/")
    upload(page, shopper_photo)
    address = page.url
    time.sleep(4)
    watch_of(page).expect("410 GET /search/")
    page.goto(address)
    expect(photo_field(page)).to_be_attached()
    assert page.request.get(f"{address.split('?')[0]}/photo.jpg").status == 410


@pytest.mark.parametrize("scripts", [True, False])
def test_a_shop_that_keeps_nothing_answers_all_the_same(
    open_window: Callable[..., Page], forgetful_shop: str, shopper_photo: Path, shop_home: Path, scripts: bool
) -> None:
    """At once, with the photo inside the page; nothing is written."""
    kept = shop_home / "cache" / "asked"
    before = sorted(kept.glob("*")) if kept.exists() else []
    page = open_window(base_url=forgetful_shop, java_script_enabled=scripts)
    page.goto("/")
    photo_field(page).set_input_files(shopper_photo)
    if not scripts:
        page.locator("form[data-ask]").get_by_role("button", name="Search").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("coats")
    assert list_products(page)
    assert (page.get_by_alt_text("Your photo").first.get_attribute("src") or "").startswith("data:image/jpeg")
    now = set(kept.glob("*")) if kept.exists() else set()
    assert now <= set(before)  # photos of earlier tests may run out meanwhile
