"""Every page and form of the app with values that no page sends: none is answered with an error of ours."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from catalog import Catalog
from catalog.importing import import_source
from tests.postgresql import copied_database
from tests.webapp.studio.conftest import StudioClient

NAMES = (
    *(
        "product_id",
        "category",
        "colour",
        "gender",
        "limit",
        "page",
        "box",
        "as",
        "lang",
        "next",
        "endpoint",
        "_scheme",
    ),
    *(
        "name",
        "role",
        "locked",
        "by",
        "subject",
        "show",
        "first",
        "last",
        "words",
        "sort",
        "stock",
        "attribute",
        "value",
    ),
    *("list", "action", "state", "done", "batch", "anchor_kind", "anchor_product", "anchor_category", "target_kind"),
    *("target_product", "target_category", "position", "strength", "first_day", "last_day", "paused", "note", "sample"),
    *("rule_id", "version", "marked", "decision", "chosen", "seen", "suspicion", "at", "all", "back", "product", "of"),
    *("appraisal", "given", "predicted", "split", "from", "to", "snapshot", "live", "kind", "public", "session", "old"),
    *(
        "new",
        "again",
        "min_price",
        "max_price",
        "in_stock",
        "colour_weight",
        "collapse",
        "_external",
        "_anchor",
        "query",
    ),
)
ODD = (
    *("", "\0", "-1", "0", "1", "NaN", "1e999", "99999999999999999999", "9223372036854775808", "9" * 5000, "é😀\u202e"),
    *(
        "²",
        "١",
        "[]",
        "null",
        '{"a":1}',
        "' OR 1=1 --",
        '"',
        "*",
        "a" * 30000,
        "2026-02-30",
        "9999-12-31",
        "0001-01-01",
    ),
    *("\n", "coat-00", "MEN_Coats", "similar", "hide", "pin", "boost", "product", "everywhere", "1:1", "²:1", "1:²"),
    *("now", "../..", "%00", "true", "/studio/\r\nX: y", "//evil.example", "\ud7ff", "admin"),
)
RULE = {"list": "similar", "anchor_kind": "product", "anchor_product": "coat-01", "target_kind": "product"}
LEFT_OUT = {
    "studio.auth.sign_out",
    "studio.accounts.set_locked",
    "studio.accounts.set_role",
    "studio.accounts.end_sessions",
}
FILLED = {"search_id": "A" * 22, "token": "A" * 32, "sha256": "a" * 64, "name": "index", "filename": "early.js"}
ROUNDS = 6  # for each route and method


@pytest.fixture(params=["sqlite", "postgresql"])
def catalog(
    request: pytest.FixtureRequest, home: Path, imported_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Catalog]:
    """The tiny boutique in each kind of database; they don't take the same texts and numbers."""
    if request.param == "sqlite":
        with Catalog.open() as opened:
            yield opened
        return
    server = request.getfixturevalue("postgresql")
    with copied_database(server, "template0") as url:
        monkeypatch.setenv("VITRINA_DATABASE_URL", url)
        with Catalog.open() as opened:
            import_source(opened, imported_home / "source" / "products.csv", progress=False)
            yield opened


def _draw(rnd: random.Random) -> dict[str, str]:
    values = {name: rnd.choice(ODD) for name in rnd.sample(NAMES, rnd.choice((1, 2, 4, 12)))}
    if rnd.random() < 0.3:
        values |= RULE | {"action": rnd.choice(("pin", "hide", "boost")), "target_product": "coat-02"}
        values[rnd.choice(("position", "strength", "first_day", "note", "rule_id", "version"))] = rnd.choice(ODD)
    if rnd.random() < 0.3:
        values[rnd.choice(NAMES)] = "coat\0"
    return values


def _fill(rule: str) -> str:
    def one(match: re.Match[str]) -> str:
        converter, _, name = match.group(1).rpartition(":")
        if converter.startswith("int"):
            return "160" if name == "width" else "1"
        return "webp" if name == "suffix" else FILLED.get(name, "coat-00")

    return re.sub(r"<([^>]+)>", one, rule)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_no_value_is_an_error_of_ours(app: Flask, sign_in: Callable[..., StudioClient], seed: int) -> None:
    """As an admin whose form tokens are good: what is refused is refused kindly."""
    rnd, admin = random.Random(seed), sign_in("admin")
    token, failed = admin.token(), []
    routes = [
        (method, _fill(rule.rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint not in LEFT_OUT
    ]
    for method, address in routes:
        for _ in range(ROUNDS):
            values = _draw(rnd)
            if method == "GET":
                short = {name: value for name, value in values.items() if len(value) < 2500}
                response = admin.client.get(address, query_string=short)
            else:
                response = admin.client.post(address, data=values | {"csrf_token": token})
            # Without an index the app can say no more than that.
            if response.status_code >= 500 and address != "/studio/index/live":
                shown = {name: text[:30] for name, text in values.items()}
                failed.append((response.status_code, method, address, shown))
            response.close()
    assert failed == []
