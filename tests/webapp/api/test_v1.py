import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from catalog import Catalog
from search.photo import MAX_BYTES, open_photo
from search.query import Filters
from tests.webapp.boutique import ODD_ID, ScriptedEngine, blank_gif, encode_form, photo_bytes
from webapp import create_app
from webapp.services.photo_decoding import PHOTO_SIDE

Post = Callable[..., TestResponse]


def test_search_answers_with_every_part_of_the_contract(post_search: Post) -> None:
    """Prediction, both lists, the snapshot and the times, under the names that outside programs rely on."""
    response = post_search()
    answer = response.get_json()
    assert response.status_code == 200
    ranking = {"similar", "total", "close", "page", "pages", "facets"}
    assert set(answer) == {"prediction", "recognised", "sure", "goes_with", "snapshot", "took_ms"} | ranking
    assert answer["prediction"][0] == {"category": "MEN_Coats", "probability": 0.93}
    assert answer["snapshot"] == {"id": "20260102-030405-abcdef", "built_at": "2026-01-02T03:04:05+00:00"}
    assert set(answer["took_ms"]) == {"decode", "embed", "search", "total"}
    assert answer["took_ms"]["search"] == 1.23
    assert answer["took_ms"]["total"] >= answer["took_ms"]["decode"] > 0


def test_an_answer_says_how_much_there_is_and_what_filters_would_leave(
    post_search: Post, client: FlaskClient, engine: ScriptedEngine
) -> None:
    """Counts by value, prices in units; the same for the look-alikes of a product."""
    engine.total = 49
    for answer in (post_search(page="2").get_json(), client.get("/api/products/coat-01/similar?page=2").get_json()):
        assert (answer["total"], answer["page"], answer["pages"]) == (49, 2, 3)
        assert answer["facets"] == {
            "category": [{"value": "MEN_Coats", "count": 4}, {"value": "WOMEN_Skirts", "count": 1}],
            "gender": [{"value": "Men", "count": 4}],
            "colour": [{"value": "Red", "count": 2}, {"value": "Navy Blue", "count": 1}],
            "in_stock": 3,
            "price": {"min": 59.0, "max": 1249.5},
        }


def test_strangeness_is_said(post_search: Post, engine: ScriptedEngine) -> None:
    """A program learns as well that the shop sells nothing like it."""
    assert post_search().get_json()["recognised"] is True
    engine.recognised = False
    assert post_search().get_json()["recognised"] is False


def test_an_item_says_what_a_card_shows(post_search: Post) -> None:
    """Prices in units, scores to four places, and only variants that can still be bought."""
    item = post_search().get_json()["similar"][0]
    image_url = item.pop("image_url")
    assert item == {
        "product_id": "duffle-red",
        "title": "Duffle coat Red",
        "category": "MEN_Coats",
        "gender": "Men",
        "colour": "Red",
        "brand": None,
        "price": 1249.5,
        "price_before": None,
        "price_highest": None,
        "currency": "EUR",
        "in_stock": True,
        "availability": None,
        "product_url": "/products/duffle-red",
        "score": 0.9123,
        "variants": ["duffle-plaid"],
        "reasons": ["category", "colour"],
        "grade": "very_alike",
    }
    assert image_url.startswith("/photos/")


def test_products_deleted_since_the_index_are_left_out(post_search: Post) -> None:
    """A deleted product disappears, and a variant of it that is still sold takes its place."""
    answer = post_search().get_json()
    assert [item["product_id"] for item in answer["similar"]] == ["duffle-red", "duffle-navy-blue", ODD_ID, "coat-01"]
    assert [item["product_id"] for item in answer["goes_with"]] == ["skirt-1"]


def test_every_parameter_reaches_the_engine(post_search: Post, engine: ScriptedEngine) -> None:
    """In the engine's own units: cents, a set of categories, truth values."""
    response = post_search(
        limit="7",
        category=["Bags", "MEN_Coats"],
        gender="Men",
        colour="Navy Blue",
        min_price="10",
        max_price="99.99",
        in_stock="true",
        colour_weight="0.25",
        collapse="false",
        page="3",
        close="true",
        in_colour="Red",
        without="gender:Women",
        text="duffle",
        **{"as": "WOMEN_Skirts"},
    )
    assert response.status_code == 200
    assert engine.asked.pop("close") is True
    assert engine.asked.pop("image").mode == "RGB"
    assert "duffle-red" in engine.asked.pop("worded")
    assert engine.asked.pop("equally") is True  # all that were found have the word
    assert engine.asked == {
        "limit": 7,
        "page": 3,
        "category": "WOMEN_Skirts",
        "filters": Filters(
            ("Bags", "MEN_Coats"), ("Men",), ("Navy Blue",), 1000, 9999, True, without=(("gender", "Women"),)
        ),
        "colour_weight": 0.25,
        "collapse": False,
        "in_colour": "Red",
        "text": "duffle",
    }


def test_absent_and_blank_parameters_mean_the_defaults(post_search: Post, engine: ScriptedEngine) -> None:
    """A browser sends the empty fields of a form too."""
    post_search(limit="", category="", min_price=" ", in_stock="", box="")
    assert engine.asked["limit"] == 24
    assert engine.asked["filters"] == Filters()
    assert engine.asked["colour_weight"] is None
    assert engine.asked["collapse"] is True


def test_a_box_searches_that_part_of_the_photo(post_search: Post, engine: ScriptedEngine) -> None:
    """Fractions of the upright photo, decoded finely enough to leave something to look at."""
    photo = photo_bytes((1280, 1600))  # as large as query photos are kept
    post_search(photo, box="0.5,0.5,0.25,0.25")
    part = engine.asked["image"]
    assert part.size == pytest.approx((320, 400), abs=2)
    upper_left = int(np.asarray(open_photo(photo))[0, 0, 0])
    assert part.getpixel((0, 0))[0] > upper_left + 60  # the gradient brightens downwards
    post_search(photo)
    assert max(engine.asked["image"].size) == PHOTO_SIDE


@pytest.mark.parametrize("size", [(320, 400), (1000, 1250), (2400, 3000)])
@pytest.mark.parametrize("box", ["", "0.25,0.25,0.5,0.5"])
@pytest.mark.parametrize("minutes", ["60", "0"])
def test_the_api_and_the_page_embed_the_same_pixels(
    catalog: Catalog,
    engine: ScriptedEngine,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    box: str,
    minutes: str,
) -> None:
    """Whatever the photo's size, with or without a box, and whether the shop keeps photos or not."""
    monkeypatch.setenv("VITRINA_PHOTO_MINUTES", minutes)
    client = create_app(catalog=catalog, engine=engine, home=home).test_client()
    noise = np.random.default_rng(5).integers(0, 256, (size[1] // 4, size[0] // 4, 3), np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(noise).resize(size).save(encoded, "JPEG")
    body, content_type = encode_form(encoded.getvalue(), "photo.jpg", {"box": box})
    embedded = []
    for address in ("/api/search", "/search"):
        assert client.post(address, data=body, content_type=content_type, follow_redirects=True).status_code == 200
        embedded.append(np.asarray(engine.asked["image"]))
    by_api, by_page = embedded
    assert np.array_equal(by_api, by_page)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("limit", "1.5"),
        ("limit", "9" * 5000),
        ("category", "Hats"),
        ("as", "Hats"),
        ("page", "0"),
        ("page", "21"),
        ("min_price", "NaN"),
        ("min_price", "-1"),
        ("max_price", "inf"),
        ("max_price", "1e400"),
        ("max_price", "cheap"),
        ("in_stock", "maybe"),
        ("colour_weight", "1.01"),
        ("colour_weight", "nan"),
        ("collapse", "2"),
        ("box", "0,0,1"),
        ("box", "a,b,c,d"),
        ("box", "0,0,inf,1"),
        ("box", "0.5,0.5,0.6,0.1"),
        ("box", "0,0,0.001,0.001"),
    ],
)
def test_a_malformed_value_is_a_400_that_names_the_parameter(post_search: Post, name: str, value: str) -> None:
    """What came and what is needed, in one message."""
    response = post_search(**{name: value})
    error = response.get_json()["error"]
    assert response.status_code == 400
    assert error["code"] == "bad_parameter"
    assert name in error["message"]
    assert len(error["message"]) < 400


def test_an_unknown_category_lists_the_known_ones(post_search: Post) -> None:
    """Whoever mistypes one needn't look it up."""
    message = post_search(category="Coats").get_json()["error"]["message"]
    assert "'Coats'" in message
    assert "Bags, MEN_Coats, WOMEN_Skirts" in message


def test_contradicting_values_are_refused(post_search: Post) -> None:
    """Two limits, or a price range that is upside down."""
    assert post_search(limit=["3", "4"]).status_code == 400
    assert post_search(limit=["3", "3"]).status_code == 200
    response = post_search(min_price="20", max_price="10")
    assert response.status_code == 400
    assert "20.00" in response.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("photo", "status", "code"),
    [
        (None, 400, "missing_photo"),
        (b"", 415, "not_a_photo"),
        (b"just some text", 415, "not_a_photo"),
        (photo_bytes()[:2000], 422, "damaged_photo"),
        (photo_bytes((8, 8)), 422, "photo_too_small"),
        (blank_gif((8000, 7000)), 413, "photo_too_large"),
        (b"\0" * (MAX_BYTES + 1), 413, "photo_too_large"),
        (b"\0" * (MAX_BYTES + 2**17), 413, "photo_too_large"),
    ],
    ids=["none", "empty", "text", "cut off", "tiny", "pixels", "bytes", "request"],
)
def test_a_photo_that_cannot_be_used_has_its_own_answer(
    post_search: Post, photo: bytes | None, status: int, code: str
) -> None:
    """Never a 500, and always what would do."""
    response = post_search(photo)
    assert (response.status_code, response.get_json()["error"]["code"]) == (status, code)
    assert response.get_json()["error"]["message"].endswith(".")


def test_a_photo_sent_as_text_or_unnamed_is_explained(client: FlaskClient) -> None:
    """The two ways in which a program gets multipart wrong."""
    as_text = client.post("/api/search", data={"photo": "aGVsbG8="})
    as_json = client.post("/api/search", json={"photo": "aGVsbG8="})
    assert (as_text.status_code, as_json.status_code) == (400, 400)
    assert "as text" in as_text.get_json()["error"]["message"]
    assert "multipart/form-data" in as_json.get_json()["error"]["message"]


def test_wrong_addresses_and_methods_are_answered_in_json(client: FlaskClient) -> None:
    """404 and 405, the latter with the methods that would do."""
    missing, wrong = client.get("/api/nothing"), client.get("/api/search")
    assert (missing.status_code, missing.get_json()["error"]["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.get_json()["error"]["code"]) == (405, "method_not_allowed")
    assert "POST" in wrong.headers["Allow"]


def test_a_crash_tells_nothing_of_its_inside(
    post_search: Post, engine: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    """A plain 500 to the caller, the traceback to the log."""
    engine.failure = RuntimeError("secret /srv/path")
    response = post_search()
    assert response.status_code == 500
    assert response.get_json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text
    assert "secret /srv/path" in caplog.text
