import subprocess
import sys
import types
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import catalog.errors
import search.errors
import webapp.errors
from catalog import Catalog
from catalog.errors import SettingError
from catalog.importing.rejects_file import RejectsFile
from tests.webapp.boutique import ScriptedEngine
from webapp import create_app
from webapp.http.error_messages import explain_error
from webapp.http.error_responses import ANSWERS, describe_error
from webapp.http.security import HEADERS
from webapp.services.access import services_of
from webapp.studio.index.rejects import list_rejects

EVERYWHERE = [
    "/",
    "/products/coat-00",
    "/api/products/coat-00",
    "/health",
    "/nowhere",
    "/api/nowhere",
    "/assets/0123456789ab/shop.css",
]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    """Pages, JSON, assets and errors alike."""
    response = client.get(address, buffered=True)
    for name, value in HEADERS.items():
        assert response.headers[name] == value


def test_a_photo_may_be_looked_at_alone(client: FlaskClient) -> None:
    """Browsers lay it out with a style of their own; nothing else is allowed there."""
    response = client.get(client.get("/api/products/coat-00").get_json()["image_url"], buffered=True)
    policy = response.headers["Content-Security-Policy"]
    assert response.mimetype == "image/webp"
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy


def test_the_policy_allows_our_own_files_and_the_shopper_s_photo_alone() -> None:
    """No inline script or style, no other site, no frames."""
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "img-src 'self' data: blob:" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def _leaves(module: types.ModuleType) -> list[type[Exception]]:
    errors = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Exception)]
    return [error for error in errors if not error.__subclasses__() or error in ANSWERS]


@pytest.mark.parametrize("error", _leaves(search.errors), ids=lambda error: error.__name__)
def test_whatever_a_search_refuses_has_an_answer(error: type[Exception]) -> None:
    """A new kind of error that nobody put into the table shows here, not as a 500."""
    refusal = describe_error(error("why"))
    assert refusal.status != 500
    assert refusal.message == "why"


@pytest.mark.parametrize("error", [catalog.errors.UnknownProductError, catalog.errors.DatabaseLockedError])
def test_what_the_catalogue_refuses_while_serving_has_an_answer(error: type[Exception]) -> None:
    """Its other errors belong to imports."""
    assert describe_error(error("why")).status in (404, 503)


def test_every_code_has_advice_of_its_own() -> None:
    """Different titles for different troubles; the codes that mean "not now" share one."""
    codes = {code: status for status, code in ANSWERS.values()}
    anything = explain_error("something_else", 418)
    assert all(explain_error(code, status) != anything for code, status in codes.items())
    titles = {str(explain_error(code, status)[0]._args[0]) for code, status in codes.items() if status != 503}
    assert len(titles) == len({code for code, status in codes.items() if status != 503})


def test_every_error_of_ours_is_drawn_in_its_tree() -> None:
    """The docstring is the map that readers trust."""
    for name, value in vars(webapp.errors).items():
        if isinstance(value, type) and issubclass(value, Exception):
            assert name in webapp.errors.__doc__


def test_importing_the_web_app_brings_no_training_libraries() -> None:
    """They cost seconds and hundreds of megabytes in every worker."""
    code = "import sys, webapp; print([m for m in ('tensorflow', 'keras', 'pandas', 'indexer') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_an_app_lives_below_the_home_that_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catalogue, secret, index, photos, rejects and jobs: nothing is taken from or left where the environment says."""
    home, elsewhere = tmp_path / "given", tmp_path / "elsewhere"
    home.mkdir()
    monkeypatch.setenv("VITRINA_HOME", str(elsewhere))
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    app = create_app(home=home)
    _walk_through_the_studio(app)
    assert {"catalog.db", "studio-secret"} <= {path.name for path in home.iterdir()}
    assert not elsewhere.exists()
    objects = services_of(app)
    for path in (objects.paths.index, objects.paths.rejects, objects.paths.query_photos, objects.paths.event_photos):
        assert path.is_relative_to(home)
    objects.catalog.close()


def _walk_through_the_studio(app: Flask) -> None:
    """Look at each page that has no parameters, as an admin."""
    account = services_of(app).accounts.add("ana", "admin", "six quiet herons wade", by="test")
    client = app.test_client()
    with client.session_transaction(base_url="http://localhost/studio/") as session:
        session["name"], session["stamp"] = account.name, account.stamp
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/studio") and "GET" in (rule.methods or ()) and not rule.arguments:
            assert client.get(rule.rule, buffered=True).status_code < 500, rule.rule


def test_rejects_are_read_below_the_home_that_the_app_was_given(
    app: Flask, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also those of an import, whose file is named after its source."""
    source = services_of(app).catalog.sources()[0]
    table = home / "rejects" / RejectsFile(Path(source.location)).path.name
    table.parent.mkdir()
    table.write_text("row,product_id,file,reason\n7,bag-1,x.jpg,no photo\n")
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "elsewhere"))
    with app.app_context():
        assert [one.path for one in list_rejects()] == [table]


@pytest.mark.parametrize(
    ("name", "value"), [("VITRINA_EVENT_DAYS", "-1"), ("VITRINA_EVENT_DAYS", "4000"), ("VITRINA_KEEP_PHOTOS", "maybe")]
)
def test_a_setting_that_makes_no_sense_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog, engine: ScriptedEngine, home: Path, name: str, value: str
) -> None:
    """Rather than keeping people's photos by mistake."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name):
        create_app(catalog=catalog, engine=engine, home=home)
