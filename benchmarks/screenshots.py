"""The documentation's pictures: the demo boutique's pages and its studio's, taken with Chromium.

    python benchmarks/screenshots.py [--out docs/pictures] [--home DIR] [NAME ...]

Each page on a phone and on a desktop, in the light and in the dark theme (the studio on a phone in the light one only);
as WebP, of the window and not the whole page. Only the demo boutique is shown: its photos are drawn and belong to the
project. Before the studio's pages are taken, labels are checked, the model is judged, and sample photos are searched
with, so that there is something to see. The demo's own labels are right, so the queue of doubtful labels is shown of a
copy in which a dozen products were given another category on purpose; the pictures' captions say so.
"""

import argparse
import csv
import io
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from stage import DESKTOP, PHONE, find_chromium, prepare_demo, serve_shop

MOST_BYTES = 150_000  # a picture; a repository keeps every one that it ever had
QUALITIES = (84, 76, 68, 60, 50)
SIZES = {"phone": PHONE | {"device_scale_factor": 2}, "desktop": DESKTOP}
THEMES = ("light", "dark")
PAGES = {
    "start": "/",
    "result": "/samples/1",
    "product": "/products/mc-001-burgundy",
    "empty": "/samples/1?max_price=0",
    "error": "/nowhere",
}
STUDIO_PAGES = {
    "studio-overview": "/studio/",
    "studio-products": "/studio/products/?words=coat",
    "studio-product": "/studio/products/mc-001-burgundy#map",
    "studio-curation": "/studio/curation/new?list=similar&product_id=mc-001-burgundy&target=mc-004-tan&action=pin",
    "studio-pairs": "/studio/curation/pairs",
    "studio-labels": "/studio/labels/",
    "studio-quality": "/studio/quality/",
    "studio-confusions": "/studio/quality/matrix",
    "studio-photos": "/studio/quality/photos?show=wrong",
    "studio-insights": "/studio/insights/",
    "studio-index": "/studio/index/",
}
MISLABELLED_PAGES = ("studio-labels",)
WRONG_LABELS = 12
ACCOUNT, PASSWORD = "ana", "six quiet herons wade"  # of the demo's own studio


def main() -> None:
    """Take all pictures, or those of the pages that are named, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = PAGES | STUDIO_PAGES
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)}")
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--home", type=Path, default=Path("var") / "bench-demo-7", help="data directory to use")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(known):
        parser.error(f"no such page: {', '.join(sorted(unknown))}")
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("Chromium is needed: apt-get install chromium, or name one in CHROME_PATH.")
    home = arguments.home.absolute()
    demo = prepare_demo(home)
    names = arguments.names or list(known)
    of_copy = [name for name in names if name in MISLABELLED_PAGES]
    arguments.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium) as browser:
        if others := [name for name in names if name not in of_copy]:
            take_all(browser, home, demo, others, arguments.out)
        if of_copy:
            take_all(browser, prepare_mislabelled(home, demo), demo, of_copy, arguments.out)


def take_all(browser: Browser, home: Path, demo: Path, names: list[str], out: Path) -> None:
    """Take the pictures of some pages of the shop below ``home``."""
    if set(names) & set(STUDIO_PAGES):
        prepare_studio(home)
    known = PAGES | STUDIO_PAGES
    with serve_shop(home, VITRINA_SAMPLES=str(demo), VITRINA_DATABASE_URL="") as shop:
        for size, options in SIZES.items():
            for theme in THEMES:
                page = browser.new_context(
                    base_url=shop, locale="en-GB", color_scheme=theme, reduced_motion="reduce", **options
                ).new_page()
                dark_phone = (size, theme) == ("phone", "dark")
                wanted = [name for name in names if name in PAGES or not dark_phone]
                if set(wanted) & set(STUDIO_PAGES):
                    sign_in(page, search_first=(size, theme) == ("phone", "light"))
                for name in wanted:
                    target = out / f"{name}-{size}-{theme}.webp"
                    target.write_bytes(take(page, known[name]))
                    print(f"{target}  {target.stat().st_size / 1000:.0f} KB")
                page.context.close()


def prepare_mislabelled(home: Path, demo: Path) -> Path:
    """A data directory beside ``home`` with the same boutique, of which some products are in a wrong category."""
    copy = home.with_name(f"{home.name}-mislabelled")
    table = demo / "mislabelled.csv"
    with (demo / "products.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    draw, categories = random.Random(WRONG_LABELS), sorted({row["category"] for row in rows})  # noqa: S311 - no secret
    for row in draw.sample(rows, WRONG_LABELS):
        row["category"] = draw.choice([category for category in categories if category != row["category"]])
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    environment = {**os.environ, "VITRINA_HOME": str(copy), "VITRINA_DATABASE_URL": ""}

    def run(*command: str) -> None:
        subprocess.run([sys.executable, "-m", *command], stdout=subprocess.DEVNULL, env=environment, check=True)

    run("catalog", "import", str(table), "--alone", "--prune")
    shutil.copytree(home / "cache", copy / "cache", dirs_exist_ok=True)  # the photos were embedded already
    run("indexer", "build")
    return copy


def prepare_studio(home: Path) -> None:
    """An account, checked labels and a judged model, where they aren't there yet."""
    environment = {**os.environ, "VITRINA_HOME": str(home), "VITRINA_DATABASE_URL": ""}

    def run(*command: str, typed: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            input=typed,
            env=environment,
            text=True,
            check=True,
            stdout=subprocess.PIPE,
        )
        return done.stdout

    if ACCOUNT in run("webapp", "user", "list"):
        return
    run("indexer", "check-labels")
    run("indexer", "evaluate-catalog")
    run("webapp", "user", "add", ACCOUNT, "--password-stdin", typed=f"{PASSWORD}\n")


def sign_in(page: Page, *, search_first: bool) -> None:
    """Into the studio; before that a few shoppers come by if asked for."""
    if search_first:
        page.goto("/")
        links = page.locator("a[href^='/samples/']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        for number, link in enumerate(links):
            page.goto(link)
            page.locator("[data-list=similar] .card__title a").nth(number % 3).click()
            page.wait_for_load_state("networkidle")
    page.goto("/studio/")
    page.get_by_label("Name").fill(ACCOUNT)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/studio/")


def take(page: Page, address: str) -> bytes:
    """A page's window as WebP of at most ``MOST_BYTES``, with every photo in it loaded."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "Promise.all([...document.images].filter(i => i.complete && i.src).map(i => i.decode().catch(() => 0)))"
    )
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in QUALITIES:
        encoded = io.BytesIO()
        image.save(encoded, "WEBP", quality=quality, method=6)
        if encoded.tell() <= MOST_BYTES:
            return encoded.getvalue()
    raise SystemExit(f"{address}: the picture is larger than {MOST_BYTES} bytes at any quality worth having")


if __name__ == "__main__":
    main()
