"""Rules act on the shop's pages and API at the very next request, whoever saved them and where."""

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from catalog import Catalog
from catalog.curation.change_log import bump_revision
from catalog.curation.compatibility import CompatibilityStore
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore, today
from catalog.curation.undoing import undo
from catalog.storage.tables.curation import source_links
from catalog.storage.tables.products import products
from search.live import LiveEngine
from search.settings import PRETRAINED_BUNDLE
from tests.webapp.boutique import encode_form
from webapp import create_app
from webapp.services.access import services_of
from webapp.services.curator import build_curation

COAT = "mc-001-burgundy"
_ADD = """
from catalog import Catalog
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore
with Catalog.open() as catalog:
    RuleStore(catalog.database).add(RuleTerms("similar", "hide", {target!r}), by="elsewhere")
"""


@pytest.fixture(scope="module")
def live(demo_home: Path) -> LiveEngine:
    return LiveEngine(demo_home / "index", PRETRAINED_BUNDLE)


@pytest.fixture
def shop(demo_home: Path, live: LiveEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The drawn boutique with its real index, over a catalogue of the test's own."""
    shutil.copy(demo_home / "catalog.db", tmp_path)
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path))
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    with Catalog.open() as catalog:
        yield create_app(catalog=catalog, engine=live, home=tmp_path).test_client()


@pytest.fixture
def rules(shop: FlaskClient) -> RuleStore:
    return RuleStore(services_of(shop.application).catalog.database)


def similar(shop: FlaskClient, **parameters: object) -> dict:
    return shop.get(f"/api/products/{COAT}/similar", query_string=parameters).get_json()


def ids(answer: dict, name: str = "similar") -> list[str]:
    return [one["product_id"] for one in answer[name]]


def test_a_rule_acts_on_pages_and_api_at_once(shop: FlaskClient, rules: RuleStore) -> None:
    """And so does its undoing."""
    before = similar(shop)
    last, first = ids(before)[-1], ids(before)[0]
    _, pinned = rules.add(RuleTerms("similar", "pin", last, anchor=COAT, anchor_kind="product", position=1), by="ana")
    _, hidden = rules.add(RuleTerms("similar", "hide", first), by="ana")
    after = similar(shop)
    assert ids(after)[0] == last
    assert "pinned" in after["similar"][0]["reasons"]
    assert first not in ids(after)
    assert first not in [variant for one in after["similar"] for variant in one["variants"]]
    for address in (f"/products/{COAT}", f"/products/{COAT}/similar"):
        page = shop.get(address).text
        assert "The shop has chosen it for you" in page
        assert f'data-product="{first}" data-list="similar"' not in page
    for batch in (hidden, pinned):
        undo(services_of(shop.application).catalog.database, batch, by="ana")
    assert similar(shop) == before


def test_what_a_source_links_stands_first_unless_a_rule_says_otherwise(shop: FlaskClient, rules: RuleStore) -> None:
    """In the order of the source; what is linked may be hidden, and a pin of somebody comes before it."""
    plain = ids(similar(shop))
    database = services_of(shop.application).catalog.database
    rows = [{"list_name": "similar", "anchor": COAT, "target": plain[n], "position": at} for at, n in ((1, 7), (2, 9))]
    with database.writing() as connection:
        connection.execute(insert(source_links), rows)
        bump_revision(connection)
    assert ids(similar(shop))[:2] == [plain[7], plain[9]]
    rules.add(RuleTerms("similar", "pin", plain[4], anchor="MEN_Coats", anchor_kind="category", position=1), by="ana")
    assert ids(similar(shop))[:3] == [plain[4], plain[9], plain[7]]
    rules.add(RuleTerms("similar", "hide", plain[9], anchor=COAT, anchor_kind="product"), by="ana")
    assert plain[9] not in ids(similar(shop))
    assert ids(similar(shop))[:2] == [plain[4], plain[7]]


def test_a_rule_of_another_process_acts_at_once(shop: FlaskClient) -> None:
    first = ids(similar(shop))[0]
    subprocess.run([sys.executable, "-c", _ADD.format(target=first)], check=True)
    assert first not in ids(similar(shop))


def test_counts_agree_with_what_is_left(shop: FlaskClient, rules: RuleStore) -> None:
    """A hidden category is gone from totals and filters; a pin moves nothing but its card, over all pages."""
    before = similar(shop, limit=100)
    category = next(one for one in before["facets"]["category"] if one["value"] != "MEN_Coats")
    rules.add(RuleTerms("similar", "hide", category["value"], target_kind="category"), by="ana")
    pinned = ids(before)[3]
    rules.add(RuleTerms("similar", "pin", pinned, anchor="MEN_Coats", anchor_kind="category", position=30), by="ana")
    after = similar(shop)
    assert after["total"] == before["total"] - category["count"]
    assert category["value"] not in [one["value"] for one in after["facets"]["category"]]
    pages = [similar(shop, page=page) for page in range(1, after["pages"] + 1)]
    everything = [product_id for page in pages for product_id in ids(page)]
    assert len(everything) == len(set(everything)) == after["total"]
    assert everything[29] == pinned


def test_a_pin_gives_way_to_filters_and_to_being_sold_out(shop: FlaskClient, rules: RuleStore) -> None:
    """Also when the index doesn't know yet that the last one was sold, or that it has left the catalogue."""
    plain = ids(similar(shop))
    target = plain[5]
    catalog: Catalog = services_of(shop.application).catalog
    colour = catalog.product(target).colour
    rules.add(RuleTerms("similar", "pin", target, position=1), by="ana")
    assert ids(similar(shop))[0] == target
    assert ids(similar(shop, colour=colour))[0] == target
    other = next(one["value"] for one in similar(shop)["facets"]["colour"] if one["value"] != colour)
    assert target not in ids(similar(shop, colour=other))
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == target).values(in_stock=False))
    assert ids(similar(shop)) == plain


def test_rules_hold_on_their_days_only(shop: FlaskClient, rules: RuleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anybody saving anything when a day begins."""
    first, day = ids(similar(shop))[0], today()
    tomorrow = (day + timedelta(1)).isoformat()
    rules.add(RuleTerms("similar", "hide", first, first_day=tomorrow, last_day=tomorrow), by="ana")
    shown = []
    for days in range(3):
        moved = day + timedelta(days)
        monkeypatch.setattr("webapp.services.curator.today", lambda moved=moved: moved)
        shown.append(first in ids(similar(shop)))
    assert shown == [True, False, True]


def test_a_photo_is_curated_by_what_it_shows(shop: FlaskClient, rules: RuleStore, demo_home: Path) -> None:
    """Or by what the shopper says that it is."""
    with (demo_home / "demo" / "shopper.csv").open(newline="", encoding="utf-8") as file:
        photo = next(row["photo"] for row in csv.DictReader(file) if row["category"] == "MEN_Coats")
    content = (demo_home / "demo" / photo).read_bytes()

    def ask(**fields: str) -> dict:
        body, kind = encode_form(content, "photo.jpg", fields)
        return shop.post("/api/search", data=body, content_type=kind).get_json()

    plain = ask()
    assert plain["prediction"][0]["category"] == "MEN_Coats"
    first = ids(plain)[0]
    companion = plain["goes_with"][-1]["product_id"]
    hide = RuleTerms("similar", "hide", first, anchor="MEN_Coats", anchor_kind="category")
    rules.add(hide, by="ana")
    rules.add(replace(hide, list_name="goes_with", action="pin", target=companion, position=1), by="ana")
    curated = ask()
    assert first not in ids(curated)
    assert ids(curated, "goes_with")[0] == companion
    assert curated["total"] in (plain["total"], plain["total"] - 1)  # a variant may stand in for the hidden one
    others = next(one["value"] for one in plain["facets"]["category"] if one["value"] != "MEN_Coats")
    assert ids(ask(**{"as": others}), "goes_with")[:1] != [companion]


def test_the_table_of_categories_shapes_what_goes_with_it(shop: FlaskClient) -> None:
    """What never goes with a coat isn't offered; what is of its kind is, if somebody says so."""
    catalog: Catalog = services_of(shop.application).catalog

    def offered() -> set[str]:
        answer = shop.get(f"/api/products/{COAT}/goes-with").get_json()
        return {one["category"] for one in answer["goes_with"]}

    before = offered()
    never = sorted(before)[0]
    CompatibilityStore(catalog.database).choose("MEN_Coats", {never: 0.0, "MEN_Shirts": 1.0}, seen={}, by="ana")
    assert never not in offered()
    assert "MEN_Coats" not in offered()


def test_boosts_of_one_product_add_up() -> None:
    """A burial takes away what a boost gives; among pins the order of the rules decides."""
    terms = [
        RuleTerms("similar", "boost", "a", strength=3),
        RuleTerms("similar", "bury", "a", strength=2),
        RuleTerms("similar", "boost", "Coats", target_kind="category", strength=1),
        RuleTerms("similar", "pin", "b", position=2),
    ]
    built = build_curation(terms, {})
    assert built.boosts == {"a": pytest.approx(0.25)}
    assert built.category_boosts == {"Coats": 0.05}
    assert [(pin.product_id, pin.position) for pin in built.pins] == [("b", 2)]
