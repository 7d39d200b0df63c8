"""A small shop that may be broken: drawn, imported and indexed, and asked afterwards whether it is whole."""

import csv
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from PIL import Image, ImageDraw

from catalog import Catalog
from search.errors import SearchError
from search.index.manifest import current_snapshot, read_manifest, verify_snapshot

PRODUCTS = 120
NEW_EACH = 12  # products that each further feed adds, so that an import and a build have something to do
CATEGORIES = ("Bags", "Hats", "Coats", "Shoes")
ACCOUNT = "keeper"
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a shop that lives for minutes
COMMAND_SECONDS = 300.0
_LONG_SECONDS = 2 * 3600.0

_HALF_WRITTEN = ("*.part", "*.partial", "*.tmp", ".restore-*", ".current.*")


class SmallShop:
    """A data directory with a feed of its own, and the commands that work on it.

    Args:
        home: the data directory, which is made with the shop in it.
        feed: a folder for the feed and its photos, which may lie on another disk.
    """

    def __init__(self, home: Path, feed: Path) -> None:
        self.home = home
        self.url = f"sqlite:///{home / 'catalog.db'}"
        self.generation = 0
        self._feed = feed
        self._temporary = feed / "tmp"
        self._temporary.mkdir(parents=True)
        self.errors = feed / "errors.log"  # what the command that was started last says
        home.mkdir(parents=True)
        self.environment = os.environ | {
            "VITRINA_HOME": str(home),
            "VITRINA_DATABASE_URL": "",
            "TMPDIR": str(self._temporary),
        }
        for command in (["catalog", "import", str(self.write_feed())], ["indexer", "build"]):
            self.run(*command, must=True)
        self.run("webapp", "user", "add", ACCOUNT, "--role", "admin", "--password-stdin", entered=PASSWORD, must=True)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A command (``python -m`` and the arguments) in a process group of its own, so that it can be killed."""
        with self.errors.open("wb") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )

    def run(self, *arguments: str, entered: str = "", must: bool = False) -> "subprocess.CompletedProcess[str]":
        """A command that runs to its end; raises SystemExit if it ``must`` succeed and doesn't."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            env=self.environment,
            input=f"{entered}\n",
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        if must and done.returncode:
            raise SystemExit(f"python -m {' '.join(arguments)} failed:\n{done.stderr}")
        return done

    def write_feed(self) -> Path:
        """The next feed: every price has changed, and there are a few new products with photos of their own."""
        self.generation += 1
        photos = self._feed / "photos"
        photos.mkdir(exist_ok=True)
        table = self._feed / "products.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["product_id", "category", "title", "image", "price"])
            for number, product_id in enumerate(self.expected()):
                if not (photos / f"{number}.jpg").exists():
                    _draw(photos / f"{number}.jpg", number)
                price = f"{self.cents(number) / 100:.2f}"
                writer.writerow([product_id, CATEGORIES[number % 4], f"Thing {number}", f"photos/{number}.jpg", price])
        return table

    def cents(self, number: int, generation: int | None = None) -> int:
        """The price of the feed's product in the feed of a generation (default: the latest)."""
        return 1000 + 100 * (self.generation if generation is None else generation) + number % 100

    def expected(self, generation: int | None = None) -> dict[str, int]:
        """Product -> price in cents, as the feed of a generation (default: the latest) has them."""
        count = PRODUCTS + NEW_EACH * (self.generation if generation is None else generation)
        return {f"p{number}": self.cents(number, generation) for number in range(count)}

    def prices(self) -> dict[str, int | None]:
        """Product -> price in cents, as the catalogue has them; only the feed's."""
        return read_prices(self.url)

    def faults(self) -> list[str]:
        """What is broken in the data directory: the database, the account that was made, the live index."""
        found = []
        with closing(sqlite3.connect(self.home / "catalog.db", timeout=30)) as database:
            checked = [row[0] for row in database.execute("PRAGMA integrity_check")]
            if checked != ["ok"] or list(database.execute("PRAGMA foreign_key_check")):
                found.append(f"database: {checked[0]}")
            if not list(database.execute("SELECT 1 FROM catalog_accounts WHERE name = ?", [ACCOUNT])):
                found.append("the account is gone")
        try:
            snapshot = current_snapshot(self.home / "index")
            verify_snapshot(snapshot, read_manifest(snapshot))
        except SearchError as error:
            found.append(f"index: {error}")
        return found

    def indexed(self) -> int:
        """How many products the live index has."""
        return read_manifest(current_snapshot(self.home / "index")).products

    def half_written(self) -> list[Path]:
        """Files that whoever wrote them didn't finish, temporary ones included."""
        folders = (self.home, self._feed)
        found = [path for folder in folders for pattern in _HALF_WRITTEN for path in folder.rglob(pattern)]
        return found + list(self._temporary.iterdir())

    def left_for_good(self) -> list[Path]:
        """Those that a build leaves lying even when nobody has touched them for longer than any write takes."""
        if not self.half_written():
            return []
        long_ago = time.time() - _LONG_SECONDS
        for path in self.half_written():
            os.utime(path, (long_ago, long_ago))
        self.run("indexer", "build", must=True)
        return self.half_written()


def read_prices(url: str) -> dict[str, int | None]:
    """Product -> price in cents, as a catalogue has them; only the feed's products."""
    with Catalog.open(url) as catalog:
        return {one.product_id: one.price_cents for one in catalog.iter_products() if one.product_id[0] == "p"}


def _draw(path: Path, number: int) -> None:
    """A photo that is like no other."""
    rng = random.Random(number)  # noqa: S311
    image = Image.new("RGB", (240, 240), (250, 250, 250))
    colour = tuple(rng.randrange(30, 220) for _ in range(3))
    shape = (40 + number % 17, 30 + number % 13, 200 - number % 23, 210 - number % 19)
    drawing = ImageDraw.Draw(image)
    (drawing.ellipse if number % 2 else drawing.rectangle)(shape, fill=colour)
    image.save(path)
