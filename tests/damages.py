"""A small shop whose files can be damaged, and what its server and its build make of each damage."""

import io
import json
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from PIL import Image

import search.live as live
from catalog import Catalog, CatalogError
from catalog.importing import import_source
from catalog.jobs.job_report import JobReport, write_report
from indexer.building import category_fit
from indexer.building.build import BuildPaths, build_index
from indexer.corpus import embedding
from indexer.errors import IndexerError
from search.engine import SearchEngine
from search.index.category_head import CategoryHead
from search.index.snapshot import Snapshot, current_snapshot
from search.model.bundle import Bundle
from search.model.embedder import Embeddings
from tests.search.handmade import COLOURS, PRODUCTS, STYLES, HandEmbedder, make_vector
from webapp.application import create_app
from webapp.services.access import services_of

DAMAGES = ("missing", "empty", "cut", "flipped byte", "other version", "unreadable")
FILES = {  # as the documentation names them -> where one is
    "index/current": "index/current",
    "manifest.json": "index/*/manifest.json",
    "manifest.sha256": "index/*/manifest.sha256",
    "vectors.faiss": "index/*/vectors.faiss",
    "photos.parquet": "index/*/photos.parquet",
    "products.parquet": "index/*/products.parquet",
    "category_head.npz": "index/*/category_head.npz",
    "roles.json": "index/*/roles.json",
    "likeness.json": "index/*/likeness.json",
    "nearest.npy": "index/*/nearest.npy",
    "spreads.npz": "index/*/spreads.npz",
    "catalog.db": "catalog.db",
    "studio-secret": "studio-secret",
    "cache/embeddings": "cache/embeddings/*.sqlite",
    "cache/heads": "cache/heads/*.npz",
    "cache/thumbnails": "cache/thumbnails/*/*.webp",
    "rejects": "rejects/*.csv",
    "jobs": "jobs/*.json",
}
PRODUCT = "/api/products/coat-red"  # stands for all that is browsed; pages take longer
SHADES = {"Red": (200, 30, 40), "Black": (25, 25, 25), "Green": (30, 140, 60)}


class ShadeEmbedder(HandEmbedder):
    """Sees in a drawn photo the style and the colour that it was drawn with."""

    def embed_views(self, views: Sequence[Image.Image]) -> Embeddings:
        corner, middle = np.asarray(views[0].resize((8, 8)))[[0, 4], [0, 4]].astype(int)
        self.colour = min(SHADES, key=lambda name: int(np.abs(middle - SHADES[name]).sum()))
        self.style = list(STYLES)[min(len(STYLES) - 1, int(corner[0]) // 40)]
        seen = super().embed_views(views)
        return Embeddings(make_vector(self.style, self.colour)[None], seen.probabilities)


def fit_nothing(vectors: np.ndarray, categories: list[str], *_: object, **__: object) -> CategoryHead:
    """In place of minutes with Keras."""
    labels = tuple(sorted(set(categories)))
    kernel = np.zeros((vectors.shape[1], len(labels)), np.float32)
    return CategoryHead(labels, kernel, np.zeros(len(labels), np.float32), 1.0)


@contextmanager
def hand_made_model(bundle: Bundle, home: Path) -> Iterator[None]:
    """Everything works with a model made by hand, on a data directory of the test's own."""
    embedder = ShadeEmbedder(bundle)

    def open_engine(index_dir: Path, _: Path) -> SearchEngine:
        return SearchEngine(Snapshot.open(current_snapshot(index_dir), bundle), embedder)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_HOME", str(home))
        patch.delenv("VITRINA_DATABASE_URL", raising=False)
        patch.setattr(live.SearchEngine, "open", staticmethod(open_engine))
        patch.setattr(live, "_LOOK_EVERY_SECONDS", 0.0)
        patch.setattr(embedding, "Embedder", lambda _: embedder)
        patch.setattr(category_fit, "fit_category_head", fit_nothing)
        yield


def make_home(home: Path, bundle: Bundle) -> None:
    """A shop of the hand-made products with everything that a data directory gets in use."""
    feed = home.parent / "feed"
    feed.mkdir(parents=True)
    lines = ["product_id,category,title,image,colour"]
    for number, (product_id, category, style, colour, *_) in enumerate(PRODUCTS):
        corner = 40 * list(STYLES).index(style.split("+")[0]) + 20
        image = Image.new("RGB", (64, 64), (corner, corner, number))
        image.paste(SHADES[colour], (16, 16, 48, 48))
        image.save(feed / f"{number}.png")
        lines.append(f'"{product_id}",{category},{product_id},{number}.png,{colour}')
    lines.append("broken,Coats,broken,gone.png,Red")
    (feed / "feed.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert set(SHADES) == set(COLOURS)
    with hand_made_model(bundle, home):
        with Catalog.open() as catalog:
            import_source(catalog, feed / "feed.csv", progress=False)
        build(home, bundle)
        write_report(home / "jobs" / "1.json", JobReport(state="done"))
        client = create_app(home=home).test_client()
        assert look(client) == "works"
        with closing(sqlite3.connect(home / "catalog.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def build(home: Path, bundle: Bundle) -> None:
    with Catalog.open() as catalog:
        build_index(catalog, bundle, BuildPaths.below(home, home / "index"), progress=False)


def find(home: Path, file: str) -> Path:
    return next(path for path in sorted(home.glob(FILES[file])) if not path.name.startswith("."))


def damage(path: Path, how: str) -> None:
    """Damage a file in the way of a careless copy, a full disk, or a worn one."""
    content = path.read_bytes()
    if path.name == "catalog.db":
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    if how == "other version":
        make_other_version(path)
        return
    if how in ("missing", "unreadable"):
        path.unlink()
        if how == "unreadable":  # a link to itself can't be read, by an administrator neither
            path.symlink_to(path.name)
        return
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0x40
    path.write_bytes({"empty": b"", "cut": content[: len(content) // 2], "flipped byte": bytes(flipped)}[how])


def make_other_version(path: Path) -> None:
    """What a version of Vitrina with other ideas might have written there."""
    suffix = path.suffix
    if path.name == "catalog.db":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE catalog_schema SET version = 999")
    elif suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("ALTER TABLE embeddings RENAME COLUMN vector TO numbers")
    elif suffix == ".json":
        path.write_text(json.dumps({"format": 99, "levels": 3, "Coats": ["a"]}))
    elif suffix == ".parquet":
        pq.write_table(pa.table({"sku": ["a", "b"]}), path)
    elif suffix == ".npy":
        np.save(path, np.ones(3, np.float32))
    elif suffix == ".npz":
        np.savez(path, weights=np.ones(3))
    elif suffix == ".webp":
        buffer = io.BytesIO()
        Image.open(path).save(buffer, "WEBP")
        path.write_bytes(buffer.getvalue())  # without a seal
    else:
        path.write_text("20990101-000000-abcdef-and-something-of-a-later-version")


def look(client: FlaskClient) -> str:
    """The state of a shop, by what it answers."""
    answers = {name: client.get(name, buffered=True) for name in ("/health", PRODUCT)}
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), SHADES["Red"]).save(buffer, "PNG")
    form = {"photo": (io.BytesIO(buffer.getvalue()), "photo.png")}
    answers["search"] = client.post("/api/search", data=form, content_type="multipart/form-data")
    assert all(answer.status_code in (200, 503) for answer in answers.values()), answers
    if answers[PRODUCT].status_code == 503:
        assert answers["/health"].status_code == 503
        return "no catalogue"
    assert answers["search"].status_code == answers["/health"].status_code
    objects = services_of(client.application)
    photo = objects.catalog.product("coat-red").photos[0]
    shown = client.get(f"/photos/{photo.sha256}/320.webp", buffered=True)
    with Image.open(io.BytesIO(shown.data)) as image:
        assert (shown.status_code, image.size) == (200, (64, 64))
    objects.rejects.count(), objects.jobs.history(5), objects.storefront.index_trouble()
    return "works" if answers["search"].status_code == 200 else "no search"


def start(home: Path) -> tuple[str, FlaskClient | None]:
    """The state of a shop that is started on a directory, once it has verified its index."""
    try:
        client = create_app(home=home).test_client()
    except CatalogError:
        return "refuses", None
    return settle(client), client


def settle(client: FlaskClient) -> str:
    """The state once nothing is being opened or verified any more."""
    storefront = services_of(client.application).storefront
    for _ in range(3):  # a look may begin something, whose end may begin something more
        storefront.index_trouble()
        deadline = time.monotonic() + 10
        while storefront.index._live._opening.locked() and time.monotonic() < deadline:  # type: ignore[attr-defined]
            time.sleep(0.001)
    return look(client)


def observe(home: Path, folder: Path, bundle: Bundle, file: str, how: str) -> tuple[str, str, str]:
    """What a start, a running shop and a build make of a damaged file, each on a copy of the directory."""
    states = []
    for moment in ("start", "running", "build"):
        copy = folder / f"copy-{moment}"
        shutil.copytree(home, copy)
        with hand_made_model(bundle, copy):
            client = start(copy)[1] if moment == "running" else None
            damage(find(copy, file), how)
            if moment == "start":
                states.append(start(copy)[0])
            elif client is not None:
                states.append(settle(client))
            else:
                states.append(rebuild(copy, bundle, expected="works" if file != "studio-secret" else states[0]))
    return states[0], states[1], states[2]


def rebuild(home: Path, bundle: Bundle, *, expected: str) -> str:
    """What a build makes of a directory; a shop that is started on it afterwards must be in the expected state."""
    with suppress(IndexerError, CatalogError):
        build(home, bundle)
        state = start(home)[0]
        assert state == expected, f"{state} after a build that ended well"
        return "goes through"
    return "refuses"
