"""Links of sources in the studio: where they come from, and how a merchandiser changes them."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from catalog import Catalog
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore
from catalog.storage.tables.curation import source_links
from tests.webapp.studio.conftest import StudioClient

HOME = "/studio/curation/links"
LINK = {"list": "goes_with", "anchor": "coat-00", "target": "skirt-1"}


@pytest.fixture(autouse=True)
def _linked(catalog: Catalog) -> None:
    """A coat whose source says what goes with it, and one more that does."""
    link = {"list_name": "goes_with", "target": "skirt-1", "position": 1}
    with catalog.database.writing() as connection:
        connection.execute(insert(source_links), [{**link, "anchor": anchor} for anchor in ("coat-00", "coat-01")])


def test_links_are_listed_with_their_source(merchandiser: StudioClient, catalog: Catalog) -> None:
    """Of one product, from whose page they are reached, or of all."""
    page = merchandiser.get(HOME, query_string={"product": "coat-00"}).text
    assert "1 link<" in page
    assert "Pleated skirt" in page
    assert f"from {catalog.sources()[0].location}" in page
    assert "2 links" in merchandiser.get(HOME).text
    assert f"{HOME}?product=coat-00" in merchandiser.get("/studio/products/coat-00").text
    assert HOME not in merchandiser.get("/studio/products/skirt-1").text.split("<main")[1]
    assert "names no links" in merchandiser.get(HOME, query_string={"product": "skirt-1"}).text


def test_a_link_is_taken_out_of_the_list_and_back(merchandiser: StudioClient, catalog: Catalog) -> None:
    """By a rule, which the page shows instead of its buttons."""
    answer = merchandiser.post(f"{HOME}/remove", {**LINK, "product": "coat-00"})
    assert answer.status_code == 303
    (rule,) = RuleStore(catalog.database).every()
    assert rule.terms == RuleTerms("goes_with", "hide", "skirt-1", anchor="coat-00", anchor_kind="product")
    page = merchandiser.get(answer.headers["Location"]).text
    assert "replaced by a rule" in page
    assert f"/studio/curation/{rule.rule_id}" in page
    assert "Remove" not in page.split("<main")[1]
    batch = answer.headers["Location"].split("done=")[1]
    undone = merchandiser.post("/studio/curation/undo", {"batch": batch, "back": "links"})
    assert undone.headers["Location"].startswith(HOME)
    assert "replaced by a rule" not in merchandiser.get(HOME).text


def test_a_link_is_changed_in_the_form_of_rules(merchandiser: StudioClient) -> None:
    """Which begins with what the link says."""
    page = merchandiser.get(HOME, query_string={"product": "coat-00"}).text
    address = page.split('href="/studio/curation/new?')[1].split('"')[0].replace("&amp;", "&")
    form = merchandiser.get(f"/studio/curation/new?{address}").text
    assert 'value="skirt-1"' in form
    assert 'value="coat-00"' in form


def test_a_link_that_is_gone_is_not_removed(merchandiser: StudioClient, catalog: Catalog) -> None:
    """Somebody may look at a page from before the last import."""
    answer = merchandiser.post(f"{HOME}/remove", {**LINK, "target": "coat-01"})
    assert "no longer names this link" in merchandiser.get(answer.headers["Location"]).text
    assert RuleStore(catalog.database).every() == []
    assert merchandiser.post(f"{HOME}/remove", {**LINK, "list": "x"}).status_code == 400


def test_viewers_look_and_change_nothing(sign_in: Callable[[str], StudioClient]) -> None:
    viewer = sign_in("viewer")
    assert "Change" not in viewer.get(HOME).text.split("<main")[1]
    assert viewer.post(f"{HOME}/remove", LINK).status_code == 403
