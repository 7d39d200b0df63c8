"""Asks every route of the API what its description allows, and checks each answer against the description.

    python benchmarks/api_contract.py --examples 2000

Schemathesis draws the requests, seeded, from the served document; half of them name a product that is there and send a
sound photo. It works on a copy of the catalogue below VITRINA_HOME. The exit status is 1 if an answer is a server
error, or not what the document says.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from catalog import Catalog
from catalog.accounts.api_keys import SCOPES, ApiKeyStore
from search.settings import home_dir
from webapp import create_app
from webapp.services.access import services_of
from webapp.services.request_pace import MOST_PER_MINUTE, RequestPace

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
SEED = 20261127


def check_contract(app: Flask, examples: int, *, only: str = "") -> dict[str, Counter[int]]:
    """Send ``examples`` requests to each route; raises what Schemathesis finds.

    Args:
        app: the shop; its catalogue is changed.
        examples: how many for each route.
        only: a text that the names of the routes must contain.

    Returns:
        Route -> how often it answered with which status.
    """
    shop = services_of(app)
    shop.request_pace = RequestPace(MOST_PER_MINUTE)
    key, _ = ApiKeyStore(shop.catalog.database).make("contract", SCOPES, by="contract", per_minute=MOST_PER_MINUTE)
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    known = st.sampled_from(shop.catalog.product_ids(20))
    photo = next(iter(shop.catalog.iter_products())).photos[0].path.read_bytes()
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}  # it decodes no Brotli
    statuses: dict[str, Counter[int]] = {}
    for found in document.get_all_operations():
        operation = found.ok()
        name = f"{operation.method.upper()} {operation.path}"
        if only in name:
            statuses[name] = _ask(operation, examples, known, headers, photo)
    return statuses


def _ask(
    operation: Any, examples: int, known: st.SearchStrategy[str], headers: dict[str, str], photo: bytes
) -> Counter[int]:
    """Send the drawn requests to one route; how often it answered with which status."""
    counted: Counter[int] = Counter()

    @seed(SEED)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), replace=st.booleans(), product_id=known)
    def ask(case: schemathesis.Case, replace: bool, product_id: str) -> None:
        if replace:
            _name_what_is_there(case, product_id, photo)
        response = case.call(headers=headers)
        counted[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    ask()
    return counted


def _name_what_is_there(case: schemathesis.Case, product_id: str, photo: bytes) -> None:
    """Put a product of the catalogue and a sound photo where the drawn request has others."""
    if "product_id" in (case.path_parameters or {}):
        case.path_parameters["product_id"] = product_id
    if not isinstance(case.body, dict):
        return
    if "photo" in case.body:
        case.body["photo"] = photo
    events = case.body.get("events")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict) and "product_id" in event:
            event["product_id"] = product_id


def main() -> None:
    """Print how often each route answered with which status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--only", default="", help="routes whose name contains this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copy(home_dir() / "catalog.db", home)
        shutil.copytree(home_dir() / "index", home / "index")
        with Catalog.open(f"sqlite:///{home / 'catalog.db'}") as catalog:
            app, began = create_app(catalog=catalog, home=home), time.monotonic()
            statuses = check_contract(app, options.examples, only=options.only)
            if (writer := services_of(app).events) is not None:
                writer.close()
    for name, counted in statuses.items():
        print(f"{name:45} " + "  ".join(f"{status}: {count}" for status, count in sorted(counted.items())))
    asked = sum(sum(counted.values()) for counted in statuses.values())
    print(f"{asked} requests in {time.monotonic() - began:.0f} s, all as described")


if __name__ == "__main__":
    sys.exit(main())
