import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from catalog import Catalog
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore, today
from catalog.importing.product_writer import ProductWriter
from catalog.jobs.store import DIED, RUNNING, JobStore
from catalog.labels.label_issues import LabelCheckRun, LabelIssue, LabelIssueStore
from search.errors import NoIndexError
from search.query import SnapshotInfo
from tests.webapp.boutique import ScriptedEngine
from tests.webapp.studio.conftest import StudioClient
from webapp.services.access import services_of
from webapp.studio import overview
from webapp.studio.overview import Card

START = "/studio/"


def waiting(text: str) -> str:
    """The part of the page with what waits."""
    return text.split('id="waiting"')[1].split('id="standing"')[0]


def test_an_index_behind_the_catalogue_waits(merchandiser: StudioClient, engine: ScriptedEngine) -> None:
    """And one that is newer than the last import doesn't; none at all waits first."""
    assert "behind the catalogue" in waiting(merchandiser.get(START).text)
    engine.snapshot = SnapshotInfo("s", "2999-01-01T00:00:00+00:00", "m", 30, 32)
    assert "behind the catalogue" not in merchandiser.get(START).text
    engine.failure = NoIndexError("none")
    assert "none in use" in waiting(merchandiser.get(START).text)


def test_rejects_wait_and_loneliness_is_told(merchandiser: StudioClient, home: Path) -> None:
    """With the way to the products."""
    text = merchandiser.get(START).text
    assert "/studio/products/?lonely=1" in text
    assert "rejects=1" not in text
    (home / "rejects").mkdir()
    (home / "rejects" / "index.csv").write_text("product_id,file,reason\nbag-1,x,y\ngone,x,y\n")
    text = waiting(merchandiser.get(START).text)
    assert "2 rejects" in text
    assert "1 product in the catalogue" in text


def test_an_empty_shop_has_a_start(merchandiser: StudioClient, catalog: Catalog, engine: ScriptedEngine) -> None:
    """It says how products come in."""
    engine.failure = NoIndexError("none")
    with catalog.database.writing() as connection:
        ProductWriter(connection, "/x").remove(catalog.product_ids(1000))
    text = waiting(merchandiser.get(START).text)
    assert "python -m catalog import" in text


def test_a_shop_without_events_doesnt_count(app: Flask, merchandiser: StudioClient) -> None:
    """Nobody takes silence for disinterest."""
    assert "0 photo searches" in merchandiser.get(START).text
    services_of(app).event_days = 0
    assert "not counted" in merchandiser.get(START).text


def test_other_areas_add_cards(merchandiser: StudioClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or none, where they have nothing to say."""
    monkeypatch.setattr(overview, "CARDS", [lambda: None, lambda: Card("Labels", "7 wait", waits=True)])
    text = merchandiser.get(START).text
    assert "7 wait" in waiting(text)
    assert "Catalogue" not in text


def test_labels_rules_and_jobs_are_told(merchandiser: StudioClient, catalog: Catalog, home: Path) -> None:
    """What waits for a decision, with the way there; what is at work, without being in the way."""
    text = merchandiser.get(START).text
    assert "in question" not in text
    assert "ends soon" not in text
    suspicion = LabelIssue("coat-00", "MEN_Coats", "Bags", 0.01, 0.9, 0.01, (("Bags", 0.9),))
    check = LabelCheckRun(0, "2026-01-01T00:00:00+00:00", "m", 1, 1, 0.1)
    LabelIssueStore(catalog.database).replace(check, [suspicion], [])
    ends = (today() + timedelta(days=2)).isoformat()
    terms = RuleTerms("similar", "hide", "coat-00", last_day=ends)
    RuleStore(catalog.database).add(terms, by="test")
    RuleStore(catalog.database).add(replace(terms, last_day=None), by="test")
    text = waiting(merchandiser.get(START).text)
    assert "1 label in question" in text
    assert "1 rule ends soon" in text
    held: list[int] = []
    JobStore(catalog.database).start("build", by="somebody", launch=lambda _, lock: held.append(os.dup(lock)))
    assert "At work" in merchandiser.get(START).text
    os.close(held[0])
    assert "At work" not in merchandiser.get(START).text


def test_a_job_at_work_is_never_called_dead(
    app: Flask, merchandiser: StudioClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The page asks the lock of the app's own data directory, whatever the environment names meanwhile."""
    held: list[int] = []
    jobs = services_of(app).jobs
    job = jobs.start("build", by="somebody", launch=lambda _, lock: held.append(os.dup(lock)))
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "elsewhere"))
    assert "At work" in merchandiser.get(START).text
    assert jobs.job(job.job_id).state == RUNNING
    os.close(held[0])
    assert jobs.job(job.job_id).state == DIED


def test_labels_that_were_never_checked_wait(merchandiser: StudioClient, catalog: Catalog) -> None:
    """Nobody knows whether all is well before a check; after one that found nothing they wait no more."""
    assert "never checked" in waiting(merchandiser.get(START).text)
    check = LabelCheckRun(0, "2026-01-02T03:04:05+00:00", "shipped", 30, 32, 1.0)
    LabelIssueStore(catalog.database).replace(check, [], [])
    assert "never checked" not in merchandiser.get(START).text
