from playwright.sync_api import Page

from tests.browser.watch import watch_of
from webapp.http.security import CONTENT_SECURITY_POLICY

PLANTED = """<!doctype html><title>Planted</title><link rel="icon" href="data:,">
<script>document.title = "ran"</script><img src="/static/nowhere.png" alt=""><script src="/planted.js"></script>"""


def test_complaints_are_heard(page: Page) -> None:
    """An inline script, a script that throws, an error on the console, a missing picture: what the rest relies on."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    page.route("**/planted", lambda route: route.fulfill(body=PLANTED, content_type="text/html", headers=headers))
    script = "console.error('planted complaint'); throw new Error('planted error')"
    page.route("**/planted.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto("/planted")
    assert page.title() == "Planted"
    for complaint in (
        "Content Security Policy",
        "console: planted complaint",
        "script: .*planted error",
        "404 GET /static/nowhere.png",
    ):
        watch_of(page).expect(complaint)


def test_silence_is_heard_too(page: Page) -> None:
    """A test that expects a complaint fails when it doesn't come; one that expects none, when one does."""
    page.goto("/")
    watch_of(page).expect("never")
    assert watch_of(page).unexpected() == ["expected, but it never came: never"]
    watch_of(page)._expected.clear()
    page.evaluate("console.error('a surprise')")
    assert watch_of(page).unexpected() == ["console: a surprise"]
    watch_of(page).expect("a surprise")
