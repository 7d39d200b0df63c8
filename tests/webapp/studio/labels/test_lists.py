"""Decisions on labels: several at once, listed, undone and exported."""

import csv
import io
import re

from catalog.labels.label_issues import LabelIssueStore
from tests.webapp.boutique import ODD_ID
from tests.webapp.studio.conftest import StudioClient
from tests.webapp.studio.labels.decisions import category_of, find_fields


def test_several_are_decided_at_once(merchandiser: StudioClient, queue: LabelIssueStore, corrections, catalog) -> None:
    """What has changed since the list was loaded is left alone and counted."""
    page = merchandiser.get("/studio/labels/list").text
    marks = re.findall(r'name="marked" value="([^"]+)"', page)
    assert len(marks) == 3
    corrections.decide("coat-01", "Bags", seen="MEN_Coats", version=0, by="ana")
    data = {"marked": marks, "decision": "accept", "back": "list", "page": "1", "state": "open"}
    asked = merchandiser.post("/studio/labels/decide-several", data).text
    assert "Change 3 labels?" in asked
    assert category_of(catalog) == "MEN_Coats", "nothing is decided before somebody said yes"
    assert re.findall(r'name="marked" value="([^"]+)"', asked) == marks
    told = merchandiser.post("/studio/labels/decide-several", data | {"sure": "yes"}, follow_redirects=True).text
    assert "2 labels decided." in told
    assert "1 label was left alone" in told
    assert [category_of(catalog, one) for one in ("coat-00", ODD_ID, "coat-01")] == ["WOMEN_Skirts"] * 2 + ["Bags"]


def test_nothing_marked_is_told(merchandiser: StudioClient, queue: LabelIssueStore) -> None:
    """And marks that name nothing do no harm."""
    told = merchandiser.post("/studio/labels/decide-several", {"back": "list"}, follow_redirects=True).text
    assert "Nothing was marked" in told
    odd = {"back": "list", "marked": ["999:0", "x", "1:y"]}
    assert "3 labels were left alone" in merchandiser.post(
        "/studio/labels/decide-several", odd, follow_redirects=True
    ).text.replace("\n", " ")


def test_a_picture_with_two_labels_is_united(merchandiser, queue, catalog) -> None:
    """The page first shows what can't be right; a press gives all its products one label."""
    page = merchandiser.get("/studio/labels/duplicates").text
    assert page.count("One picture, 2 products") == 1
    assert merchandiser.get("/studio/labels/duplicates?all=1").text.count("One picture, 2 products") == 2
    data = {"product_id": ["coat-06", "bag-1"], "seen": ["MEN_Coats", "Bags"], "version": ["0", "0"]}
    told = merchandiser.post(
        "/studio/labels/unite", {**data, "chosen": "Bags", "back": "duplicates"}, follow_redirects=True
    ).text
    assert "1 label decided." in told
    assert category_of(catalog, "coat-06") == "Bags"
    assert "One picture, 2 products" in told, "the other picture's products differ now"
    assert "coat-05" in told


def test_decisions_are_listed_and_undone(merchandiser, queue, corrections, catalog) -> None:
    """By state; the page that one was on comes again."""
    corrections.decide("coat-00", "WOMEN_Skirts", seen="MEN_Coats", version=0, by="ana")
    page = merchandiser.get("/studio/labels/corrections").text
    assert "Coat number 0" in page
    undo = find_fields(page, "undo")[0]
    answer = merchandiser.post("/studio/labels/undo", undo)
    assert answer.location == "/studio/labels/corrections?page=1"
    assert category_of(catalog) == "MEN_Coats"
    assert "Coat number 0" in merchandiser.get("/studio/labels/corrections?state=undone").text
    assert "Coat number 0" not in merchandiser.get("/studio/labels/corrections?state=in force").text
    assert merchandiser.get("/studio/labels/corrections?state=odd").status_code == 404


def test_decisions_and_queue_are_exported(merchandiser, queue, corrections) -> None:
    """As UTF-8 with a mark by which spreadsheets know it, every field as it is stored."""
    corrections.decide(ODD_ID, "WOMEN_Skirts", seen="MEN_Coats", version=0, by="ana", predicted="WOMEN_Skirts")
    answer = merchandiser.get("/studio/labels/corrections.csv")
    assert (answer.mimetype, "corrections.csv" in answer.headers["Content-Disposition"]) == ("text/csv", True)
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (row["product_id"], row["given"], row["chosen"]) == (ODD_ID, "MEN_Coats", "WOMEN_Skirts")
    assert (row["decision"], row["state"], row["by"]) == ("accepted", "in force", "ana")
    left = csv.DictReader(io.StringIO(merchandiser.get("/studio/labels/queue.csv").data.decode("utf-8-sig")))
    assert [one["product_id"] for one in left] == ["coat-00", "coat-01"]
