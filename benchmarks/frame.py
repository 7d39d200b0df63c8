"""How long a shopper waits for results after letting go of the frame, in a browser, with the demo boutique.

    python benchmarks/frame.py [--home DIR] [--times N] [--photo FILE]

A photo is sent, then a corner of the frame is dragged again and again to another place, held there for a quarter of a
second, and let go of. Counted is from letting go until the results of that very part are in the page. *In one stroke*
is the same without the rest, so nothing was looked at ahead. *Anew* is a whole page load of such an address in the same
run. The medians are of this machine, and other work on it makes them longer: read the ratios.
"""

import argparse
import statistics
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from stage import DESKTOP, find_chromium, prepare_demo, serve_shop

REST_MILLISECONDS = 250  # a hand holds the frame still before it lets go


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var") / "bench-demo-7", help="data directory to use")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--photo", type=Path, help="the shopper's photo; the demo's first one by default")
    arguments = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("Skipped: Chromium is needed; apt-get install chromium, or CHROME_PATH names it.")
        return
    demo = prepare_demo(arguments.home)
    photo = arguments.photo or sorted((demo / "shopper").rglob("*.jpg"))[0]
    with serve_shop(arguments.home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(base_url=address, **DESKTOP)
        page.goto("/")
        page.locator("form[data-ask] input[type=file]").first.set_input_files(photo)
        page.wait_for_url("**/search/*")
        page.locator("[data-handle='se']").hover()
        rested = [drag(page, 0.95 - 0.02 * step, REST_MILLISECONDS) for step in range(arguments.times)]
        stroke = [drag(page, 0.94 - 0.02 * step, 0) for step in range(arguments.times)]
        anew = [load(page, 0.93 - 0.02 * step) for step in range(arguments.times)]
        browser.close()
    base = statistics.median(anew)
    print(f"{arguments.times} times each, one run, {photo.name}", end="\n\n")
    print("| | ms, median | ms, p95 | of a page load |", "|---|---|---|---|", sep="\n")
    for name, times in (("held, then let go", rested), ("in one stroke", stroke), ("anew", anew)):
        worst = sorted(times)[int(0.95 * (len(times) - 1))]
        print(f"| {name} | {statistics.median(times):.0f} | {worst:.0f} | {statistics.median(times) / base:.2f} |")


def drag(page: Page, to: float, rest: int) -> float:
    """Milliseconds from letting the lower right corner go at a fraction of the photo until its results are there."""
    photo = page.locator(".crop__photo").bounding_box()
    handle = page.locator("[data-handle='se']").bounding_box()
    if photo is None or handle is None:
        raise SystemExit("The page shows no frame.")
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(photo["x"] + photo["width"] * to, photo["y"] + photo["height"] * to, steps=4)
    page.wait_for_timeout(rest)
    before = page.url
    page.evaluate(
        """() => {
      window.timed = new Promise((resolve) => {
        addEventListener("pointerup", () => {
          const started = performance.now();
          document.addEventListener("shop:shown", () => resolve(performance.now() - started), { once: true });
        }, { once: true, capture: true });
      });
    }"""
    )
    page.mouse.up()
    took = float(page.evaluate("window.timed"))
    if page.url == before:
        raise SystemExit("The frame was let go of, and nothing was searched.")
    return took


def load(page: Page, to: float) -> float:
    """Milliseconds for a whole page of a part that wasn't searched yet."""
    address = page.url.split("?")[0]
    started = time.perf_counter()
    page.goto(f"{address}?box=0,0,{to:.3f},{to:.3f}", wait_until="domcontentloaded")
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
