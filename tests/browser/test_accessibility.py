"""axe-core finds nothing to complain of: WCAG 2.2 AA and its best practices, on every page as people meet it."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE
from search.model_quality.language import LANGUAGES
from tests.browser.axe import list_violations
from tests.browser.pages import answer_with_things, photo_field
from tests.browser.watch import watch_of

ADDRESSES = {
    "start": "/",
    "result": "/samples/1",
    "result that filters leave empty": "/samples/1?max_price=0",
    "similar": "/products/mc-001-burgundy/similar",
    "product": "/products/mc-001-burgundy",
    "category": "/categories/MEN_Coats",
    "category with filters": "/categories/MEN_Coats?colour=Burgundy&sort=cheapest",
    "category that filters leave empty": "/categories/MEN_Coats?max_price=0",
    "words": "/search?q=blue+coat+under+400",
    "words that leave nothing": "/search?q=long+red+coat",
    "words that were taken for others": "/search?q=t-shirt+blak+without+zips",
    "words that find nothing": "/search?q=zzzz",
    "saved": "/saved",
    "the API's documentation": "/api/v1/docs",
    "nowhere": "/nowhere",
    "refused parameter": "/samples/1?min_price=much",
    "expired photo": "/search/AAAAAAAAAAAAAAAAAAAAAA",
}
REFUSED = {"nowhere": "404 GET", "refused parameter": "400 GET", "expired photo": "4(04|10) GET"}


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo that is like nothing in any shop."""
    random.seed(1)
    blocks = Image.frombytes("RGB", (24, 32), random.randbytes(24 * 32 * 3))
    path = tmp_path_factory.mktemp("noise") / "noise.png"
    blocks.resize((480, 640), Image.Resampling.NEAREST).save(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(
    open_window: Callable[..., Page], noise: Path, tmp_path: Path, size: dict, language: str
) -> None:
    """Every page and both themes in one window, since opening windows is what takes long."""
    page = open_window(**size)
    found = []
    for name, address in ADDRESSES.items():
        if name in REFUSED:
            watch_of(page).expect(REFUSED[name])
        page.goto(address + ("&" if "?" in address else "?") + f"lang={language}")
        found += list_violations(page, name)
    page.goto("/")
    with page.expect_navigation(url="**/search**"):
        photo_field(page).set_input_files(noise)
    found += list_violations(page, "nothing alike")
    found += _list_violations_of_what_opens(page)
    page.goto("/")
    (tmp_path / "letter.txt").write_text("no photo")
    photo_field(page).set_input_files(tmp_path / "letter.txt")
    expect(page.get_by_role("alert")).not_to_be_empty()
    found += list_violations(page, "refused file")
    assert found == []


def _list_violations_of_what_opens(page: Page) -> list[str]:
    """An answer with hotspots, a card's menu with its reasons and those below; then what was saved of it."""
    page.route("**/search/*/things*", answer_with_things)
    page.reload()
    expect(page.get_by_role("button", name="Search the bag")).to_be_visible()
    card = page.locator("[data-list=similar]").first
    card.locator("summary").click()
    card.locator("[data-save]").click()
    card.locator("[data-not-wanted]").click()
    page.locator(".feedback summary").evaluate("summary => { summary.parentNode.open = true; }")
    found = list_violations(page, "what opens on an answer")
    page.goto("/saved")
    expect(page.locator("[data-saved-list] .card")).to_have_count(1)
    return found + list_violations(page, "saved products and searches")


def test_axe_would_find_something(page: Page) -> None:
    """The oracle itself: a picture without a text, and letters too pale to read."""
    page.goto("/")
    page.evaluate(
        """() => {
        document.querySelector('main ul img').removeAttribute('alt');
        document.querySelector('footer p').style.color = '#bbb';
        }"""
    )
    found = list_violations(page, "spoilt")
    assert any("image-alt" in line for line in found)
    assert any("color-contrast" in line for line in found)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("footer p { color: #333 !important }", "color-contrast"),
        ("footer p, footer p * { font-size: 40px !important; color: #333 !important }", "color-contrast"),
        ("#bare { display: block !important }", "image-alt"),
    ],
)
def test_axe_would_find_what_is_wrong_in_the_dark_alone(page: Page, rule: str, fault: str) -> None:
    """Also where the dark theme shows, or moves, what the light one doesn't."""
    page.goto("/")
    page.evaluate(
        """(rule) => {
        const bare = document.querySelector('main ul img').cloneNode();
        bare.removeAttribute('alt');
        bare.id = 'bare';
        document.querySelector('main').append(bare);
        document.styleSheets[0].insertRule('#bare { display: none }', document.styleSheets[0].cssRules.length);
        const dark = `@media (prefers-color-scheme: dark) { ${rule} }`;
        document.styleSheets[0].insertRule(dark, document.styleSheets[0].cssRules.length);
        }""",
        rule,
    )
    found = list_violations(page, "spoilt")
    assert any(line.startswith(f"spoilt, dark: {fault}") for line in found)
    assert not any(line.startswith("spoilt, light") for line in found)
