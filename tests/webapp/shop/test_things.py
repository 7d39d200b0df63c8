"""The things in a shopper's photo: offered once they were looked for, each as a part of the kept photo."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from search.model.things import Thing
from tests.webapp.boutique import ScriptedEngine, encode_form, photo_bytes
from webapp.services.decoded_copies import DecodedCopies
from webapp.services.kept_things import read_things, write_things

BAG, COAT = Thing("bag", (0.6, 0.5, 0.2, 0.2), 0.8), Thing("coat", (0.2, 0.1, 0.5, 0.6), 0.9)
JSON = {"Accept": "application/json"}


@pytest.fixture
def token(client: FlaskClient, engine: ScriptedEngine) -> str:
    """Of a photo that shows a coat and a bag."""
    engine.things = (COAT, BAG)
    body, content_type = encode_form(photo_bytes(), "photo.jpg", {})
    response = client.post("/search", data=body, content_type=content_type, headers=JSON)
    return str(response.headers["Location"]).rsplit("/", 1)[1]


def test_a_script_is_told_of_hotspots_by_name_and_box(client: FlaskClient, token: str) -> None:
    response = client.get(f"/search/{token}/things", headers=JSON)
    assert response.get_json()["things"] == [
        {"kind": "coat", "name": "Search the coat or jacket", "box": "0.2,0.1,0.5,0.6"},
        {"kind": "bag", "name": "Search the bag", "box": "0.6,0.5,0.2,0.2"},
    ]
    assert "private" in response.headers["Cache-Control"]
    spanish = client.get(f"/search/{token}/things?lang=es", headers=JSON).get_json()["things"]
    assert spanish[1]["name"] == "Buscar el bolso"


def test_things_are_looked_for_once(client: FlaskClient, engine: ScriptedEngine, token: str) -> None:
    """And not by the answer, which would be slower for it."""
    client.get(f"/search/{token}")
    assert "things_in" not in engine.asked
    client.get(f"/search/{token}/things", headers=JSON)
    assert engine.asked.pop("things_in")
    client.get(f"/search/{token}/things", headers=JSON)
    assert "things_in" not in engine.asked


def test_without_scripts_a_link_leads_to_the_answer_that_names_them(client: FlaskClient, token: str) -> None:
    before = client.get(f"/search/{token}?in_stock=true").text
    assert f"/search/{token}/things?in_stock=true" in before
    led = client.get(f"/search/{token}/things?in_stock=true", headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["Location"]) == (303, f"/search/{token}?in_stock=true")
    after = client.get(led.headers["Location"]).text
    assert "Search the bag" in after
    assert "box=0.6,0.5,0.2,0.2" in after
    assert "Find the things in it" not in after


def test_one_thing_alone_is_no_choice(client: FlaskClient, engine: ScriptedEngine, token: str) -> None:
    engine.things = (COAT,)
    assert client.get(f"/search/{token}/things", headers=JSON).get_json()["things"] == []


def test_the_things_of_a_photo_that_is_gone_are_gone(client: FlaskClient) -> None:
    assert client.get(f"/search/{'a' * 32}/things", headers=JSON).status_code == 410


def test_the_api_finds_things_and_searches_a_kept_photo_by_them(client: FlaskClient, engine: ScriptedEngine) -> None:
    engine.things = (COAT, BAG)
    body, content_type = encode_form(photo_bytes(), "photo.jpg", {"things": "true", "keep": "true"})
    answer = client.post("/api/search", data=body, content_type=content_type).get_json()
    assert answer["things"][1] == {"kind": "bag", "box": [0.6, 0.5, 0.2, 0.2], "confidence": 0.8}
    encoded = engine.encoded
    part = client.get(f"/api/photos/{answer['photo']}/search?box=0.6,0.5,0.2,0.2").get_json()
    assert part["similar"]
    assert "things" not in part
    assert engine.encoded == encoded + 1
    whole = client.get(f"/api/photos/{answer['photo']}/search?things=true").get_json()
    assert [thing["kind"] for thing in whole["things"]] == ["coat", "bag"]
    assert engine.encoded == encoded + 1  # what the photo was sent for is remembered
    assert client.get(f"/api/photos/{'a' * 32}/search").status_code == 410


def test_the_api_says_when_photos_are_not_kept(app: Flask, client: FlaskClient) -> None:
    app.extensions["vitrina"].query_photos.minutes = 0
    body, content_type = encode_form(photo_bytes(), "photo.jpg", {"keep": "true"})
    assert client.post("/api/search", data=body, content_type=content_type).get_json()["photo"] is None


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"model": "m", "things": [["bag", 1]]}', '{"model": "m"}', "[" * 9999]
)
def test_odd_bytes_where_things_are_kept_are_looked_for_again(tmp_path: Path, content: str) -> None:
    (tmp_path / "one.things").write_text(content, encoding="utf-8")
    assert read_things(tmp_path / "one.things", "m") is None


def test_what_another_model_found_is_looked_for_again(tmp_path: Path) -> None:
    write_things(tmp_path / "one.things", "m", (COAT, BAG))
    assert read_things(tmp_path / "one.things", "m") == (COAT, BAG)
    assert read_things(tmp_path / "one.things", "another") is None
    assert json.loads((tmp_path / "one.things").read_text(encoding="utf-8"))["model"] == "m"


def test_a_photo_is_decoded_once_and_few_are_remembered() -> None:
    decoded: list[str] = []

    def decode(name: str) -> Image.Image:
        decoded.append(name)
        return Image.new("RGB", (10, 10))

    copies = DecodedCopies(most_bytes=700)
    for name in ("one", "one", "two", "three", "one"):
        copies.get(name, 640, lambda name=name: decode(name))  # type: ignore[misc]
    assert decoded == ["one", "two", "three", "one"]
