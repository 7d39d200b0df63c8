"""The quality pages: what they show of an evaluation, in both languages, and what they do without one."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update

from catalog import Catalog
from catalog.storage.tables.products import photos, products
from search.errors import NoIndexError
from search.model_quality.catalog_evaluation import REST, CatalogEvaluation
from search.model_quality.language import LANGUAGES
from search.model_quality.predictions import Prediction
from tests.search.evaluated import ID, make_evaluation, shelve
from tests.webapp.boutique import ODD_ID, SNAPSHOT, ScriptedEngine
from tests.webapp.studio.conftest import StudioClient
from webapp.studio.quality.charts import HistoryChart
from webapp.studio.quality.matrix import rank_classes, shade_matrix
from webapp.studio.quality.texts import format_share

LABELS = ("Bags", "MEN_Coats", "WOMEN_Skirts")
GONE = "gone-1"


def make_predictions(catalog: Catalog) -> list[Prediction]:
    """Of the tiny boutique: coats, two of them taken for skirts, one for a bag; and a product that was deleted."""
    said = {"duffle-red": ("WOMEN_Skirts", 0.91), "coat-01": ("WOMEN_Skirts", 0.62), ODD_ID: ("Bags", 0.55)}
    ids = ("bag-1", "bag-2", "coat-01", "coat-02", "duffle-red", ODD_ID, "skirt-1")
    predictions = []
    for number, product in enumerate(catalog.products(ids).values()):
        predicted, probability = said.get(product.product_id, (product.category, 0.7 + number / 50))
        photo = product.photos[0]
        given = probability if predicted == product.category else 0.05
        predictions.append(
            Prediction(
                product.product_id, photo.path.name, photo.sha256, product.category, predicted, probability, given,
                "MEN_Coats", 0.05, None, None,
            )
        )  # fmt: skip
    predictions.append(Prediction(GONE, "gone.jpg", "f" * 64, "Bags", "Bags", 0.99, 0.99))
    return predictions


@pytest.fixture
def predictions(catalog: Catalog) -> list[Prediction]:
    return make_predictions(catalog)


@pytest.fixture
def evaluation(home: Path, predictions: list[Prediction]) -> CatalogEvaluation:
    """What the studio finds below its data directory."""
    made = make_evaluation(predictions, LABELS)
    shelve(home / "appraisals", made, predictions)
    return made


@pytest.fixture
def viewer(sign_in: Callable[[str], StudioClient]) -> StudioClient:
    return sign_in("viewer")


def words(text: str) -> str:
    """What a page says, less its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_without_an_evaluation_the_page_says_what_to_run(viewer: StudioClient) -> None:
    """And the other pages, which have nothing to show, refuse kindly."""
    page = viewer.get("/studio/quality/")
    assert page.status_code == 200
    assert "python -m indexer evaluate-catalog" in page.text
    refused = viewer.get("/studio/quality/matrix")
    assert refused.status_code == 404
    assert "This was not judged yet" in refused.text
    assert viewer.get("/studio/quality/history").status_code == 200


@pytest.mark.usefixtures("evaluation")
def test_figures_come_with_their_intervals_and_how_they_were_found(viewer: StudioClient) -> None:
    text = words(viewer.get("/studio/quality/").text)
    assert "Accuracy 62.5% 95% interval: 50.0% to 95.0%" in text
    assert "Macro F1 75.0% 95% interval: 40.0% to 90.0%" in text
    assert "Judged on 8 of the catalogue&#39;s 9 photos, in 5 turns." in text
    assert "1 photo is of a category with no other product to learn from." in text
    assert "Wilson" in text
    assert "bootstrap" in text


@pytest.mark.usefixtures("evaluation")
@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", (
                (
                    "“Men&#39;s coats” is taken for “Women&#39;s skirts” in 2 of 4 photos. "
                    "That is the most frequent confusion."
                ),
            )),
        ("es", (("«Abrigos de hombre» se reconoce como «Faldas de mujer» en 2 de 4 fotos. "
                "Es la confusión más frecuente."),
                "En 1 de los 3 errores, la categoría correcta es la segunda o tercera opción.")),
    ],
)  # fmt: skip
def test_it_says_where_it_goes_wrong_most(viewer: StudioClient, language: str, sentences: tuple[str, ...]) -> None:
    """In words, with a way to the photos."""
    page = viewer.get(f"/studio/quality/?lang={language}").text
    for sentence in sentences:
        assert sentence in words(page)
    assert "/studio/quality/photos?show=wrong&amp;actual=MEN_Coats&amp;predicted=WOMEN_Skirts" in page


@pytest.mark.usefixtures("evaluation")
def test_a_cell_of_the_matrix_opens_just_its_photos(viewer: StudioClient) -> None:
    page = viewer.get("/studio/quality/matrix").text
    cell = "2 photos of Men&#39;s coats, taken for Women&#39;s skirts"
    [address] = re.findall(rf'href="([^"]+)" aria-label="{cell}"', page)
    wall = viewer.get(address.replace("&amp;", "&")).text
    assert wall.count('class="wall__photo ') == 2
    assert "2 photos" in words(wall)


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", ["bag-1", "bag-2", "coat-01", "coat-02", "duffle-red", ODD_ID, "skirt-1", GONE]),
        ("wrong", ["coat-01", "duffle-red", ODD_ID]),
        ("right", ["bag-1", "bag-2", "coat-02", "skirt-1", GONE]),
        ("surest", ["duffle-red", "coat-01", ODD_ID]),
        ("doubtful", ["bag-1", "bag-2", "coat-02", "skirt-1", GONE]),
    ],
)
@pytest.mark.usefixtures("evaluation")
def test_the_wall_shows_what_is_asked_for_in_its_order(
    viewer: StudioClient, predictions: list[Prediction], show: str, expected: list[str]
) -> None:
    text = viewer.get(f"/studio/quality/table?show={show}").text
    of_image = {one.image: one.product_id for one in predictions}
    images = re.findall(r"<span>([^<]+\.jpg)</span></span></th>", text)
    assert [of_image[image] for image in images] == expected


@pytest.mark.usefixtures("evaluation")
def test_the_csv_is_the_table(viewer: StudioClient, predictions: list[Prediction]) -> None:
    """image, class, prediction, result; with the filters of the page."""
    answer = viewer.get("/studio/quality/predictions.csv?show=wrong")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="predictions-{ID}.csv"'
    assert answer.text.startswith("\ufeff"), "spreadsheets take it for UTF-8"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["image"], row["class"], row["prediction"], row["result"], row["product_id"]) for row in rows] == [
        (one.image, one.actual, one.predicted, "wrong", one.product_id) for one in predictions if not one.correct
    ]
    assert len(list(csv.DictReader(io.StringIO(viewer.get("/studio/quality/predictions.csv").text)))) == 8


@pytest.mark.usefixtures("evaluation")
def test_what_changed_since_is_said(viewer: StudioClient, catalog: Catalog) -> None:
    """A label that was corrected, a product that was deleted, a photo that was replaced."""
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "coat-01").values(category="WOMEN_Skirts"))
        connection.execute(update(photos).where(photos.c.product_id == "coat-02").values(sha256="e" * 64))
        connection.execute(delete(photos).where(photos.c.product_id == "bag-2"))
        connection.execute(delete(products).where(products.c.product_id == "bag-2"))
    text = words(viewer.get("/studio/quality/photos").text)
    assert text.count("now Women&#39;s skirts") == 1
    assert text.count("no longer in the catalogue") == 2
    assert text.count("photo replaced since") == 1


@pytest.mark.usefixtures("evaluation")
@pytest.mark.parametrize("page", ["", "matrix", "photos", "table", "classes", "history", "photos?actual=nothing"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_for_a_viewer(viewer: StudioClient, page: str, language: str) -> None:
    answer = viewer.get(f"/studio/quality/{page}{'&' if '?' in page else '?'}lang={language}")
    assert answer.status_code == 200
    assert "style=" not in answer.text


@pytest.mark.usefixtures("evaluation")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("photos?show=best", 400),
        ("photos?page=0", 400),
        ("photos?page=99", 404),
        ("history?page=99", 404),
        ("?appraisal=20200101-000000-00000000", 404),
        ("matrix?appraisal=../../catalog.db", 404),
        ("predictions.csv?show=x", 400),
    ],
)
def test_impossible_addresses_are_refused_kindly(viewer: StudioClient, address: str, status: int) -> None:
    answer = viewer.get(f"/studio/quality/{address}")
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", ["summary.json", "predictions.parquet"])
def test_a_damaged_evaluation_is_told(
    viewer: StudioClient, home: Path, evaluation: CatalogEvaluation, name: str
) -> None:
    """503 with what to do; the history goes on and says which line it is."""
    (home / "appraisals" / evaluation.id / name).write_bytes(b"x")
    for page in ("photos", "predictions.csv"):
        answer = viewer.get(f"/studio/quality/{page}")
        assert answer.status_code == 503
        assert "can&#39;t be read" in answer.text
    history = viewer.get("/studio/quality/history")
    assert history.status_code == 200
    assert ("can't be read" in history.text) == (name == "summary.json")


def test_another_model_or_other_photos_are_told(
    viewer: StudioClient, home: Path, evaluation: CatalogEvaluation
) -> None:
    """What is judged is no longer what is in use; no index at all says nothing about that."""
    live = SNAPSHOT.model
    assert "Another model is in use now" in viewer.get("/studio/quality/").text
    shelve(home / "appraisals", replace(evaluation, id="20270101-000000-0123abcd", model=live))
    assert "9 photos could be judged then, the live index has 32" in viewer.get("/studio/quality/").text
    shelve(home / "appraisals", replace(evaluation, id="20280101-000000-0123abcd", model=live, photos=32))
    assert "quality-note" not in viewer.get("/studio/quality/").text


def test_without_an_index_the_figures_are_shown_all_the_same(
    viewer: StudioClient, engine: ScriptedEngine, evaluation: CatalogEvaluation
) -> None:
    engine.failure = NoIndexError("There is no index.")
    page = viewer.get("/studio/quality/")
    assert page.status_code == 200
    assert "quality-note" not in page.text


def test_the_history_has_a_line_a_model(viewer: StudioClient, home: Path, evaluation: CatalogEvaluation) -> None:
    """Three evaluations of two models; the earlier ones stay to be looked at, and say that they are."""
    first = replace(evaluation, id="20250101-000000-0123abcd", made_at="2025-01-01T00:00:00+00:00", accuracy=0.5)
    other = replace(evaluation, id="20250601-000000-ffff0000", model="ffff0000", model_name="drawn-2")
    for one in (first, other):
        shelve(home / "appraisals", one)
    page = viewer.get("/studio/quality/history").text
    assert page.count("<polyline points=") == 4  # two lines, two legends
    models = page[page.index('id="models"') : page.index('id="appraisals"')]
    assert len(re.findall(r'<th scope="row">', models)) == 2
    assert len(re.findall(r"/studio/quality/\?appraisal=", page)) == 3
    earlier = viewer.get(f"/studio/quality/?appraisal={first.id}").text
    assert "This is an earlier evaluation" in earlier
    assert f"/studio/quality/matrix?appraisal={first.id}" in earlier


def test_a_single_evaluation_makes_no_line(evaluation: CatalogEvaluation) -> None:
    assert HistoryChart.draw([]) is None
    assert HistoryChart.draw([evaluation]) is None


def test_classes_beyond_the_matrix_are_put_together(
    viewer: StudioClient, home: Path, predictions: list[Prediction]
) -> None:
    """Their cells count all of them and open all of them."""
    made = replace(make_evaluation(predictions, LABELS), matrix=(1, REST))
    coats, others = shade_matrix(made)
    assert [cell.photos for cell in coats.cells] == [1, 3]
    assert [cell.photos for cell in others.cells] == [0, 4]
    assert (others.actual, others.photos) == (None, 4)
    shelve(home / "appraisals", made, predictions)
    page = viewer.get("/studio/quality/matrix").text
    [address] = re.findall(r'href="([^"]+)" aria-label="3 photos of Men&#39;s coats, taken for All others"', page)
    assert viewer.get(address.replace("&amp;", "&")).text.count('class="wall__photo ') == 3


def test_classes_are_ranked_by_what_is_worst(evaluation: CatalogEvaluation) -> None:
    sort, ranked = rank_classes(evaluation, "nonsense")
    assert sort == "recall"
    assert [one.figures.label for one in ranked] == ["MEN_Coats", "Bags", "WOMEN_Skirts"]
    assert (ranked[0].taken_for, ranked[0].times) == ("WOMEN_Skirts", 2)
    assert rank_classes(evaluation, "precision")[1][0].figures.label == "WOMEN_Skirts"


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, "100%"), (0.99999, "99.9%"), (0.00001, "0.1%"), (0.0, "0%"), (0.5, "50.0%"), (None, "–")]
)
def test_shares_never_promise_certainty(app: Flask, share: float | None, said: str) -> None:
    with app.test_request_context():
        assert format_share(share) == said


def test_nobody_sees_it_signed_out(sign_in: Callable[..., StudioClient]) -> None:
    """Photos of a shop's mistakes are its own business."""
    assert sign_in(None).get("/studio/quality/").status_code == 303
    assert sign_in(None).get("/studio/quality/predictions.csv").status_code == 303
