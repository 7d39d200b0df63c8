"""The documentation's pictures: the demo boutique's pages, taken with Chromium.

    python benchmarks/screenshots.py [--out docs/pictures] [--home DIR] [NAME ...]

Each page on a phone and on a desktop, in the light and in the dark theme; as WebP, of the window and not the whole
page. Only the demo boutique is shown: its photos are drawn and belong to the project.
"""

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
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


def main() -> None:
    """Take all pictures, or those of the pages that are named, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(PAGES)}")
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--home", type=Path, default=Path("var") / "bench-demo-7", help="data directory to use")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(PAGES):
        parser.error(f"no such page: {', '.join(sorted(unknown))}")
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("Chromium is needed: apt-get install chromium, or name one in CHROME_PATH.")
    home = arguments.home.absolute()
    demo = prepare_demo(home)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with (
        serve_shop(home, VITRINA_SAMPLES=str(demo), VITRINA_DATABASE_URL="") as shop,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium) as browser,
    ):
        for size, options in SIZES.items():
            for theme in THEMES:
                page = browser.new_context(
                    base_url=shop, locale="en-GB", color_scheme=theme, reduced_motion="reduce", **options
                ).new_page()
                for name in arguments.names or PAGES:
                    target = arguments.out / f"{name}-{size}-{theme}.webp"
                    target.write_bytes(take(page, name))
                    print(f"{target}  {target.stat().st_size / 1000:.0f} KB")
                page.context.close()


def take(page: Page, name: str) -> bytes:
    """A page's window as WebP of at most ``MOST_BYTES``, with every photo in it loaded."""
    page.goto(PAGES[name])
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
    raise SystemExit(f"{name}: the picture is larger than {MOST_BYTES} bytes at any quality worth having")


if __name__ == "__main__":
    main()
