"""Thousands of odd requests: none is answered with a 5xx, and none leaves anything behind."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from catalog import Catalog
from catalog.importing import import_source
from tests.fuzz.mutating import ODD_TEXTS, held_bytes, mutate, rounds
from tests.webapp.boutique import ScriptedEngine, encode_form, photo_bytes, write_boutique
from webapp import create_app

REQUESTS = 3000
GROWTH_BYTES = 60 * 2**20
NAMES = (
    *("category", "gender", "colour", "min_price", "max_price", "in_stock", "colour_weight", "collapse", "box", "as"),
    *("page", "limit", "lang", "next", "name", "password", "words", "list", "kind", "position", "product_id", "search"),
    *("rule_id", "version", "action", "note", "day", "days", "sort", "width", "endpoint", "_scheme", "_external"),
)
HEADERS = (
    *(
        "Accept",
        "Accept-Language",
        "Cookie",
        "If-None-Match",
        "Range",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "Origin",
    ),
    *("Sec-Fetch-Site", "Content-Type", "Host", "Referer", "DNT", "Accept-Encoding"),
)
PHOTO = photo_bytes((64, 64))


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    monkeypatch.delenv("VITRINA_SAMPLES", raising=False)
    with Catalog.open() as catalog:
        import_source(catalog, write_boutique(tmp_path / "source"), progress=False)
        yield create_app(catalog=catalog, engine=ScriptedEngine(), home=tmp_path / "home")


def odd_address(rule: Rule, rng: random.Random) -> str:
    """An address of a rule whose parts make no sense, with odd parameters."""
    path = re.sub(r"<[^>]+>", lambda _: _quoted(rng.choice(ODD_TEXTS)), rule.rule)
    parameters = "&".join(f"{rng.choice(NAMES)}={_quoted(rng.choice(ODD_TEXTS))}" for _ in range(rng.randrange(4)))
    return f"{path}?{parameters}"


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text[:300].encode("utf-8", "surrogatepass")) or "%20"


def send(client: FlaskClient, address: str, method: str, rng: random.Random) -> int:
    """The status of the answer to an odd request."""
    text = rng.choice(ODD_TEXTS).encode("latin-1", "replace").decode("latin-1")
    headers = {rng.choice(HEADERS): re.sub(r"[\r\n\0]", "", text)} if rng.random() < 0.5 else {}
    options: dict[str, Any] = {}
    if method == "POST":
        fields = {rng.choice(NAMES): rng.choice(ODD_TEXTS) for _ in range(rng.randrange(6))}
        match rng.randrange(4):
            case 0:
                options = {"data": fields}
            case 1:
                options = {"data": json.dumps(fields), "content_type": "application/json"}
            case 2:
                body, content_type = encode_form(mutate(PHOTO, rng), "a.jpg", {**fields, "limit": "3"})
                options = {"data": body, "content_type": content_type}
            case 3:
                body, content_type = encode_form(PHOTO, "a.jpg", fields)
                options = {"data": mutate(body, rng), "content_type": content_type}
    response = client.open(address, method=method, headers=headers, buffered=True, **options)
    response.close()
    return response.status_code


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_no_odd_request_is_answered_with_a_failure(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    before = held_bytes()
    for number, rng in enumerate(rounds(REQUESTS)):
        rule = rules[number % len(rules)]
        method = rng.choice(sorted((rule.methods or {"GET"}) - {"OPTIONS"}))
        address = odd_address(rule, rng)
        with app.test_client() as client:
            status = send(client, address, method, rng)
        assert status < 500, f"request {number}: {method} {address} is answered {status}"
        if number == REQUESTS // 10:
            before = held_bytes()
    assert "Traceback" not in caplog.text
    assert held_bytes() - before < GROWTH_BYTES
