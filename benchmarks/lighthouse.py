"""Lighthouse's scores of the start, result and product pages, with its phone profile.

    npm install --prefix /tmp/lighthouse lighthouse
    python benchmarks/lighthouse.py --lighthouse /tmp/lighthouse/node_modules/.bin/lighthouse

Lighthouse is no part of the project: it is installed where you like, needs Node and Chromium, and runs its defaults (a
slow phone on a slow line, simulated). The shop is the demo boutique behind the real server. One run a page; the
performance score moves by a few points from run to run, and more on a busy machine.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from stage import find_chromium, prepare_demo, serve_shop

CATEGORIES = ("performance", "accessibility", "best-practices")
PAGES = {"start": "/", "result": "/samples/1", "product": "/products/mc-001-burgundy"}
CHROME_FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"
MOST_LISTED = 8  # losses that are told of a page
PICTURE = re.compile(r'/(?:photos|samples)/[^"\s,]+\.(?:webp|avif)')


def main() -> None:
    """Print a table of scores, and what cost points."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lighthouse", default=shutil.which("lighthouse"), help="the program (default: on the path)")
    parser.add_argument("--home", type=Path, default=Path("var") / "bench-demo-7", help="data directory to use")
    parser.add_argument("--url", help="a shop that is running already, in place of the demo")
    arguments = parser.parse_args()
    if not arguments.lighthouse or find_chromium() is None:
        raise SystemExit("Lighthouse and Chromium are needed; the top of this file says how to get them.")
    if arguments.url:
        reports = {
            name: examine(arguments.lighthouse, arguments.url.rstrip("/") + path) for name, path in PAGES.items()
        }
    else:
        home = arguments.home.absolute()
        demo = prepare_demo(home)
        with serve_shop(home, VITRINA_SAMPLES=str(demo), VITRINA_DATABASE_URL="") as shop:
            reports = {name: examine(arguments.lighthouse, shop + path) for name, path in PAGES.items()}
    print(f"| page | {' | '.join(CATEGORIES)} | first paint s | largest paint s | blocked ms | shift | KB |")
    print("|---" * (len(CATEGORIES) + 6) + "|")
    for name, report in reports.items():
        print(f"| {name} | {' | '.join([*read_scores(report), *read_figures(report)])} |")
    for name, report in reports.items():
        for line in list_losses(report):
            print(f"\n{name}: {line}", end="")
    print()


def examine(lighthouse: str, address: str) -> dict:
    """Lighthouse's report of a page."""
    warm_up(address)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.json"
        command = [
            lighthouse, address, "--quiet", "--output=json", f"--output-path={target}",
            f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROME_FLAGS}",
        ]  # fmt: skip
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": str(find_chromium())})
        return json.loads(target.read_text(encoding="utf-8"))


def warm_up(address: str) -> None:
    """Fetch a page and its pictures in every width: the shop makes them once, not for every visitor."""
    with urllib.request.urlopen(address) as response:  # noqa: S310 - our own server
        page = response.read().decode()
    for picture in sorted(set(PICTURE.findall(page))):
        with urllib.request.urlopen(urljoin(address, picture)):  # noqa: S310
            pass


def read_scores(report: dict) -> list[str]:
    """Of 100 each."""
    return [f"{100 * report['categories'][category]['score']:.0f}" for category in CATEGORIES]


def read_figures(report: dict) -> list[str]:
    """What the performance score is made of, and the page's weight."""
    value = {name: audit.get("numericValue", 0.0) for name, audit in report["audits"].items()}
    return [
        f"{value['first-contentful-paint'] / 1000:.1f}",
        f"{value['largest-contentful-paint'] / 1000:.1f}",
        f"{value['total-blocking-time']:.0f}",
        f"{value['cumulative-layout-shift']:.3f}",
        f"{value['total-byte-weight'] / 1000:.0f}",
    ]


def list_losses(report: dict) -> list[str]:
    """The audits that count and aren't perfect, worst first, a line each."""
    losses = []
    for category in CATEGORIES:
        for ref in report["categories"][category]["auditRefs"]:
            audit = report["audits"][ref["id"]]
            score = audit.get("score")
            if ref["weight"] and score is not None and score < 1:
                lost = ref["weight"] * (1 - score)
                losses.append((lost, f"{category}: {audit['title']} {audit.get('displayValue', '')} ({score:.2f})"))
    return [line for _, line in sorted(losses, key=lambda loss: -loss[0])[:MOST_LISTED]]


if __name__ == "__main__":
    main()
