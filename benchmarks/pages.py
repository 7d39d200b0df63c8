"""How long pages and answers take that embed no photo: ratios within one run, and to those of another version.

    python benchmarks/pages.py [--before CHECKOUT]

Serves the demo boutique and asks for each address in turn, so that other work on the machine slows all alike. With
``--before``, a folder with another version's files, that version serves its own demo boutique beside this one.
"""

import argparse
import subprocess
import sys
import time
import urllib.request
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import numpy as np
from shop_load import gather_photos, post
from stage import prepare_demo, serve_shop

ROUNDS = 40
TIMEOUT_SECONDS = 60
COAT = "mc-001-burgundy"
ADDRESSES = {
    "start page": "/",
    "category": "/categories/MEN_Coats",
    "product": f"/products/{COAT}",
    "similar products": f"/products/{COAT}/similar",
    "similar products, filtered": f"/products/{COAT}/similar?max_price=200",
    "similar products, by the API": f"/api/products/{COAT}/similar",
    "words": "/search?q=blue+coat",
    "a photo's answer, filtered": "{answer}?max_price=200",
    "a photo's answer, by another balance": "{answer}?colour_weight=0.8",
}
PREPARE = "import sys; sys.path.insert(0, 'benchmarks'); import pathlib, stage; stage.prepare_demo(pathlib.Path({!r}))"


def main() -> None:
    """Serve, ask and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var") / "bench-demo-7", help="data directory to use")
    parser.add_argument("--before", type=Path, help="a folder with another version of Vitrina")
    arguments = parser.parse_args()
    home = arguments.home.absolute()
    with ExitStack() as served:
        _, [photo] = gather_photos(prepare_demo(home), 1)
        shops = [served.enter_context(serve_shop(home, VITRINA_DATABASE_URL=""))]
        if arguments.before:
            shops.append(served.enter_context(serve_other(arguments.before.absolute(), home / "before")))
        answers = [post(f"{shop}/search", photo, accept="application/json")[1]["Location"] for shop in shops]
        seconds = [{name: np.empty(ROUNDS) for name in ADDRESSES} for _ in shops]
        for turn in range(-2, ROUNDS):  # of which the first two warm up
            for name, address in ADDRESSES.items():
                for shop, answer, taken in zip(shops, answers, seconds, strict=True):
                    taken[name][max(turn, 0)] = ask(shop + address.format(answer=answer))
    print_times(*({name: float(np.median(taken)) for name, taken in one.items()} for one in seconds))


def serve_other(checkout: Path, home: Path) -> AbstractContextManager[str]:
    """The address of another version's server, over a demo boutique that it has drawn and indexed itself."""
    home.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-c", PREPARE.format(str(home))], cwd=checkout, check=True)
    return serve_shop(home, checkout=checkout, VITRINA_DATABASE_URL="")


def ask(address: str) -> float:
    """Seconds until the whole answer has come."""
    started = time.perf_counter()
    with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - of our own server
        answer.read()
    return time.perf_counter() - started


def print_times(now: dict[str, float], before: dict[str, float] | None = None) -> None:
    """Markdown: medians, in times of the start page's, and of the other version's."""
    print(f"| what | ms | times the start page |{' times the other version |' * bool(before)}")
    print(f"|---|---|---|{'---|' * bool(before)}")
    for name, value in now.items():
        line = f"| {name} | {value * 1e3:.1f} | {value / now['start page']:.1f} |"
        print(line + (f" {value / before[name]:.2f} |" if before else ""))


if __name__ == "__main__":
    main()
