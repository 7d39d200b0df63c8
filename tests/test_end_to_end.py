"""The main job, end to end: from a shop's photos to an answer, with the shipped model and nothing replaced."""

import csv
import io
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from catalog import Catalog
from catalog.importing import import_source
from indexer.building.build import BuildPaths, build_index
from search.model.bundle import Bundle
from search.model_quality.language import LANGUAGES
from search.settings import PRETRAINED_BUNDLE
from tests.indexer.conftest import draw_photo
from webapp import create_app


def index_source(source: Path, home: Path) -> None:
    with Catalog.open() as catalog:
        import_source(catalog, source, progress=False)
        build_index(catalog, Bundle.open(PRETRAINED_BUNDLE), BuildPaths.below(home, home / "index"), progress=False)


def post(client: FlaskClient, content: bytes, **fields: str) -> tuple[int, dict]:
    response = client.post("/api/search", data={"photo": (io.BytesIO(content), "photo.jpg"), **fields})
    return response.status_code, response.get_json()


@pytest.fixture
def boutique(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, FlaskClient]:
    """A part of the demo boutique, drawn, imported, indexed and served."""
    monkeypatch.setenv("VITRINA_HOME", str(demo_home))
    return demo_home / "demo", create_app().test_client()


@pytest.mark.slow
def test_shopper_photos_are_answered(boutique: tuple[Path, FlaskClient]) -> None:
    """Tilted, cluttered, badly lit: the category is right, and the product or a variant is among the first five."""
    demo, client = boutique
    with (demo / "products.csv").open(newline="", encoding="utf-8") as file:
        group_of = {row["product_id"]: row["group_id"] for row in csv.DictReader(file)}
    with (demo / "shopper.csv").open(newline="", encoding="utf-8") as file:
        truths = list(csv.DictReader(file))
    assert len(truths) >= 20
    category_right = found = recognised = 0
    for truth in truths:
        status, answer = post(client, (demo / truth["photo"]).read_bytes(), limit="5")
        assert status == 200
        category_right += answer["prediction"][0]["category"] == truth["category"]
        recognised += answer["recognised"]
        found += truth["group_id"] in [group_of[hit["product_id"]] for hit in answer["similar"]]
        kinds = {hit["category"] for hit in answer["goes_with"]}
        assert kinds
        assert answer["prediction"][0]["category"] not in kinds
    assert category_right >= 0.8 * len(truths)
    assert found >= 0.85 * len(truths)
    assert recognised >= 0.95 * len(truths)


@pytest.mark.slow
def test_what_is_no_product_is_not_recognised(boutique: tuple[Path, FlaskClient]) -> None:
    """Noise, and a page of black bars on white, are like nothing that it sells; there is an answer all the same."""
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    letter = np.full((560, 400, 3), 255, np.uint8)
    letter[40:520:16, 40:360] = 0
    for pixels in (noise, letter):
        content = io.BytesIO()
        Image.fromarray(pixels).save(content, "PNG")
        status, answer = post(boutique[1], content.getvalue())
        assert status == 200
        assert not answer["recognised"]
        assert answer["similar"]


@pytest.mark.slow
def test_every_studio_photo_finds_its_own_product_first(boutique: tuple[Path, FlaskClient]) -> None:
    """Of all products, uncollapsed."""
    demo, client = boutique
    for photo in sorted((demo / "photos").glob("*.jpg"))[::5]:
        status, answer = post(client, photo.read_bytes(), collapse="false", limit="1")
        assert status == 200
        assert photo.stem.removesuffix("-2") == answer["similar"][0]["product_id"]


@pytest.mark.slow
def test_pages_show_the_answer_in_every_language(boutique: tuple[Path, FlaskClient]) -> None:
    """The result page of a sample photo, with pictures that exist."""
    _, client = boutique
    for language in LANGUAGES:
        for address in ("/", "/samples/1", "/health"):
            assert client.get(f"{address}?lang={language}").status_code == 200
    answer = client.get("/api/products/mc-001-burgundy").get_json()
    with client.get(answer["image_url"]) as image:
        assert image.mimetype == "image/webp"
    assert client.get(answer["product_url"]).status_code == 200


def encode(image: Image.Image, format_name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def thing(seed: int, mode: str = "RGB") -> Image.Image:
    """A blob of its own shape and colour on white, unlike the other seeds'."""
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[-1:1:160j, -1:1:120j]
    angle, reach = np.arctan2(ys, xs), np.hypot(ys, xs)
    edge = 0.55 + 0.25 * np.cos((2 + seed) * angle + seed)
    pixels = np.full((160, 120, 3), 250.0)
    pixels[reach < edge] = rng.integers(0, 200, 3)
    stripes = (np.sin((6 + 5 * seed) * xs) > 0) & (reach < edge)
    pixels[stripes] = rng.integers(0, 256, 3)
    return Image.fromarray(pixels.astype(np.uint8)).convert(mode)


def strange_folder() -> dict[str, tuple[bytes, int]]:
    """File name -> bytes, and the API's answer to them."""
    rotated = Image.Exif()
    rotated[0x0112] = 6
    sixteen = (np.asarray(thing(4, "L")).astype(np.uint16) * 257) // (1 + np.arange(120, dtype=np.uint16) % 3)
    frames = [thing(2), thing(9)]
    return {
        "truncated.jpg": (encode(thing(0), "JPEG")[:2000], 422),
        "empty.jpg": (b"", 415),
        "text.jpg": (b"Please find the photo attached.", 415),
        "bomb.png": (encode(Image.new("1", (20_000, 20_000)), "PNG"), 413),
        "pixel.png": (encode(Image.new("RGB", (1, 1)), "PNG"), 422),
        "animated.gif": (encode(frames[0], "GIF", save_all=True, append_images=frames[1:]), 200),
        "cmyk.jpg": (encode(thing(3, "CMYK"), "JPEG"), 200),
        "sixteen.png": (encode(Image.fromarray(sixteen), "PNG"), 200),
        "rotated.jpg": (encode(thing(5).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=rotated), 200),
        "niño con abrigo, n.º 1.jpg": (encode(thing(6), "JPEG"), 200),
        "plain.webp": (encode(thing(7), "WEBP"), 200),
    }


def test_folder_of_strange_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the bad ones are rejected, with a reason; the good ones find themselves; the API never says 500."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    files = strange_folder()
    folder = tmp_path / "photos" / "Abrigos y más"
    folder.mkdir(parents=True)
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    with Catalog.open() as catalog:
        report = import_source(catalog, tmp_path / "photos", progress=False)
    bad = {name for name, (_, status) in files.items() if status != 200}
    assert report.rejects_file is not None
    with report.rejects_file.open(newline="", encoding="utf-8") as rejects:
        assert {Path(row["file"]).name for row in csv.DictReader(rejects)} == bad
    index_source(tmp_path / "photos", tmp_path / "home")
    client = create_app().test_client()
    for name, (content, expected) in files.items():
        status, answer = post(client, content)
        assert status == expected, f"{name}: {answer}"
        if expected == 200:
            assert answer["similar"][0]["product_id"] == f"Abrigos y más/{name}"
            assert client.get(f"/api/products/Abrigos y más/{name}").status_code == 200
        else:
            assert answer["error"]["message"]


@pytest.mark.slow
def test_requests_go_on_while_the_index_is_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches from several threads during three rebuilds: every one is answered, the last by the newest index."""
    home = tmp_path / "home"
    monkeypatch.setenv("VITRINA_HOME", str(home))
    for number, colour in enumerate(("red", "green", "blue")):
        draw_photo(tmp_path / f"photos/Discs/{number}.jpg", "disc", colour)
    index_source(tmp_path / "photos", home)
    app = create_app()
    content = (tmp_path / "photos/Discs/0.jpg").read_bytes()
    answers: list[tuple[int, dict]] = []
    stop = threading.Event()

    def search() -> None:
        client = app.test_client()
        while not stop.is_set():
            answers.append(post(client, content))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            draw_photo(tmp_path / f"photos/Blocks/{number}.jpg", "block", "black", seed=number)
            index_source(tmp_path / "photos", home)
            time.sleep(1.2)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert {status for status, _ in answers} == {200}
    assert len({answer["snapshot"]["id"] for _, answer in answers}) >= 3
    _, answer = post(app.test_client(), content)
    assert {hit["category"] for hit in answer["similar"]} == {"Discs", "Blocks"}
