"""``vitrina.js`` on a page of another shop, at another origin: strips, the camera button, both languages, no shift."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE, serve_shop
from tests.browser.axe import list_violations
from tests.browser.watch import watch_of

DEMO = Path(__file__).parents[2] / "docs" / "storefront" / "demo.html"
MOST_BYTES = 10_000  # compressed
OBSERVE_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => entry.value)))
        .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Path -> the page that the foreign shop has there."""
    return {}


@pytest.fixture(scope="module")
def foreign(pages: dict[str, str], shop_home: Path) -> Iterator[str]:
    """The address of another shop's demo page, and a Vitrina that lets it ask."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages.get(self.path, "").encode()
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    with serve_shop(shop_home, VITRINA_CORS_ORIGINS=origin, VITRINA_DATABASE_URL="") as vitrina:
        page = DEMO.read_text("utf-8").replace("http://127.0.0.1:8000", vitrina)
        pages["/"], pages["/es"] = page, page.replace('lang="en"', 'lang="es"')
        pages["/lost"] = page.replace('data-product="', 'data-product="no-such-')
        yield origin
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_strips_fill_their_space_and_move_nothing(
    open_window: Callable[..., Page], foreign: str, device: dict[str, object]
) -> None:
    page = open_window(base_url=foreign, **device)
    page.add_init_script(OBSERVE_SHIFTS)
    page.goto("/")
    for title in ("Similar products", "Complete the look"):
        strip = page.get_by_role("list", name=title)
        expect(strip).not_to_have_attribute("aria-busy", "true")
        assert strip.get_by_role("link").count() >= 4
        strip.get_by_role("link").first.scroll_into_view_if_needed()
        expect(strip.locator("img").first).to_have_js_property("complete", True)
        assert strip.locator("img").first.evaluate("image => image.naturalWidth") > 0
    page.wait_for_timeout(300)
    assert page.evaluate("shifts.reduce((sum, one) => sum + one, 0)") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_photo_is_searched_from_the_search_box(
    open_window: Callable[..., Page], foreign: str, shopper_photo: Path
) -> None:
    page = open_window(base_url=foreign)
    page.goto("/es")
    button = page.get_by_role("button", name="Busca con una foto")
    with page.expect_file_chooser() as chooser:
        button.focus()
        page.keyboard.press("Enter")
    chooser.value.set_files(shopper_photo)
    dialog = page.get_by_role("dialog", name="Lo que se parece a tu foto")
    expect(dialog.get_by_role("link").first).to_be_visible()
    assert dialog.get_by_role("link").count() >= 8
    assert list_violations(page, "foreign page") == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_what_is_opened_and_bought_is_told_once(
    open_window: Callable[..., Page], foreign: str, shopper_photo: Path
) -> None:
    """A click with its list and answer; a purchase of the same product with the same; a reloaded page tells nothing."""
    page = open_window(base_url=foreign)
    watch_of(page).allow("404")  # the foreign shop has no pages of products
    page.goto("/")
    told = []
    page.on("request", lambda request: told.append(request) if request.url.endswith("/v1/events") else None)
    page.locator("input[type=file]").first.set_input_files(shopper_photo)  # of the camera button
    link = page.get_by_role("dialog").get_by_role("link").nth(1)
    with page.expect_response("**/v1/events") as answer:
        link.click(modifiers=["ControlOrMeta"])
    assert answer.value.json() == {"stored": 1}
    click = told[0].post_data_json["events"][0]
    assert {**click, "product_id": "", "search": ""} == {
        "kind": "click",
        "product_id": "",
        "list": "similar",
        "position": 2,
        "search": "",
    }
    assert len(click["search"]) == 22
    for _ in range(2):
        order = {"value": 49.9, "currency": "EUR", "order": "A-1"}
        page.evaluate("([id, order]) => vitrina.tell('purchase', id, order)", [click["product_id"], order])
    page.evaluate("vitrina.tell('add_to_cart', 'mc-001-burgundy')")
    page.wait_for_load_state("networkidle")
    assert [one.post_data_json["events"][0] for one in told[1:]] == [
        {
            "kind": "purchase",
            "product_id": click["product_id"],
            "value": 49.9,
            "currency": "EUR",
            "list": "similar",
            "search": click["search"],
        },
        {"kind": "add_to_cart", "product_id": "mc-001-burgundy"},
    ]


def test_a_product_that_is_not_there_is_said(open_window: Callable[..., Page], foreign: str) -> None:
    page = open_window(base_url=foreign)
    page.goto("/lost")
    expect(page.get_by_text("That didn't work. Try again in a moment.").first).to_be_visible()


def test_axe_finds_nothing_on_the_foreign_page(open_window: Callable[..., Page], foreign: str) -> None:
    page = open_window(base_url=foreign)
    page.goto("/")
    expect(page.get_by_role("list", name="Complete the look").get_by_role("link").first).to_be_visible()
    assert list_violations(page, "foreign page") == []


def test_the_script_is_small_and_lasts_at_its_address(open_window: Callable[..., Page], shop: str) -> None:
    answer = open_window().request.get(f"{shop}/vitrina.js")
    assert len(gzip.compress(answer.body())) < MOST_BYTES
    assert answer.headers["cache-control"].startswith("public, max-age=3600")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
