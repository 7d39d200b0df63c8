from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.stage import PHONE, serve_shop
from catalog import Catalog
from catalog.accounts.accounts import ROLES, AccountStore

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "six quiet herons wade"


@pytest.fixture(scope="module")
def studio_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of this module's own over the drawn boutique, with an account of each role, named after it."""
    home = tmp_path_factory.mktemp("studio")
    shutil.copy(demo_home / "catalog.db", home)
    shutil.copytree(demo_home / "index", home / "index")
    with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog:
        store = AccountStore(catalog.database)
        for role in ROLES:
            store.add(role, role, PASSWORD, by="test")
    return home


@pytest.fixture(scope="module")
def studio(studio_home: Path, demo: Path) -> Iterator[str]:
    """The address of the server over it."""
    with serve_shop(studio_home, VITRINA_SAMPLES=str(demo), VITRINA_DATABASE_URL="") as address:
        yield address


@pytest.fixture
def open_desk(open_window: Callable[..., Page], studio: str) -> Callable[..., Page]:
    """Opens a window that is signed in: ``open_desk("admin")``; takes Playwright's context options."""

    def open_desk(role: str = "merchandiser", **options: object) -> Page:
        page = open_window(base_url=studio, **options)
        page.goto("/studio/")
        page.get_by_label("Name").fill(role)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{studio}/studio/")
        return page

    return open_desk


@pytest.fixture
def desk(open_desk: Callable[..., Page]) -> Page:
    """A merchandiser's window on a desktop."""
    return open_desk()


@pytest.fixture
def small_desk(open_desk: Callable[..., Page]) -> Page:
    """A merchandiser's window on a phone."""
    return open_desk(**PHONE)
