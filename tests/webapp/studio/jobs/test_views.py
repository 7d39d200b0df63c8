"""Jobs through the studio: the process is the real one where a test is about it, and a short stand-in elsewhere."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.jobs.job_report import JobReport
from catalog.jobs.store import Job, JobStore
from tests.webapp.studio.conftest import StudioClient
from webapp.services.access import services_of
from webapp.studio.jobs.texts import STAGES

PATIENCE_SECONDS = 120
WAITING = "import time; time.sleep(600)"

SignIn = Callable[[str], StudioClient]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture
def store(app: Flask) -> JobStore:
    return services_of(app).jobs


@pytest.fixture
def processes(app: Flask) -> Iterator[list[subprocess.Popen]]:
    """Jobs are processes that hold the lock and wait; what they say is written by the test."""
    started: list[subprocess.Popen] = []

    def launch(job: Job, descriptor: int) -> None:
        command = [sys.executable, "-c", WAITING, "run-job", str(job.job_id)]
        started.append(subprocess.Popen(command, pass_fds=[descriptor], start_new_session=True))

    services_of(app).launch_job = launch
    yield started
    for process in started:
        process.kill()
        process.wait()


def start(studio: StudioClient, kind: str = "build", **fields: str) -> str:
    """Start a job; where the browser is sent."""
    answer = studio.post("/studio/jobs", {"kind": kind, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_job_is_started_and_watched(
    merchandiser: StudioClient, store: JobStore, processes: list[subprocess.Popen]
) -> None:
    """From any page, to which one comes back; its state is there for a script and without one."""
    assert start(merchandiser, next="/studio/index/") == "/studio/index/"
    job = store.running()
    assert job is not None
    state = merchandiser.get(f"/studio/jobs/{job.job_id}.json").get_json()
    assert (state["state"], state["running"], state["text"], state["percent"]) == ("running", True, "Starting", None)
    store.note_progress(job.job_id, JobReport("embed", 1200, 4800))
    state = merchandiser.get(f"/studio/jobs/{job.job_id}.json").get_json()
    assert (state["text"], state["percent"]) == ("Reading new photos: 1,200 of 4,800", 25)
    for address in ("/studio/index/", f"/studio/jobs/{job.job_id}", f"/studio/jobs/{job.job_id}/panel"):
        assert "Reading new photos: 1,200 of 4,800" in merchandiser.get(address).text
    assert "1.200 de 4.800" in merchandiser.get("/studio/index/?lang=es").text


def test_one_job_at_a_time(merchandiser: StudioClient, store: JobStore, processes: list[subprocess.Popen]) -> None:
    """The second one is refused, and the page says which one runs."""
    start(merchandiser)
    refused = merchandiser.post("/studio/jobs", {"kind": "appraise"})
    assert refused.status_code == 409
    assert "A job is running already" in refused.text
    assert len(processes) == 1


def test_a_panel_names_another_kind_s_job(app: Flask, merchandiser: StudioClient, processes: list) -> None:
    start(merchandiser, "check-labels")
    text = merchandiser.get("/studio/index/").text
    assert "Another job is running: Label check." in text
    assert "Rebuild the index</button>" not in text


def test_killed_job_is_told_dead(
    merchandiser: StudioClient, store: JobStore, processes: list[subprocess.Popen]
) -> None:
    """With the last lines of its log; and another may be started."""
    start(merchandiser)
    job = store.running()
    assert job is not None
    store.log_path(job.job_id).write_text("looking around\n<b>the last</b> line\n")
    os.killpg(processes[0].pid, signal.SIGKILL)
    processes[0].wait()
    text = merchandiser.get("/studio/index/").text
    assert "It ended without a word" in text
    assert "&lt;b&gt;the last&lt;/b&gt; line" in text
    assert "Rebuild the index</button>" in text
    assert merchandiser.get(f"/studio/jobs/{job.job_id}.json").get_json()["state"] == "died"


def test_a_job_is_cancelled(
    sign_in: SignIn, catalog: Catalog, store: JobStore, processes: list[subprocess.Popen]
) -> None:
    """By anybody who could have started it; a job whose number nobody knows yet stops by the wish alone."""
    start(sign_in("merchandiser"))
    job = store.running()
    assert job is not None
    other = sign_in("admin")
    assert other.post(f"/studio/jobs/{job.job_id}/cancel").status_code == 303
    text = other.get(f"/studio/jobs/{job.job_id}").text
    assert "It was asked to stop" in text
    assert "End it at once" in text
    os.killpg(processes[0].pid, signal.SIGKILL)
    processes[0].wait()
    assert "It was cancelled by admin." in other.get(f"/studio/jobs/{job.job_id}").text
    assert [entry.action for entry in AuditLog(catalog.database).entries(9) if "job" in entry.action] == [
        "job cancelled",
        "job started",
    ]


def test_a_viewer_watches_and_does_nothing(sign_in: SignIn, store: JobStore, processes: list[subprocess.Popen]) -> None:
    """Neither the buttons nor the doors behind them."""
    viewer = sign_in("viewer")
    assert '<button class="button button--small"' not in viewer.get("/studio/index/").text
    assert viewer.post("/studio/jobs", {"kind": "build"}).status_code == 403
    start(sign_in("merchandiser"))
    job = store.running()
    assert job is not None
    assert viewer.get(f"/studio/jobs/{job.job_id}.json").status_code == 200
    assert "/cancel" not in viewer.get("/studio/index/").text
    assert viewer.post(f"/studio/jobs/{job.job_id}/cancel").status_code == 403
    assert store.running() is not None


@pytest.mark.parametrize("address", ["/studio/jobs/99", "/studio/jobs/99.json", "/studio/jobs/99/panel"])
def test_a_job_that_never_was_is_not_found(merchandiser: StudioClient, address: str) -> None:
    assert merchandiser.get(address).status_code == 404


def test_nonsense_is_refused(merchandiser: StudioClient, store: JobStore, processes: list) -> None:
    """A kind that nobody knows starts nothing; a way back that leads elsewhere isn't taken."""
    assert merchandiser.post("/studio/jobs", {"kind": "rm -rf"}).status_code == 400
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/studio", "/studio\\..\\x", "/admin"):
        job = store.running()
        if job is not None:
            os.killpg(processes[-1].pid, signal.SIGKILL)
            processes[-1].wait()
        assert re.fullmatch(r"/studio/jobs/\d+", start(merchandiser, next=elsewhere))


def test_jobs_are_listed_latest_first(
    merchandiser: StudioClient, processes: list[subprocess.Popen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page at a time."""
    monkeypatch.setattr("webapp.studio.jobs.views.PAGE_SIZE", 1)
    for kind in ("build", "appraise"):
        start(merchandiser, kind)
        os.killpg(processes[-1].pid, signal.SIGKILL)
        processes[-1].wait()
    first = merchandiser.get("/studio/jobs/").text
    assert "Evaluation of the model 2" in first
    assert "Index rebuild 1" not in first
    assert "Index rebuild 1" in merchandiser.get("/studio/jobs/?page=2").text
    assert merchandiser.get("/studio/jobs/?page=3").status_code == 404


def test_signed_out_scripts_are_told_so(
    app: Flask, merchandiser: StudioClient, store: JobStore, processes: list
) -> None:
    """A poll isn't sent to the sign-in page, which would look like an answer."""
    start(merchandiser)
    answer = app.test_client().get("/studio/jobs/1.json", headers={"Sec-Fetch-Dest": "empty"})
    assert answer.status_code == 401


@pytest.mark.slow
def test_the_real_job_rebuilds_the_index(merchandiser: StudioClient, store: JobStore, home: Path) -> None:
    """Started as in a shop: another process, which builds, ends, and says what came of it."""
    start(merchandiser)
    job = store.latest("build")
    assert job is not None
    number = job.job_id
    wait_for(lambda: not store.job(number).runs)
    ended = store.job(number)
    assert (ended.state, ended.facts["products"]) == ("done", 31), store.log_tail(ended)
    assert (home / "index" / str(ended.facts["snapshot"])).is_dir()
    assert "A new index is live: 31 products" in merchandiser.get("/studio/index/").text


def test_every_stage_that_a_job_names_has_a_text() -> None:
    """Also its bars, which a job shows as stages; otherwise a Spanish page would say "comparing"."""
    indexer = Path(__file__).parents[4] / "indexer"
    named: set[str] = set()
    for room in ("building", "corpus", "labels"):
        for path in (indexer / room).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            named |= set(re.findall(r"(?:desc=|\.stage\()\"([^\"]+)\"", text))
            named |= set(re.findall(r"_blocks\(len\(\w+\), \"(\w+)\"", text))
    named |= set(re.findall(r"desc=\"(\w+)\"", (indexer / "evaluation" / "cross_validation.py").read_text()))
    assert len(named) > 10
    assert named - STAGES.keys() == set()
