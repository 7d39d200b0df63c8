"""The index and its jobs in a browser: followed to their end, however that comes."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE
from catalog import Catalog
from catalog.jobs.store import JobStore
from search.index.history import list_snapshots, live_id
from search.index.manifest import MANIFEST, MANIFEST_CHECKSUM, file_checksum
from search.model_quality.language import LANGUAGES
from tests.browser.axe import list_violations
from tests.browser.pages import overflow
from tests.browser.studio.conftest import PASSWORD
from tests.browser.watch import watch_of

SLOWLY_SECONDS = 120  # for a build, beside everything else that a machine may be doing
NEW_PHOTOS = 150


@pytest.fixture(scope="module")
def new_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of products that the index hasn't seen: half a minute's work."""
    folder = tmp_path_factory.mktemp("new")
    lines = ["product_id,category,image"]
    for number in range(NEW_PHOTOS):
        shade = (number % 256, number * 7 % 256, number * 13 % 256)
        Image.new("RGB", (320, 400), shade).save(folder / f"{number}.jpg")
        lines.append(f"new-{number},Bags,{number}.jpg")
    (folder / "new.csv").write_text("\n".join(lines) + "\n")
    return folder / "new.csv"


@pytest.fixture
def catalog(studio_home: Path) -> Iterator[Catalog]:
    with Catalog.open(f"sqlite:///{studio_home / 'catalog.db'}") as catalog:
        yield catalog


@pytest.fixture
def store(catalog: Catalog, studio_home: Path) -> JobStore:
    return JobStore(catalog.database, studio_home / "jobs")


def import_new(home: Path, table: Path) -> None:
    environment = {**os.environ, "VITRINA_HOME": str(home), "VITRINA_DATABASE_URL": ""}
    subprocess.run([sys.executable, "-m", "catalog", "import", str(table)], env=environment, check=True)


def start_rebuild(page: Page) -> None:
    page.goto("/studio/index/")
    page.get_by_role("button", name="Rebuild the index").click()
    expect(page.get_by_role("progressbar")).to_be_visible()


@pytest.mark.slow
def test_a_killed_build_is_told_and_the_next_one_is_followed_to_its_end(
    desk: Page, studio_home: Path, store: JobStore, new_photos: Path
) -> None:
    """The page says so by itself; shoppers keep what they had; then a build goes on where that one was, and ends."""
    live = live_id(studio_home / "index")
    import_new(studio_home, new_photos)
    desk.goto("/studio/index/")
    expect(desk.get_by_text("The live index is behind the catalogue")).to_be_visible()
    start_rebuild(desk)
    expect(desk.locator("[data-job-text]")).to_have_text(
        re.compile(r"Reading new photos: [1-9]\d* of \d+"), timeout=SLOWLY_SECONDS * 1000
    )
    job = store.running()
    assert job is not None
    assert job.pid is not None
    os.killpg(job.pid, signal.SIGKILL)
    expect(desk.locator(".job__outcome")).to_contain_text("It ended without a word")
    assert live_id(studio_home / "index") == live
    desk.get_by_role("button", name="Rebuild the index").click()
    expect(desk.locator(".job__outcome--done")).to_contain_text("A new index is live", timeout=SLOWLY_SECONDS * 1000)
    assert live_id(studio_home / "index") != live
    desk.get_by_role("link", name="Load this page anew").click()
    expect(desk.get_by_text("Nothing has changed.")).to_be_visible()


@pytest.mark.slow
def test_a_job_outlives_the_web_server(open_window: Callable[..., Page], studio_home: Path, demo: Path) -> None:
    """Its server is killed and another one started: the job went on, and the page that stayed open follows it again."""
    home = studio_home.with_name("restarted")
    shutil.copytree(studio_home, home)
    shutil.rmtree(home / "cache", ignore_errors=True)  # everything is new to it: half a minute's work
    shutil.rmtree(home / "jobs", ignore_errors=True)
    with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog:
        store = JobStore(catalog.database, home / "jobs")
        first, address = serve(home, 0)
        try:
            page = open_window(base_url=address)
            watch_of(page).allow("ERR_CONNECTION|ERR_EMPTY_RESPONSE")
            page.goto("/studio/index/")
            page.get_by_label("Name").fill("merchandiser")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            start_rebuild(page)
            wait_until(lambda: (job := store.latest("build")) is not None and store.report(job).stage == "embed")
        finally:
            kill(first)
        expect(page.locator("[data-job-trouble]")).to_contain_text("The studio can’t be reached.")
        job = store.running()
        assert job is not None, "the job died with its server"
        second, _ = serve(home, int(address.rsplit(":", 1)[1]))
        try:
            expect(page.locator("[data-job-trouble]")).to_be_hidden()
            expect(page.locator(".job__outcome, [data-job-text]")).to_be_visible()
            page.get_by_role("button", name=re.compile("Cancel|End it")).click()
            expect(page.locator(".job__outcome")).to_contain_text(
                "It was cancelled by merchandiser.", timeout=SLOWLY_SECONDS * 1000
            )
            assert not store.job(job.job_id).runs
        finally:
            kill(second)


@pytest.mark.slow
def test_an_earlier_index_is_put_live_after_a_question(desk: Page, studio_home: Path) -> None:
    """And a no leaves everything as it was."""
    index = studio_home / "index"
    make_second_snapshot(index)
    before = live_id(index)
    desk.goto("/studio/index/history")
    desk.once("dialog", lambda dialog: dialog.dismiss())
    desk.get_by_role("button", name="Put live").first.click()
    assert live_id(index) == before
    desk.once("dialog", lambda dialog: dialog.accept())
    with desk.expect_response(lambda response: response.request.method == "POST") as answer:
        desk.get_by_role("button", name="Put live").first.click()
    assert answer.value.status == 303
    expect(desk.get_by_text("is live now")).to_be_visible()
    assert live_id(index) != before


def test_panels_work_without_scripts(open_desk: Callable[..., Page], store: JobStore) -> None:
    """Started, looked at again, cancelled: with forms and links alone."""
    page = open_desk(java_script_enabled=False)
    page.goto("/studio/index/")
    page.get_by_role("button", name="Rebuild the index").click()
    page.get_by_role("button", name="Cancel").or_(page.get_by_role("button", name="Rebuild the index")).click()
    wait_until(lambda: store.running() is None)
    page.goto("/studio/index/")
    expect(page.locator(".job__outcome")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(open_desk: Callable[..., Page], studio_home: Path, store: JobStore, size: dict) -> None:
    """On every page about the index and jobs, in all languages and both themes, and nothing sticks out sideways."""
    index = studio_home / "index"
    make_second_snapshot(index)
    (studio_home / "rejects").mkdir(exist_ok=True)
    (studio_home / "rejects" / "index.csv").write_text("product_id,file,reason\nmc-001-burgundy,/x/gone.jpg,Gone.\n")
    names = [one.manifest.id for one in list_snapshots(index)]
    page = open_desk("admin", **size)
    found = []
    addresses = ["/studio/index/", "/studio/index/history", "/studio/index/rejects", "/studio/jobs/"]
    addresses += [f"/studio/index/compare?from={names[1]}&to={names[0]}"]
    addresses += [f"/studio/jobs/{job.job_id}" for job in store.history(1)]
    for language in LANGUAGES:
        for address in addresses:
            page.goto(address + ("&" if "?" in address else "?") + f"lang={language}")
            assert overflow(page) <= 0, address
            found += list_violations(page, f"{address} in {language}")
    assert found == []


def make_second_snapshot(index: Path) -> None:
    """A copy of the live one under another name, where there is only one."""
    if len(list_snapshots(index)) > 1:
        return
    live = live_id(index)
    assert live is not None
    second = index / "20200101-000000-abcdef"
    shutil.copytree(index / live, second)
    manifest = second / MANIFEST
    manifest.write_text(manifest.read_text().replace(live, second.name))
    (second / MANIFEST_CHECKSUM).write_text(file_checksum(manifest))


def serve(home: Path, port: int) -> tuple[subprocess.Popen, str]:
    """A server in a process group of its own, as a service manager starts it."""
    environment = {**os.environ, "VITRINA_HOME": str(home), "VITRINA_DATABASE_URL": "", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "webapp", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert server.stdout is not None
    line = server.stdout.readline()
    address = re.search(r"http://\S+", line)
    assert address is not None, line
    return server, address.group()


def kill(server: subprocess.Popen) -> None:
    """As a service manager does that has lost its patience."""
    os.killpg(server.pid, signal.SIGKILL)
    server.communicate()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SLOWLY_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
