from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.errors import DamagedSnapshotError
from tests.webapp.boutique import ScriptedEngine
from webapp.http.public_messages import without_paths


@pytest.mark.parametrize(
    ("message", "public"),
    [
        ("The file /srv/my-shop/index/7/vectors.faiss is damaged.", "The file vectors.faiss is damaged."),
        ("'/srv/shop/catalog.db': no such file", "'catalog.db': no such file"),
        ("Open /studio/people/ or /api/search; see https://shop.example/a/b.", None),
        ("Half of 3/4/5 and a/b/c", None),
        ("The catalogue postgresql+psycopg://ana:***@db.internal/shop can't be used", "The catalogue … can't be used"),
    ],
)
def test_only_a_file_s_name_is_left_of_its_path(app: Flask, message: str, public: str | None) -> None:
    """Addresses of the shop and of other sites stay."""
    with app.test_request_context():
        assert without_paths(message) == (public or message)


def test_a_data_directory_with_spaces_is_hidden_too(app: Flask, home: Path) -> None:
    """Its name is known, so it needn't look like a path."""
    app.config["PRIVATE_FOLDERS"] = (Path("/srv/our shop/data"),)
    with app.test_request_context():
        assert without_paths("/srv/our shop/data/catalog.db is locked") == "catalog.db is locked"


def test_no_public_answer_says_where_the_shop_s_files_lie(
    app: Flask, client: FlaskClient, engine: ScriptedEngine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the API, not a page, not the state of health."""

    def fail() -> None:
        raise DamagedSnapshotError(f"{home}/index/20260101/vectors.faiss is damaged; run `make index`.")

    monkeypatch.setattr(engine, "current", fail)
    for address in ("/health", "/products/coat-00/similar", "/api/products/coat-00/similar"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "vectors.faiss" in answer.text
        assert str(home) not in answer.text
