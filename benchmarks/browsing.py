"""How long a merchandiser waits for a page of a large catalogue: ratios within one run on this machine.

    python benchmarks/browsing.py [--products 200000] [--database URL]

Made-up products: a tenth hold one word in their titles, one in ten thousand another. Each
question is the median of some calls, in times of the plainest: the newest products. Without a database, SQLite in a
temporary folder.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from speed import median_seconds
from sqlalchemy import insert
from tqdm import tqdm

from catalog.browsing.browser import COUNTED, Browser
from catalog.browsing.product_search import CHEAPEST, NEWEST, ProductQuery
from catalog.storage.database import Database
from catalog.storage.statistics import gather_statistics
from catalog.storage.tables.products import products, sources

CALLS = 5
BATCH = 50_000
PAGE = 30
CATEGORIES = 200
COLOURS = ("Black", "Blue", "Green", "Red", "White")
COMMON, RARE = "winter", "zibeline"  # the word that a tenth of the products hold, and the one of very few
QUESTIONS = {
    "newest products": ProductQuery(sort=NEWEST),
    "a category, a colour, in stock": ProductQuery(category="Category 7", colour="Red", in_stock=True),
    "a word that few products hold": ProductQuery(words=RARE),
    "a word that a tenth hold": ProductQuery(words=COMMON),
    "the same, the cheapest first": ProductQuery(words=COMMON, sort=CHEAPEST),
    "the same, in a category": ProductQuery(words=COMMON, category="Category 7"),
    "an attribute that half have, in a category": ProductQuery(attribute=("fit", "slim"), category="Category 7"),
    "two letters that half begin with": ProductQuery(words="br"),
}
LAST_PAGE = (ProductQuery(words="br"), COUNTED - PAGE)


def main() -> None:
    """Fill a database that is empty, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=200_000)
    parser.add_argument("--database", help="SQLAlchemy URL of a catalogue to fill, or that an earlier run has filled")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitrina-browsing-") as folder:
        database = Database.open(arguments.database or f"sqlite:///{Path(folder) / 'catalog.sqlite'}")
        browser = Browser(database)
        if browser.find(ProductQuery(), 1).total == 0:
            fill(database, arguments.products)
        asked = {**{name: (query, 0) for name, query in QUESTIONS.items()}, "the same, the last page": LAST_PAGE}
        seconds = {}
        for name, (query, offset) in asked.items():
            seconds[name] = median_seconds(lambda query=query, offset=offset: browser.find(query, PAGE, offset), CALLS)
        database.close()
    print("| question | ms | times the newest |\n|---|---|---|")
    for name, value in seconds.items():
        print(f"| {name} | {value * 1e3:.0f} | {value / seconds['newest products']:.0f} |")


def fill(database: Database, count: int) -> None:
    """Put made-up products into an empty catalogue."""
    with database.writing() as connection:
        source = {"source_id": 1, "location": "/made-up.csv", "rejected_rows": 0, "rejected_photos": 0}
        connection.execute(insert(sources).values(**source, imported_at="2026-01-01T00:00:00+00:00"))
    with tqdm(total=count, unit="product") as bar:
        for batch, start in enumerate(range(0, count, BATCH)):
            rows = list(make_up(start, min(start + BATCH, count), f"2026-01-{batch + 1:02}T00:00:00+00:00"))
            with database.writing() as connection:
                connection.execute(insert(products), rows)
            bar.update(len(rows))
    with database.writing() as connection:
        gather_statistics(connection)


def make_up(first: int, end: int, added_at: str) -> Iterator[dict[str, object]]:
    """Rows of the products' table."""
    for number in range(first, end):
        rng = random.Random(number)  # noqa: S311 - the same shop each time
        brand = f"{'br' if number % 2 else 'st'}and{rng.randrange(1000)}"
        words = [brand, *(f"word{rng.randrange(20_000)}" for _ in range(4))]
        words += [COMMON] * (rng.random() < 0.1) + [RARE] * (rng.random() < 1e-4)
        yield {
            "product_id": f"sku-{rng.randrange(10**9):09}-{number}",
            "source_id": 1,
            "added_at": added_at,
            "category": f"Category {rng.randrange(CATEGORIES)}",
            "title": " ".join(words),
            "colour": rng.choice(COLOURS),
            "price_cents": rng.randrange(500, 50_000),
            "currency": "EUR",
            "in_stock": rng.random() < 0.9,
            "attributes": {"fit": rng.choice(("loose", "slim"))},
        }


if __name__ == "__main__":
    main()
