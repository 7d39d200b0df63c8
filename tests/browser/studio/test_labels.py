"""The queue of labels in a real browser: keys alone, no scripts, a phone, and axe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE
from catalog import Catalog
from catalog.labels.corrections import CorrectionStore
from catalog.labels.label_issues import Duplicate, LabelCheckRun, LabelIssue, LabelIssueStore
from tests.browser.axe import list_violations
from tests.browser.pages import box_of, overflow

QUEUE = "/studio/labels/"
SUGGESTED, OTHER = "WOMEN_Skirts", "Bags"
PAGES = (QUEUE, "/studio/labels/list", "/studio/labels/duplicates?all=1", "/studio/labels/corrections")


@pytest.fixture
def catalog(studio_home: Path) -> Iterator[Catalog]:
    with Catalog.open(f"sqlite:///{studio_home / 'catalog.db'}") as opened:
        yield opened


@pytest.fixture(autouse=True)
def doubted(catalog: Catalog) -> list[str]:
    """The ids of four coats in the queue, the third of which shares its picture with the fourth."""
    corrections = CorrectionStore(catalog.database)
    for one in corrections.page(100, state="in force"):  # of the test before
        corrections.undo(one.product_id, version=one.version, by="test")
    coats = catalog.in_category("MEN_Coats", 12)
    like, unlike = [one.product_id for one in coats[4:10]], catalog.in_category(SUGGESTED, 6)
    guesses = ((SUGGESTED, 0.91), (OTHER, 0.05), ("MEN_Coats", 0.01))
    found = [
        LabelIssue(
            one.product_id,
            one.category,
            SUGGESTED,
            0.01,
            0.91,
            0.02,
            guesses,
            tuple(like),
            tuple(other.product_id for other in unlike),
        )
        for one in coats[:4]
    ]
    check = LabelCheckRun(0, "2026-01-02T03:04:05+00:00", "shipped", 100, 200, 1.0)
    twice = [Duplicate(1, one.product_id, one.photos[0].sha256, 0) for one in coats[2:4]]
    LabelIssueStore(catalog.database).replace(check, found, twice)
    return [one.product_id for one in coats[:4]]


def _asked(page: Page) -> str:
    return page.locator(".question__id").inner_text()


def _decide(catalog: Catalog, product_id: str) -> None:
    """On another label, whatever tests before decided on it."""
    store = CorrectionStore(catalog.database)
    known = store.find(product_id)
    store.decide(product_id, OTHER, seen="MEN_Coats", version=known.version if known else 0, by="merchandiser")


def _press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def test_one_decides_by_keys_alone(desk: Page, catalog: Catalog, doubted: list[str]) -> None:
    """Walk, accept, keep, choose by number, skip and undo, without ever touching the mouse."""
    desk.goto(QUEUE)
    assert _asked(desk) == doubted[0]
    _press(desk, "j")
    assert _asked(desk) == doubted[1]
    _press(desk, "k")
    _press(desk, "a")
    assert (_asked(desk), catalog.product(doubted[0]).category) == (doubted[1], SUGGESTED)
    _press(desk, "e")
    assert (_asked(desk), catalog.product(doubted[1]).category) == (doubted[2], "MEN_Coats")
    _press(desk, "2")
    assert (_asked(desk), catalog.product(doubted[2]).category) == (doubted[3], OTHER)
    _press(desk, "u")
    assert (_asked(desk), catalog.product(doubted[2]).category) == (doubted[2], "MEN_Coats")
    _press(desk, "s")
    assert _asked(desk) == doubted[3]
    desk.keyboard.press("o")
    expect(desk.get_by_label("Another label")).to_be_focused()
    desk.keyboard.press("a")
    assert catalog.product(doubted[3]).category == "MEN_Coats", "in a list, letters search it"
    assert LabelIssueStore(catalog.database).counts() == {"open": 1, "skipped": 1, "decided": 2}


def test_letters_can_be_turned_off(desk: Page, catalog: Catalog, doubted: list[str]) -> None:
    """Who dictates presses none by accident (WCAG 2.1.4); the choice is remembered."""
    desk.goto(QUEUE)
    desk.get_by_text("Keys", exact=True).click()
    desk.get_by_label("Letters and digits decide at once").uncheck()
    desk.reload()
    desk.keyboard.press("a")
    desk.keyboard.press("1")
    desk.wait_for_timeout(300)
    assert (_asked(desk), catalog.product(doubted[0]).category) == (doubted[0], "MEN_Coats")
    desk.get_by_role("button", name="Change to Women's skirts").press("Enter")
    expect(desk.locator(".question__id")).to_have_text(doubted[1])


def test_everything_works_without_scripts(open_desk: Callable[..., Page], catalog: Catalog, doubted: list[str]) -> None:
    """Decide, undo, and several at once from the list."""
    page = open_desk(java_script_enabled=False)
    page.goto(QUEUE)
    page.get_by_role("button", name="Change to Women's skirts").click()
    assert catalog.product(doubted[0]).category == SUGGESTED
    page.get_by_role("button", name="Undo").click()
    assert catalog.product(doubted[0]).category == "MEN_Coats"
    page.goto("/studio/labels/list")
    for box in page.locator("[name=marked]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Keep the labels").click()
    expect(page.get_by_role("heading", name="Keep 2 labels?")).to_be_visible()
    assert CorrectionStore(catalog.database).counts()["in force"] == 0
    page.get_by_role("button", name="Yes, keep").click()
    expect(page.get_by_text("2 labels decided.")).to_be_visible()
    assert CorrectionStore(catalog.database).counts()["in force"] == 2


def test_a_phone_scrolls_no_page_sideways(small_desk: Page, catalog: Catalog, doubted: list[str]) -> None:
    """And what is pressed is large enough for a thumb."""
    _decide(catalog, doubted[0])
    for address in PAGES:
        small_desk.goto(address)
        assert overflow(small_desk) == 0, address
    small_desk.goto(QUEUE)
    for button in small_desk.locator("main button:visible").all():
        assert box_of(button)["height"] >= 24


def test_both_answers_weigh_the_same_and_stay_in_reach(desk: Page, small_desk: Page, doubted: list[str]) -> None:
    """Neither is coloured; on a phone both are on the screen before and after scrolling, and hide nothing for good."""
    answers = ("Change to Women's skirts", "Keep Men's coats")
    look = "el => ['backgroundColor', 'color', 'borderColor', 'fontWeight'].map((one) => getComputedStyle(el)[one])"
    for page in (desk, small_desk):
        page.goto(QUEUE)
        looks = [page.get_by_role("button", name=name).evaluate(look) for name in answers]
        assert looks[0] == looks[1]
    for place in (0, 10**6):
        small_desk.evaluate(f"scrollTo(0, {place})")
        for name in answers:
            expect(small_desk.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    last = box_of(small_desk.locator("main a:visible").last)
    bar = box_of(small_desk.locator(".actions--fixed"))
    assert last["y"] + last["height"] <= bar["y"]


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(open_desk: Callable[..., Page], catalog: Catalog, doubted: list[str], size: dict) -> None:
    """Every page of the area in both themes, a decided question and an empty queue among them."""
    _decide(catalog, doubted[0])
    _decide(catalog, doubted[3])
    page = open_desk(**size)
    found = []
    for address in (*PAGES, f"/studio/labels/product?product_id={doubted[0]}", f"{QUEUE}?state=skipped"):
        page.goto(address)
        found += list_violations(page, address)
    assert found == []
