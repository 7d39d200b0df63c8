from __future__ import annotations

import csv
import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.stage import DESKTOP, PHONE, find_chromium, serve_shop

if TYPE_CHECKING:  # the package may be missing; then everything here is skipped
    from playwright.sync_api import Browser, Page

    from tests.browser.watch import Watch

WAIT_MILLISECONDS = 30_000  # for a page or an element; a busy machine is slow, a broken page never comes


def find_browser() -> str | None:
    """Chromium without a browser's window, which opens pages in half the time, or the one that benchmarks use."""
    return os.environ.get("CHROME_PATH") or shutil.which("chromium-headless-shell") or find_chromium()


def _find_missing() -> str | None:
    if importlib.util.find_spec("playwright") is None or importlib.util.find_spec("axe_playwright_python") is None:
        return "the browser tests need playwright and axe-playwright-python: make install"
    if find_browser() is None:
        return "the browser tests need Chromium: apt-get install chromium-headless-shell, or CHROME_PATH names another"
    return None


MISSING = _find_missing()


class _SkippedModule(pytest.Module):
    def collect(self) -> list[pytest.Item]:
        pytest.skip(str(MISSING), allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip the folder's modules with the reason, before they import what isn't there."""
    return _SkippedModule.from_parent(parent, path=module_path) if MISSING else None


@pytest.fixture(scope="package")
def shop_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of this process's own over the drawn boutique; the photos stay where they are."""
    home = tmp_path_factory.mktemp("shop")
    shutil.copy(demo_home / "catalog.db", home)
    shutil.copytree(demo_home / "index", home / "index")
    return home


@pytest.fixture(scope="package")
def demo(demo_home: Path) -> Path:
    """The drawn boutique's folder."""
    return demo_home / "demo"


@pytest.fixture(scope="package")
def shop(shop_home: Path, demo: Path) -> Iterator[str]:
    """The address of the shop."""
    with serve_shop(shop_home, VITRINA_SAMPLES=str(demo), VITRINA_DATABASE_URL="") as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT_MILLISECONDS)

    with sync_playwright() as playwright:
        # Playwright turns Chromium's own sandbox off, so this works for root and in containers.
        browser = playwright.chromium.launch(executable_path=find_browser())
        yield browser
        browser.close()


@pytest.fixture
def open_window(browser: Browser, shop: str) -> Iterator[Callable[..., Page]]:
    """Opens a window of a visitor who was never here; takes Playwright's context options and another ``base_url``.

    The test fails if the browser has anything to complain of; ``watch_of(page).expect(...)`` says what it may.
    """
    from tests.browser.watch import Watch

    watches: list[Watch] = []
    contexts = []

    def open_window(**options: Any) -> Page:
        options = {"base_url": shop, "locale": "en-GB", **DESKTOP, **options}
        context = browser.new_context(**options)
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        watches.append(Watch(context, str(options["base_url"])))
        page = context.new_page()
        vars(page)["watch"] = watches[-1]
        return page

    yield open_window
    complaints = [complaint for watch in watches for complaint in watch.unexpected()]
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_window: Callable[..., Page]) -> Page:
    """A window on a desktop."""
    return open_window()


@pytest.fixture
def phone(open_window: Callable[..., Page]) -> Page:
    """A window on a phone."""
    return open_window(**PHONE)


@pytest.fixture
def watch(page: Page) -> Watch:
    """What listens to the desktop's window."""
    from tests.browser.watch import watch_of

    return watch_of(page)


@pytest.fixture(scope="package")
def shopper_photo(demo: Path) -> Path:
    """A shopper's photo of a man's coat."""
    with (demo / "shopper.csv").open(newline="", encoding="utf-8") as file:
        return next(demo / row["photo"] for row in csv.DictReader(file) if row["category"] == "MEN_Coats")


@pytest.fixture(scope="package")
def studio_photo(demo: Path) -> tuple[Path, str]:
    """A product's own photo and the product's id: what it finds first is known."""
    with (demo / "products.csv").open(newline="", encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["category"] == "Bags")
    return demo / row["image"], row["product_id"]
