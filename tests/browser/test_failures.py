"""What can't be done is said in words, with a way on, in the reader's language."""

import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.stage import serve_shop
from tests.browser.pages import carry, list_products, photo_field, upload
from tests.browser.watch import watch_of


@pytest.fixture(scope="module")
def bare_shop(demo_home: Path, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a shop with a catalogue and without an index."""
    home = tmp_path_factory.mktemp("bare")
    shutil.copy(demo_home / "catalog.db", home)
    with serve_shop(home, VITRINA_SAMPLES=str(demo), VITRINA_DATABASE_URL="") as address:
        yield address


@pytest.fixture
def tiny_photo(tmp_path: Path) -> Path:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "tiny.png")
    return tmp_path / "tiny.png"


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    (tmp_path / "letter.txt").write_text("Please find the photo attached.")
    return tmp_path / "letter.txt"


@pytest.fixture
def broken_photo(tmp_path: Path, shopper_photo: Path) -> Path:
    """A photo by its name and first bytes, cut off."""
    (tmp_path / "broken.jpg").write_bytes(shopper_photo.read_bytes()[:3000])
    return tmp_path / "broken.jpg"


@pytest.fixture
def lying_file(tmp_path: Path) -> Path:
    """A photo by its name only."""
    (tmp_path / "lying.jpg").write_text("Please find the photo attached.")
    return tmp_path / "lying.jpg"


def test_a_file_that_is_no_photo_is_refused_before_it_is_sent(page: Page, text_file: Path) -> None:
    """Said in an alert beside the form, which takes the next file."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/")
    photo_field(page).set_input_files(text_file)
    expect(page.get_by_role("alert")).to_contain_text("not a photo")
    assert sent == []


def test_a_dropped_file_that_is_no_photo_is_refused(page: Page, text_file: Path) -> None:
    """A drop passes the file dialog's own filter by."""
    page.goto("/")
    carrier = carry(page, text_file, "text/plain")
    page.locator("form[data-ask] .ask__zone").first.dispatch_event("drop", {"dataTransfer": carrier})
    expect(page.get_by_role("alert")).to_contain_text("not a photo")


def test_a_photo_over_the_limit_is_refused_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    """Unless the browser can scale it down: random bytes it can't."""
    random.seed(0)
    (tmp_path / "huge.jpg").write_bytes(random.randbytes(33 * 2**20))
    page.goto("/")
    photo_field(page).set_input_files(tmp_path / "huge.jpg")
    expect(page.get_by_role("alert")).to_contain_text("larger than 32 MB")


@pytest.mark.parametrize(
    ("photo", "status", "said"),
    [
        ("tiny_photo", 422, "That photo is too small"),
        ("broken_photo", 422, "That photo is damaged"),
        ("lying_file", 415, "That is not a photo we can read"),
    ],
)
def test_a_photo_that_the_shop_cannot_use_is_answered_in_words(
    page: Page, request: pytest.FixtureRequest, photo: str, status: int, said: str
) -> None:
    """What is the matter, and a form for the next photo, which works."""
    watch_of(page).allow(f"{status} POST /search")  # unless a script has seen it before
    page.goto("/")
    photo_field(page).set_input_files(request.getfixturevalue(photo))
    expect(page.get_by_text(said).first).to_be_visible()
    upload(page, request.getfixturevalue("shopper_photo"))
    assert list_products(page)


def test_a_shop_without_an_index_says_so_and_can_be_browsed(
    open_window: Callable[..., Page], bare_shop: str, shopper_photo: Path
) -> None:
    """Not the visitor's fault; products and categories are still there, without look-alikes."""
    page = open_window(base_url=bare_shop)
    watch_of(page).expect("503 (POST|GET) /search")
    page.goto("/")
    photo_field(page).set_input_files(shopper_photo)
    expect(page.get_by_text("still arranging the window")).to_be_visible()
    page.goto("/products/mc-001-burgundy")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/categories/MEN_Coats")
    assert len(list_products(page)) > 5  # cards: the colours of a product share one


@pytest.mark.parametrize(("language", "said"), [("en", "Page not found"), ("es", "Página no encontrada")])
def test_an_address_that_leads_nowhere_leads_home(page: Page, language: str, said: str) -> None:
    """In words, not as the browser's blank page."""
    watch_of(page).expect("404 GET /nowhere")
    page.goto(f"/nowhere?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_have_text(said)
    page.locator("main a[href='/']").click()
    page.wait_for_url("**/")


def test_a_photo_unlike_anything_is_answered_honestly(page: Page, tmp_path: Path) -> None:
    """Noise: the page says that nothing looks like it, and names the nearest category to browse."""
    random.seed(1)
    noise = Image.frombytes("RGB", (24, 32), random.randbytes(24 * 32 * 3)).resize((480, 640), Image.Resampling.NEAREST)
    noise.save(tmp_path / "noise.png")
    page.goto("/")
    upload(page, tmp_path / "noise.png")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here looks like that.")
    expect(page.locator("main a[href^='/categories/']").first).to_be_visible()


def test_filters_that_leave_nothing_are_answered_honestly(page: Page) -> None:
    """With the predicted category to browse."""
    page.goto("/samples/1?max_price=0")
    expect(
        page.get_by_text(re.compile("^(Nothing here looks like that|No products match these filters)")).first
    ).to_be_visible()
    expect(page.locator("main a[href^='/categories/']").first).to_be_visible()
