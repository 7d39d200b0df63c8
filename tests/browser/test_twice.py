"""What shoppers press twice, or in two windows, or in a browser that keeps nothing."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import EVERYTHING, list_products, list_similar
from tests.browser.watch import watch_of

PRODUCT = "/products/mc-001-burgundy"
_NO_STORAGE = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('denied', 'SecurityError'); }
})"""
_FULL_STORAGE = """Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"""


def test_a_button_pressed_twice_says_again_what_it_does(open_window: Callable[..., Page]) -> None:
    """It kept the words "Link copied" for ever."""
    page = open_window(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', {value: undefined})")
    page.goto("/samples/1")
    share = page.locator("[data-share]").first
    words = share.inner_text()
    share.click()
    expect(share).to_have_text("Link copied")
    share.click()
    page.wait_for_timeout(2600)
    expect(share).to_have_text(words)


def test_what_one_window_saves_the_other_shows(page: Page) -> None:
    """Pressed there once more, it would have been taken off again."""
    page.goto(PRODUCT)
    other = page.context.new_page()
    other.goto(PRODUCT)
    other.locator(".product__actions").get_by_role("button", name="Save").click()
    expect(page.locator(".product__actions [data-save]")).to_have_attribute("aria-pressed", "true")


def test_nothing_is_offered_that_the_browser_cannot_keep(page: Page) -> None:
    """A button that does nothing and says nothing is worse than none."""
    page.add_init_script(_NO_STORAGE)
    page.goto(PRODUCT)
    expect(page.locator(".product__actions [data-share]")).to_be_visible()
    expect(page.locator(".product__actions [data-save]")).to_be_hidden()


def test_a_full_storage_keeps_what_it_has(page: Page) -> None:
    """The button doesn't say that something was saved."""
    page.add_init_script(_FULL_STORAGE)
    page.goto(PRODUCT)
    expect(page.locator(".product__actions [data-save]")).to_be_hidden()


def test_a_jump_within_a_longer_list_and_back_leaves_the_list(page: Page) -> None:
    """The first pages were lost, as the address had become that of the last one."""
    page.goto(f"/samples/1?{EVERYTHING}&sort=cheapest")
    with page.expect_response("**page=2**"):
        page.locator(".pager a[rel=next]").click()
    page.wait_for_url("**page=2**")
    expect(page.locator(".pager")).not_to_have_attribute("aria-busy", "true")
    longer = list_products(page)
    page.evaluate("location.hash = 'content'")
    page.go_back()
    page.wait_for_timeout(500)
    assert list_products(page) == longer


def test_a_list_that_grows_by_scrolling_stays_where_the_line_is_lost(page: Page, shop: str) -> None:
    """The browser's own error page took the place of the list, though nobody had pressed anything."""
    lost: list[str] = []

    def make_three_pages(route: Route) -> None:
        if "page=2" in route.request.url:
            answer = route.fetch(url=f"{shop}/samples/1?close=false")
            route.fulfill(response=answer, body=answer.text().replace("page=2", "page=3"))
        elif not lost:
            lost.append(route.request.url)
            route.abort("internetdisconnected")
        else:
            route.fulfill(response=route.fetch(url=f"{shop}/samples/1?close=false&page=2"))

    page.route("**/samples/1?close=false&page=*", make_three_pages)
    watch_of(page).expect("ERR_INTERNET_DISCONNECTED")
    page.goto("/samples/1?close=false")
    page.locator(".pager a[rel=next]").first.click()
    page.wait_for_url("**page=2**")
    with page.expect_event("requestfailed"):
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(500)
    assert (page.url, len(list_similar(page))) == (f"{shop}/samples/1?close=false&page=2", 48)
    page.locator(".pager a[rel=next]").first.click()
    page.wait_for_url("**page=3**")
    assert len(list_similar(page)) > 48


def test_next_without_a_connection_keeps_the_list_and_says_so(page: Page, shop: str) -> None:
    """The browser's own error page took its place."""
    watch_of(page).expect("ERR_INTERNET_DISCONNECTED")
    page.goto("/samples/1?close=false")
    page.context.set_offline(True)
    following, said = page.locator(".pager a[rel=next]").first, page.locator(".pager").get_by_role("alert")
    for _ in range(2):
        following.click()
        expect(said).to_have_text("You are offline. Connect again, then try once more.")
    assert (page.url, len(list_similar(page))) == (f"{shop}/samples/1?close=false", 24)
    page.context.set_offline(False)
    following.click()
    page.wait_for_url("**page=2**")
    assert len(list_similar(page)) > 24
    expect(said).to_have_count(0)
