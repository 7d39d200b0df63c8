"""The quality pages in a browser: from a number to the photos behind it, on any screen, by keyboard, for everybody."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE
from catalog import Catalog
from search.model_quality.language import LANGUAGES
from search.model_quality.predictions import Prediction
from tests.browser.axe import list_violations
from tests.browser.pages import overflow
from tests.search.evaluated import make_evaluation, shelve

PAGES = ("", "matrix", "photos?show=wrong", "classes", "table", "history")
WRONG_EVERY = 7  # one photo in so many is named wrong


def judge(products: Iterator) -> list[Prediction]:
    """The boutique's photos, some of them taken for the category before their own."""
    predictions: list[Prediction] = []
    before = "Bags"
    for number, product in enumerate(products):
        wrong = number % WRONG_EVERY == 3
        photo = product.photos[0]
        predicted = before if wrong else product.category
        probability = 0.5 + number % 49 / 100
        predictions.append(
            Prediction(
                product.product_id,
                photo.path.name,
                photo.sha256,
                product.category,
                predicted,
                probability,
                0.02 if predicted != product.category else probability,
                product.category,
                0.02,
                None,
                None,
            )
        )
        if number % 5 == 0:
            before = product.category
    return predictions


@pytest.fixture(scope="module", autouse=True)
def predictions(studio_home: Path) -> list[Prediction]:
    """What an evaluation of the boutique found; an earlier one by another model is there as well."""
    with Catalog.open(f"sqlite:///{studio_home / 'catalog.db'}") as catalog:
        made = judge(catalog.iter_products())
        labels = tuple(catalog.categories())
    evaluation = make_evaluation(made, labels)
    shelve(studio_home / "appraisals", evaluation, made)
    earlier = vars(evaluation) | {"id": "20250101-000000-ffff0000", "model": "ffff0000", "model_name": "drawn-0"}
    shelve(studio_home / "appraisals", type(evaluation)(**earlier), made)
    return made


def test_a_number_of_the_matrix_leads_to_its_photos(desk: Page, predictions: list[Prediction]) -> None:
    """By keyboard, and as many as it says."""
    desk.goto("/studio/quality/matrix")
    cell = desk.locator(".cell--miss a").first
    photos = int(cell.inner_text())
    cell.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/quality/photos**")
    expect(desk.locator(".wall__photo--wrong")).to_have_count(photos)
    expect(desk.locator(".wall__photo--right")).to_have_count(0)
    shown = desk.locator(".wall__image").first
    expect(shown).to_be_visible()
    assert shown.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 100


def test_filters_act_as_soon_as_they_are_chosen(desk: Page, predictions: list[Prediction]) -> None:
    desk.goto("/studio/quality/photos")
    desk.get_by_label("Show").select_option("surest")
    desk.wait_for_url("**show=surest**")
    mistakes = [one for one in predictions if not one.correct]
    expect(desk.get_by_role("status").filter(has_text="photos")).to_contain_text(f"{len(mistakes)} photos")
    first = desk.locator(".wall__verdict").first
    expect(first).to_contain_text(f"{100 * max(one.probability for one in mistakes):.1f}%")


def test_the_table_can_be_taken_along(desk: Page, predictions: list[Prediction]) -> None:
    """As a CSV with the filter of the page."""
    desk.goto("/studio/quality/table?show=wrong")
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="Download as CSV").click()
    with Path(waiting.value.path()).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows] == [one.image for one in predictions if not one.correct]
    assert {row["result"] for row in rows} == {"wrong"}


def test_nothing_is_wider_than_a_phone(small_desk: Page) -> None:
    """Tables and the matrix scroll within their own frame."""
    wide = {}
    for address in PAGES:
        small_desk.goto(f"/studio/quality/{address}")
        if spare := overflow(small_desk):
            wide[address] = spare
    assert wide == {}


def test_it_works_without_scripts(open_desk: Callable[..., Page], predictions: list[Prediction]) -> None:
    """The filters' button does what scripts do at once."""
    page = open_desk(java_script_enabled=False)
    page.goto("/studio/quality/photos")
    page.get_by_label("Show").select_option("wrong")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**show=wrong**")
    expect(page.locator(".wall__photo--right")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(open_desk: Callable[..., Page], size: dict) -> None:
    """Every page, in all languages and both themes."""
    page = open_desk(**size)
    found = []
    for language in LANGUAGES:
        for address in PAGES:
            page.goto(f"/studio/quality/{address}{'&' if '?' in address else '?'}lang={language}")
            found += list_violations(page, f"{address} {language}")
    assert found == []
