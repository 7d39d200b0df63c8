import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog import Catalog
from search.errors import NoIndexError
from search.query import CategoryProbability, Filters
from tests.webapp.boutique import ScriptedEngine, encode_form, photo_bytes
from webapp import create_app

Ask = Callable[..., TestResponse]


@pytest.fixture
def client(samples: list[Path], catalog: Catalog, engine: ScriptedEngine, home: Path) -> FlaskClient:
    return create_app(catalog=catalog, engine=engine, home=home).test_client()


def test_an_answer_shows_the_photo_the_guess_and_both_lists(ask: Ask) -> None:
    """With the probability in words and percent, sold-out badges and further colours."""
    response = ask()
    assert response.status_code == 200
    assert re.search(r'src="/search/[\w-]{32}/photo.jpg"', response.text)
    assert "Almost certainly" in response.text
    assert ">93%<" in response.text
    assert "&lt;1%<" not in response.text, "what is improbable isn't shown"
    assert "Duffle coat Red" in response.text
    assert "€1,249.50" in response.text
    assert "1 more colour" in response.text
    assert 'data-colour="plaid"' in response.text
    assert "Sold out" in response.text
    assert "Pleated skirt" in response.text
    assert "gone" not in response.text
    assert "0.912" not in response.text  # cosines are for machines


def test_an_answer_is_not_left_in_shared_caches(ask: Ask) -> None:
    """It holds the shopper's photo."""
    assert ask().headers["Cache-Control"] == "private, no-cache"


def test_nothing_alike_is_an_answer(ask: Ask, engine: ScriptedEngine) -> None:
    """Said plainly, with the way to the nearest category."""
    engine.hits, engine.companions = [], []
    text = ask().text
    assert "Nothing here looks like that." in text
    assert "See everything in Men&#39;s coats" in text
    assert "Goes well" not in text


def test_a_photo_of_nothing_that_is_sold_is_told_so(ask: Ask, engine: ScriptedEngine) -> None:
    """No category is claimed and nothing goes with it; the most alike products are there all the same."""
    engine.recognised = False
    text = ask().text
    assert "Nothing here looks like that." in text
    assert "Men&#39;s coats" in text
    assert "Closest we have" in text
    for claim in ("We see", "It might also be", "Goes well"):
        assert claim not in text


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.999, "99%"), (0.75, "What is it?</h1>"), (0.2, "What is it?</h1>")],
)
def test_probabilities_are_said_in_words(ask: Ask, engine: ScriptedEngine, probability: float, words: str) -> None:
    """Nobody reads 0.75 as a likelihood; and nothing is ever 100% sure."""
    engine.prediction = (CategoryProbability("Bags", probability),)
    assert words in ask().text


def test_the_answer_address_leads_back_to_the_start(client: FlaskClient) -> None:
    """Whoever reloads or shares it has no photo to go with it."""
    response = client.get("/search?lang=es&_scheme=javascript")
    assert (response.status_code, response.location) == (303, "/?lang=es")


def test_a_sample_searches_with_its_photo(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Its address can be shared, filters included."""
    assert "Almost certainly" in client.get("/samples/1?colour=Red").text
    assert engine.asked["image"].size == (240, 300)
    assert engine.asked["filters"] == Filters(colours=("Red",))


def test_a_sample_that_vanished_is_a_404(client: FlaskClient, samples: list[Path]) -> None:
    """Somebody cleaned up while the shop was running."""
    for path in samples:
        path.unlink()
    assert client.get("/samples/1").status_code == 404


@pytest.mark.parametrize(
    ("photo", "status", "title"),
    [
        (None, 400, "Which photo?"),
        (b"text", 415, "That is not a photo we can read"),
        (photo_bytes()[:2000], 422, "That photo is damaged"),
        (photo_bytes((8, 8)), 422, "That photo is too small"),
        (b"\0" * 34_000_000, 413, "That photo is too large"),
    ],
)
def test_an_unusable_photo_gets_advice_and_the_form_again(
    ask: Ask, photo: bytes | None, status: int, title: str
) -> None:
    """The next try is one click away."""
    response = ask(photo)
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.text
    assert 'name="photo"' in response.text


def test_a_form_without_a_chosen_file_asks_for_one(ask: Ask) -> None:
    """Browsers then send a nameless empty file."""
    response = ask(b"", name="")
    assert response.status_code == 400
    assert "Which photo?" in response.text


def test_without_an_index_the_shop_is_friendly(ask: Ask, engine: ScriptedEngine) -> None:
    """The reason is in the details for whoever runs the shop."""
    engine.failure = NoIndexError("No index yet; run make index.")
    response = ask()
    assert response.status_code == 503
    assert "We are still arranging the window" in response.text
    assert "run make index" in response.text


def test_a_photo_is_answered_at_an_address_of_its_own(ask: Ask, client: FlaskClient) -> None:
    """So that it can be refined, reloaded and gone back to; what came with the photo comes along."""
    response = ask(follow=False, colour="Red", category=["Bags", "MEN_Coats"], box="0.1,0.1,0.5,0.5", gender="")
    assert response.status_code == 303
    assert re.fullmatch(r"/search/[\w-]{32}\?category=Bags&category=MEN_Coats&colour=Red&box=[^&]+", response.location)
    first, second = client.get(response.location), client.get(response.location)
    assert first.status_code == second.status_code == 200
    photo = client.get(response.location.partition("?")[0] + "/photo.jpg")
    assert photo.mimetype == "image/jpeg"
    assert photo.headers["Cache-Control"].startswith("private")


def test_a_script_is_told_where_the_answer_is(client: FlaskClient) -> None:
    """Rather than sent there: it would ask for the page a second time. Refusals stay pages, which it can read from."""
    script = {"Accept": "application/json, text/html;q=0.9"}
    body, content_type = encode_form(photo_bytes(), "photo.jpg", {"colour": "Red"})
    response = client.post("/search", data=body, content_type=content_type, headers=script)
    assert (response.status_code, response.data) == (201, b"")
    assert client.get(response.headers["Location"]).status_code == 200
    body, content_type = encode_form(b"no photo", "photo.jpg", {})
    refusal = client.post("/search", data=body, content_type=content_type, headers=script)
    assert (refusal.status_code, refusal.mimetype) == (415, "text/html")
    for accept in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8"):
        body, content_type = encode_form(photo_bytes(), "photo.jpg", {})
        sent = client.post("/search", data=body, content_type=content_type, headers={"Accept": accept})
        assert sent.status_code == 303


def test_another_worker_answers_as_well(ask: Ask, catalog: Catalog, engine: ScriptedEngine, home: Path) -> None:
    """Whichever process the next request reaches."""
    location = ask(follow=False).location
    other = create_app(catalog=catalog, engine=engine, home=home).test_client()
    assert other.get(location).status_code == 200


@pytest.mark.parametrize("token", ["x" * 32, "short", "%2e%2e%2fcatalog.db", "ñ" * 32, "a" * 5000])
def test_an_expired_or_foreign_token_is_told_kindly(client: FlaskClient, token: str) -> None:
    """Nobody can tell which it was; the form to send the photo again is there, in both languages."""
    for page in (f"/search/{token}", f"/search/{token}/photo.jpg"):
        assert client.get(page).status_code in (404, 410)
    response = client.get("/search/" + "x" * 32, headers={"Accept-Language": "es"})
    assert response.status_code == 410
    assert "Esa foto ya no está aquí" in response.text
    assert 'name="photo"' in response.text


def test_a_photo_past_its_time_is_gone(ask: Ask, client: FlaskClient, home: Path) -> None:
    """Judged by its age when it is asked for."""
    location = ask(follow=False).location
    (kept,) = (home / "cache" / "asked").glob("*.jpg")
    os.utime(kept, (time.time() - 3601,) * 2)
    assert client.get(location).status_code == 410


def test_a_shop_that_keeps_nothing_answers_at_once(
    catalog: Catalog, engine: ScriptedEngine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The photo is in the page itself; nothing is written, nothing offered that would need it; the foot says so."""
    monkeypatch.setenv("VITRINA_PHOTO_MINUTES", "0")
    body, content_type = encode_form(photo_bytes(), "photo.jpg", {"colour": "Red"})
    client = create_app(catalog=catalog, engine=engine, home=home).test_client()
    response = client.post("/search", data=body, content_type=content_type)
    assert response.status_code == 200
    assert 'src="data:image/jpeg;base64,' in response.text
    assert "the shop does not keep it" in response.text
    assert "data-refine-link" not in response.text
    assert 'id="refine"' not in response.text
    assert not (home / "cache" / "asked").exists()


def test_a_full_disk_costs_the_address_and_not_the_answer(ask: Ask, home: Path) -> None:
    """Here a file lies where the directory should be."""
    (home / "cache").mkdir(exist_ok=True)
    (home / "cache" / "asked").write_text("in the way")
    response = ask()
    assert response.status_code == 200
    assert 'src="data:image/jpeg;base64,' in response.text


def test_the_foot_says_how_long_photos_are_kept(client: FlaskClient) -> None:
    """As it is configured, in both languages."""
    assert "deletes it within 60 minutes" in client.get("/").text
    assert "60 minutos" in client.get("/?lang=es").text
