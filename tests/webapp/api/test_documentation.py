"""The API's description is true: for programs and for people."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.http.error_responses import ANSWERS
from webapp.services.access import services_of


def test_the_document_names_every_route_and_no_other(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, one in document["paths"].items() for method in one}
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith("api_documentation.")
    }
    assert described == served


def test_the_page_names_every_route_and_every_code(client: FlaskClient) -> None:
    """Codes are where a problem's ``type`` leads; the page takes nothing from other sites."""
    page = client.get("/api/v1/docs").text
    for path in client.get("/api/v1/openapi.json").get_json()["paths"]:
        assert path in page
    for _, code in ANSWERS.values():
        assert f'id="{code}"' in page
    assert "http://" not in page
    assert "https://" not in page


@pytest.mark.slow
def test_every_route_answers_as_described(app: Flask) -> None:
    """Also to what makes no sense: a few drawn requests each; benchmarks/api_contract.py sends thousands."""
    pytest.importorskip("schemathesis", reason="needs schemathesis: make install")
    from benchmarks.api_contract import check_contract

    statuses = check_contract(app, examples=8)
    assert len(statuses) > 15
    assert all(sum(counted.values()) >= 1 for counted in statuses.values())
    writer = services_of(app).events
    assert writer is not None
    writer.close()
