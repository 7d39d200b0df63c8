"""A fresh data directory, an empty catalogue, and ways to draw photos and write tables."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image

from catalog import Catalog
from catalog.importing import import_source
from catalog.importing.import_report import ImportReport
from tests.postgresql import LentDatabase, create_database

Draw = Callable[..., Path]
WriteTable = Callable[[str, list[dict[str, Any]]], Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of this test alone."""
    home = tmp_path / "home"
    monkeypatch.setenv("VITRINA_HOME", str(home))
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    return home


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty catalogue in SQLite, to be copied: laying out its tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "catalog.db"
    Catalog.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def empty_database(postgresql: str) -> Iterator[LentDatabase]:
    """An empty catalogue in PostgreSQL, to be borrowed."""
    Catalog.open(create_database(postgresql, "empty")).close()
    lent = LentDatabase(postgresql, "empty")
    yield lent
    lent.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def catalog(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalog]:
    """An empty one, in each kind of database that shops have."""
    with ExitStack() as opened:
        if request.param == "postgresql":
            url = opened.enter_context(request.getfixturevalue("empty_database").lend())
            monkeypatch.setenv("VITRINA_DATABASE_URL", url)
        else:
            home.mkdir(mode=0o700)
            shutil.copy(request.getfixturevalue("empty_file"), home)
        yield opened.enter_context(Catalog.open())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The folder where a shop keeps its table and photos."""
    shop = tmp_path / "shop"
    shop.mkdir()
    return shop


@pytest.fixture
def draw(shop: Path) -> Draw:
    """``draw("a.jpg", shade=9)`` puts a photo into the shop's folder; another shade makes other bytes."""

    def draw_photo(
        name: str, *, shade: int = 0, mode: str = "RGB", size: tuple[int, int] = (40, 60), **options: Any
    ) -> Path:
        path = shop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.linear_gradient("L").resize(size).point(lambda level: (level + shade) % 256).convert(mode)
        image.save(path, **options)
        return path

    return draw_photo


@pytest.fixture
def write_table(shop: Path) -> WriteTable:
    """``write_table("products.csv", rows)`` writes dictionaries in the format that the name asks for."""

    def write(name: str, rows: list[dict[str, Any]]) -> Path:
        path = shop / name
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if path.suffix == ".parquet":
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
        elif path.suffix in (".jsonl", ".ndjson"):
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, delimiter="\t" if path.suffix == ".tsv" else ",")
                writer.writeheader()
                writer.writerows(rows)
        return path

    return write


@pytest.fixture
def coats(draw: Draw, write_table: WriteTable) -> Path:
    """A table of three coats with a photo each."""
    rows = []
    for number in (1, 2, 3):
        draw(f"photos/{number}.jpg", shade=number)
        rows.append(
            {
                "product_id": f"C{number}",
                "category": "Coats",
                "image": f"photos/{number}.jpg",
                "title": f"Coat {number}",
                "price": f"{number}9.90",
                "season": "Winter",
            }
        )
    return write_table("products.csv", rows)


@pytest.fixture
def load(catalog: Catalog) -> Callable[..., ImportReport]:
    """``load(source)`` imports into the test's catalogue."""

    def load_source(source: Path, **options: Any) -> ImportReport:
        return import_source(catalog, source, progress=False, **options)

    return load_source


@pytest.fixture
def read_rejects() -> Callable[[ImportReport], list[dict[str, str]]]:
    """The rejects file of an import, row by row."""

    def read(report: ImportReport) -> list[dict[str, str]]:
        assert report.rejects_file is not None
        with report.rejects_file.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture
def add_products(catalog: Catalog, draw: Callable[..., Path], shop: Path) -> Callable[[dict[str, str]], None]:
    """Puts products into the catalogue, by id and category."""

    def add(products: dict[str, str]) -> None:
        lines = ["product_id,category,image"]
        for number, (product_id, category) in enumerate(products.items()):
            draw(f"{product_id}.jpg", shade=number)
            lines.append(f"{product_id},{category},{product_id}.jpg")
        (shop / "products.csv").write_text("\n".join(lines))
        import_source(catalog, shop / "products.csv", progress=False)

    return add
