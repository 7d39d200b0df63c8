"""The way in and out of the studio, as a browser sees it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE
from search.model_quality.language import LANGUAGES
from tests.browser.axe import list_violations
from tests.browser.pages import overflow
from tests.browser.studio.conftest import PASSWORD
from tests.browser.watch import watch_of


def test_one_signs_in_works_and_signs_out(open_window: Callable[..., Page], studio: str) -> None:
    """With the keyboard alone, and from the page that one wanted to see; afterwards nothing opens any more."""
    page = open_window(base_url=studio)
    watch_of(page).expect("401 POST")
    page.goto("/studio/people/")
    expect(page.get_by_role("heading", name="The studio")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("viewer")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Wrong name or password")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="People and log")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="The studio")).to_be_visible()
    page.goto("/studio/people/")
    expect(page.get_by_role("heading", name="The studio")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_at_the_entrance_and_in_the_log(
    open_window: Callable[..., Page], open_desk: Callable[..., Page], studio: str, size: dict
) -> None:
    """In all languages and both themes."""
    outside, inside = open_window(base_url=studio, **size), open_desk("admin", **size)
    found = []
    for language in LANGUAGES:
        for page, address in (
            *((outside, "/studio/sign-in"), (inside, "/studio/people/"), (inside, "/studio/people/?show=sign-ins")),
            *((inside, "/studio/account/"), (inside, "/studio/attributes/")),
        ):
            page.goto(f"{address}?lang={language}")
            assert overflow(page) <= 0
            found += list_violations(page, f"{address} in {language}")
    assert found == []
