"""A small shop of drawn photos, imported and ready to be indexed with the shipped model."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from catalog import Catalog
from catalog.importing import import_source
from indexer.building.build import BuildPaths
from indexer.corpus import embedding
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import PhotoEmbedding, embed_photo_file
from search.settings import PRETRAINED_BUNDLE

COLOURS = {"red": (200, 30, 40), "green": (30, 140, 60), "blue": (40, 60, 190), "black": (25, 25, 25)}


def draw_photo(path: Path, shape: str, colour: str, size: int = 120, seed: int = 0) -> None:
    """A thing of some shape and colour on white, with a little grain so that no two files are equal."""
    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    box = (size * 0.2, size * 0.1, size * 0.8, size * 0.9)
    {"disc": draw.ellipse, "block": draw.rectangle}[shape](box, fill=COLOURS[colour])
    grain = np.random.default_rng([seed, *map(ord, shape + colour)]).normal(0, 3, (size, size, 3))
    noisy = Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    noisy.save(path, quality=92)


def draw_shop(folder: Path) -> Path:
    """A table of eight products: discs and blocks in four colours, two photos each."""
    lines = ["product_id,category,title,image,images,colour,price"]
    for shape in ("disc", "block"):
        for colour in COLOURS:
            names = [f"photos/{shape}-{colour}-{view}.jpg" for view in range(2)]
            for view, name in enumerate(names):
                draw_photo(folder / name, shape, colour, seed=view)
            lines.append(f"{shape}-{colour},{shape.title()}s,A {colour} {shape},{names[0]},{names[1]},{colour},9.90")
    table = folder / "products.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


@pytest.fixture
def embed_instantly(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """``embed_instantly(photo)``: from now on, this process has what the network sees in that photo for every photo."""

    def stand_in(photo: Path) -> None:
        seen = embed_photo_file(Embedder(bundle), photo)
        monkeypatch.setattr(embedding, "embed_photo_file", lambda *_: seen)

    return stand_in


@pytest.fixture(scope="session")
def drawn_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a shop that each test copies."""
    return draw_shop(tmp_path_factory.mktemp("drawn") / "shop").parent


@pytest.fixture
def shop(drawn_shop: Path, tmp_path: Path) -> Path:
    return shutil.copytree(drawn_shop, tmp_path / "shop") / "products.csv"


@pytest.fixture(scope="session", autouse=True)
def _embed_each_photo_once() -> Iterator[None]:
    """What the network sees in a file is found out once in this process, as most tests index the same drawn shop."""
    seen: dict[tuple[str, bytes], PhotoEmbedding] = {}

    def recall(embedder: Embedder, photo: Path) -> PhotoEmbedding:
        if not photo.is_file():
            return embed_photo_file(embedder, photo)  # which says so
        key = embedder.bundle.hash, photo.read_bytes()
        if key not in seen:
            seen[key] = embed_photo_file(embedder, photo)
        return seen[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "embed_photo_file", recall)
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def catalog(shop: Path, home: Path) -> Iterator[Catalog]:
    with Catalog.open() as opened:
        import_source(opened, shop, progress=False)
        yield opened


@pytest.fixture
def paths(home: Path) -> BuildPaths:
    return BuildPaths.below(home, home / "index")


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return Bundle.open(PRETRAINED_BUNDLE)
