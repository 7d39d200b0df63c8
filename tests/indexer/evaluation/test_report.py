"""The report: its files say what was found, the page stands alone and stays within bounds."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from indexer.corpus.photo_table import name_images
from indexer.csv_tables import csv_text
from indexer.errors import StorageError
from indexer.evaluation import EvaluationResult, HeadEvaluation, write_report
from indexer.evaluation.album import SIDE, choose_photos
from indexer.evaluation.findings import describe_result
from indexer.evaluation.matrix import LEVELS, OTHERS, arrange_matrix
from indexer.evaluation.metrics import classification_metrics
from indexer.evaluation.page_texts import percent
from indexer.evaluation.predictions import COLUMNS, predictions_table
from search.model_quality.language import Language
from tests.indexer.evaluation.report_page import find_texts, read_page

LABELS = ("Coats", "Jackets", "Sweaters", "Sweatshirts")
SAME_IN_SPANISH = {"Vitrina", "F1", "0123abcd", *LABELS}
HOSTILE = "</script><img src=x onerror=alert(1)>"


def judge(targets: list[int], predicted: list[int], labels: tuple[str, ...] = LABELS) -> HeadEvaluation:
    """A head that says ``predicted``, the surer the later the photo."""
    count = len(targets)
    probabilities = np.full((count, len(labels)), 0.01, np.float32)
    probabilities[np.arange(count), predicted] = np.linspace(0.5, 0.9, count)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    truth = np.array(targets)
    metrics = classification_metrics(probabilities, truth, labels)
    return HeadEvaluation("category", labels, np.arange(count), truth, probabilities, metrics)


def make_result(directory: Path, head: HeadEvaluation) -> EvaluationResult:
    """Photos of one colour each, the last of them broken, in a folder with a hostile name."""
    rng, paths = np.random.default_rng(1), []
    for number in range(len(head.rows)):
        path = directory / "photos" / "<b>&" / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (300, 200), tuple(rng.integers(0, 255, 3).tolist())).save(path)
        paths.append(str(path))
    Path(paths[-1]).write_bytes(b"broken")
    examples = pd.DataFrame({"path": paths, "product_id": [f"p{n}" for n in range(len(paths))]})
    examples["category"] = [head.labels[code] for code in head.targets]
    return EvaluationResult("test-bundle", "0123abcd", "test", examples, {"category": head})


@pytest.fixture
def head() -> HeadEvaluation:
    """Six sweaters of which three are taken for sweatshirts, one the other way round, one coat for a jacket."""
    targets = [0] * 5 + [1] * 4 + [2] * 6 + [3] * 5
    predicted = [1, 0, 0, 0, 0] + [1] * 4 + [3, 3, 3, 2, 2, 2] + [2, 3, 3, 3, 3]
    return judge(targets, predicted)


@pytest.fixture
def result(tmp_path: Path, head: HeadEvaluation) -> EvaluationResult:
    return make_result(tmp_path, head)


def test_all_four_files_are_written(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, progress=False)
    names = sorted(path.name for path in (tmp_path / "report").iterdir())
    assert names == ["confusion.csv", "index.html", "metrics.json", "predictions.csv"]


def test_predictions_are_as_the_article_has_them(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, progress=False)
    table = pd.read_csv(tmp_path / "report" / "predictions.csv")
    assert tuple(table.columns) == COLUMNS == ("image", "class", "prediction", "correct", "probability")
    assert list(table.loc[0, ["image", "class", "prediction", "correct"]]) == ["000.png", "Coats", "Jackets", False]
    assert table["correct"].mean() == pytest.approx(result.main.metrics["accuracy"])
    assert table["probability"].between(0.25, 1).all()


def test_the_confusion_table_has_actual_labels_down(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, progress=False)
    table = pd.read_csv(tmp_path / "report" / "confusion.csv", index_col="actual")
    assert table.loc["Sweaters", "Sweatshirts"] == 3
    assert table.loc["Sweatshirts", "Sweaters"] == 1


def test_tables_hold_no_formulas() -> None:
    """The labels' names stand in the rows and across the top; a label may be called as the index is."""
    index = pd.Index(["=1+1", "Coats", "actual"], name="actual")
    table = pd.DataFrame([[3, 1, 0], [0, 2, 0], [0, 0, 1]], index=index, columns=list(index))
    assert csv_text(table) == "actual,'=1+1,Coats,actual\n'=1+1,3,1,0\nCoats,0,2,0\nactual,0,0,1\n"
    fractions = pd.DataFrame({"image": ["-a.jpg", None], "score": [0.5, float("nan")]})
    assert csv_text(fractions, decimals=3) == "image,score\n'-a.jpg,0.500\n,\n"


def test_metrics_hold_figures_and_findings(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, progress=False)
    metrics = json.loads((tmp_path / "report" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["accuracy"] == pytest.approx(15 / 20)
    assert metrics["accuracy_interval"][0] < 0.75 < metrics["accuracy_interval"][1]
    assert metrics["labels"] == list(LABELS)
    assert metrics["label_quality"] == {"label_issues": None, "near_duplicates": None, "duplicate_conflicts": None}
    assert metrics["findings"][0].startswith("“Sweaters” is taken for “Sweatshirts” in 3 of 6 photos.")


def test_it_says_in_words_where_it_goes_wrong(result: EvaluationResult) -> None:
    findings = describe_result(result)
    assert findings[0].text == (
        "“Sweaters” is taken for “Sweatshirts” in 3 of 6 photos. The other way round, in 1 of 5. "
        "That is the most frequent confusion."
    )
    assert (findings[0].actual, findings[0].predicted) == (2, 3)
    assert any("hardest category is “Sweaters”: 3 of its 6" in finding.text for finding in findings)


def test_it_says_so_in_spanish_where_that_is_asked_for(tmp_path: Path, result: EvaluationResult) -> None:
    """The whole page, with the figures as Spanish writes them, and what its script says."""
    write_report(tmp_path / "report", result, language=Language("es"), progress=False)
    read = read_page(tmp_path / "report")
    page = read.html
    assert "«Sweaters» se reconoce como «Sweatshirts» en 3 de 6 fotos. Al revés, en 1 de 5." in page
    assert '<html lang="es">' in page
    assert "75,0\N{NO-BREAK SPACE}%" in page
    assert read.store["texts"]["photos"] == ["%(num)s foto", "%(num)s fotos"]
    write_report(tmp_path / "english", result, progress=False)
    kept = set(find_texts(page)) & set(find_texts(read_page(tmp_path / "english").html))
    assert {text for text in kept if not re.fullmatch(r"[\W\d]*", text)} <= SAME_IN_SPANISH, kept
    metrics = json.loads((tmp_path / "report" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["findings"][0].startswith("«Sweaters» se reconoce como")


def test_equally_frequent_confusions_are_not_ranked(tmp_path: Path) -> None:
    findings = describe_result(make_result(tmp_path, judge([0, 0, 1, 1, 2, 2], [0, 1, 2, 1, 2, 2])))
    assert findings[0].text == "“Coats” is taken for “Jackets” in 1 of 2 photos."


def test_a_flawless_classifier_is_said_to_be_so(tmp_path: Path) -> None:
    result = make_result(tmp_path, judge([0, 1, 2], [0, 1, 2]))
    assert describe_result(result)[0].text == "Not a single photo is taken for something else."
    write_report(tmp_path / "report", result, progress=False)
    assert "mistakes" not in read_page(tmp_path / "report").ids


@pytest.mark.parametrize(("share", "text"), [(1.0, "100.0%"), (0.99999, "over 99.9%"), (0.5, "50.0%")])
def test_a_share_is_not_rounded_up_to_certainty(share: float, text: str) -> None:
    assert percent(share, Language()) == text


def test_the_page_stands_on_its_own(tmp_path: Path, result: EvaluationResult) -> None:
    """No address but anchors within the page, each of which exists; well-formed, no id twice."""
    write_report(tmp_path / "report", result, progress=False)
    page = read_page(tmp_path / "report")
    assert page.addresses
    assert all(address.startswith("#") and address[1:] in page.ids for address in page.addresses)
    assert len(page.ids) == len(set(page.ids))
    assert page.open == []
    assert str(tmp_path) not in page.html


def test_every_confusion_opens_its_photos(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, progress=False)
    page = read_page(tmp_path / "report")
    assert {"0,1", "2,3", "3,2", "0,0", "1,1", "2,2", "3,3"} == set(page.cells)
    behind = {f"{photo[1]},{photo[2][0][0]}" for photo in page.store["photos"]}
    assert behind == set(page.cells)


def test_thumbnails_are_small_jpegs_and_a_broken_photo_has_none(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, progress=False)
    store = read_page(tmp_path / "report").store
    assert len(store["thumbs"]) == len(store["photos"]) == 20
    missing = [photo[4] for photo in store["photos"] if not store["thumbs"][photo[0]]]
    assert missing == ["019.png"]
    image = Image.open(io.BytesIO(base64.b64decode(store["thumbs"][0])))
    assert (image.format, max(image.size)) == ("JPEG", SIDE)


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    """A class, a product or a file may be called anything."""
    result = make_result(tmp_path, judge([0, 1, 1], [1, 1, 0], (HOSTILE, "Coats")))
    result.examples["product_id"] = HOSTILE
    result.notes = [HOSTILE]
    write_report(tmp_path / "report", result, progress=False)
    page = read_page(tmp_path / "report")
    assert HOSTILE not in page.html
    assert "<img src=x" not in page.html
    assert page.store["labels"][0] == HOSTILE
    assert page.open == []


def test_a_wall_that_is_too_long_shows_mistakes_first_and_says_so(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, wall_limit=8, progress=False)
    page = read_page(tmp_path / "report")
    assert sum(photo[1] != photo[2][0][0] for photo in page.store["photos"]) == 5
    assert len(page.store["thumbs"]) == 8
    assert "8 of the 20 judged photos, every mistake among them" in page.html
    assert len(pd.read_csv(tmp_path / "report" / "predictions.csv")) == 20


def test_a_long_list_of_one_confusion_leaves_room_for_others_and_for_hits() -> None:
    """40 coats taken for jackets, a sweater for a sweatshirt, 40 hits, room for 30: a third of it for hits."""
    head = judge([2] + [0] * 40 + [3] * 40, [3] + [1] * 40 + [3] * 40)
    chosen = choose_photos(head, 30)
    assert len(chosen) == len(set(chosen.tolist())) == 30
    assert 0 in chosen  # the least sure of all mistakes, but the only one of its kind
    assert (chosen > 40).sum() == 10
    assert set(range(23, 41)) <= set(chosen.tolist())  # the surest mistakes, which are shown first
    assert (chosen[:20] <= 40).all()


def test_short_lists_are_shown_whole(head: HeadEvaluation) -> None:
    """A third for hits is kept only where there are hits to fill it."""
    assert sorted(choose_photos(head, 100).tolist()) == list(range(20))
    few_hits = judge([0] * 9 + [1], [1] * 10)
    assert len(choose_photos(few_hits, 6)) == 6
    assert choose_photos(few_hits, 6)[-1] == 9


def test_label_checks_are_shown_with_their_photos(tmp_path: Path, result: EvaluationResult) -> None:
    issue = {"row": [4], "image": ["004.png"], "product_id": ["p4"], "given": ["Coats"], "predicted": ["Jackets"]}
    rest = {"given_probability": [0.02], "predicted_probability": [0.93], "score": [0.02]}
    result.label_issues = pd.DataFrame(issue | rest)
    result.near_duplicates = pd.DataFrame({"first": [1, 6], "second": [2, 9], "distance": [0, 2]})
    result.duplicate_conflicts = result.near_duplicates.iloc[1:]
    write_report(tmp_path / "report", result, wall_limit=1, progress=False)
    page = read_page(tmp_path / "report")
    assert "One label of the source may be wrong" in page.html
    assert "93%" in page.html
    assert "The same photo, two labels" in page.html
    assert len(page.store["thumbs"]) == 1 + 1 + 4  # the wall's, the issue's, the pairs' (row 6 and 9 once)


def test_checks_that_were_not_made_are_said_to_be_missing(tmp_path: Path, result: EvaluationResult) -> None:
    write_report(tmp_path / "report", result, progress=False)
    html = read_page(tmp_path / "report").html
    assert html.count("Not computed") == 3  # unknown classes, labels, duplicates


def test_many_classes_are_put_together() -> None:
    """Of 200 classes the 80 with most mistakes are shown; sums stay what they were."""
    rng = np.random.default_rng(2)
    confusion = np.diag(rng.integers(1, 50, 200)) + (rng.random((200, 200)) < 0.01)
    confusion[7, 9] += 500
    view = arrange_matrix(confusion)
    assert len(view.rows) == 81
    assert view.codes[-1] == OTHERS
    assert view.hidden == 120
    assert sum(row.photos for row in view.rows) == confusion.sum()
    assert abs(view.codes.index(7) - view.codes.index(9)) == 1  # taken for each other, so side by side
    assert {cell.level for row in view.rows for cell in row.cells} <= set(range(LEVELS + 1))


def test_classes_that_nothing_is_known_of_are_left_away() -> None:
    view = arrange_matrix(np.diag([3, 0, 2]))
    assert (sorted(view.codes), view.empty) == ([0, 2], 1)


def test_images_are_named_below_their_common_folder(tmp_path: Path) -> None:
    paths = [tmp_path / "coats" / "1.jpg", tmp_path / "dresses" / "1.jpg"]
    assert name_images(pd.DataFrame({"path": [str(path) for path in paths]})) == ["coats/1.jpg", "dresses/1.jpg"]


def test_predictions_keep_the_order_of_the_examples(head: HeadEvaluation) -> None:
    table = predictions_table(head, [f"{number}.jpg" for number in range(20)])
    assert table["image"].tolist() == [f"{number}.jpg" for number in range(20)]


def test_a_report_that_cant_be_written_is_an_error_in_words(tmp_path: Path, result: EvaluationResult) -> None:
    (tmp_path / "report").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="can't be written"):
        write_report(tmp_path / "report", result, progress=False)
