"""What the studio's scripts do where an answer doesn't come."""

from playwright.sync_api import Page, Route, expect

from tests.browser.watch import watch_of

COAT = "mc-001-burgundy"
_PANEL = """<div class="job" data-job="/studio/jobs/1/state" data-panel="/studio/jobs/1/panel" data-away="Away."
data-out="Out.">
<p data-job-text></p><svg data-job-bar><rect width="0"/></svg><p data-job-trouble hidden></p>
<p data-job-cancelling hidden></p><a class="job__refresh" href="/studio/">Show</a></div>"""


def test_a_form_whose_answer_never_came_can_be_sent_again(desk: Page) -> None:
    """Stopped by the person or broken off on the way: the button did nothing any more."""
    desk.clock.install()
    desk.goto(f"/studio/curation/new?list=similar&product_id={COAT}&target=mc-002-navy")
    sent = []

    def break_off(route: Route) -> None:
        sent.append(route.request.url)
        route.abort("aborted")

    desk.route("**/studio/curation/save", break_off)
    save = desk.get_by_role("button", name="Save")
    save.click()
    save.click()
    desk.wait_for_timeout(300)
    assert len(sent) == 1, "pressed twice, it is sent once"
    desk.clock.fast_forward(60_000)
    save.click()
    desk.wait_for_timeout(300)
    assert len(sent) == 2


def test_the_outcome_of_a_job_is_fetched_once_the_studio_is_back(desk: Page) -> None:
    """A server that is started anew just then cost the page: the browser's own error stood in its place."""

    def add_panel(route: Route) -> None:
        page = route.fetch()
        route.fulfill(response=page, body=page.text().replace("</main>", f"{_PANEL}</main>"))

    desk.route("**/studio/?panel", add_panel)
    desk.route("**/studio/jobs/1/state", lambda route: route.fulfill(json={"running": False, "text": "Done."}))
    tries = []

    def answer(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort("connectionrefused")
        else:
            route.fulfill(
                body='<div class="job"><p class="job__outcome">It is done.</p></div>', content_type="text/html"
            )

    desk.route("**/studio/jobs/1/panel", answer)
    watch_of(desk).expect("ERR_CONNECTION_REFUSED")
    desk.goto("/studio/?panel")
    expect(desk.locator("[data-job-trouble]")).to_have_text("Away.")
    expect(desk.get_by_text("It is done.")).to_be_visible()
