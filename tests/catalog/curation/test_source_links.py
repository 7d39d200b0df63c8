"""Links of exports become rows that merchandisers curate, and imports keep them up to date."""

import pytest
from click.testing import CliRunner

from catalog.__main__ import main
from catalog.curation.change_log import read_revision
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore
from catalog.curation.source_links import MOST_LINKS, SourceLinkStore
from catalog.feeds import FeedOptions

HEADER = (
    "ID,Type,SKU,Name,Published,Categories,Images,Parent,Cross-sells,Upsells,Grouped products,In stock?,Regular price"
)
HAT = "1,simple,HAT,Hat,1,Hats,hat.jpg,,SCARF,,,1,9"
SCARF = "2,simple,SCARF,Scarf,1,Scarves,scarf.jpg,,,,,1,9"
COAT = '3,simple,COAT,Coat,1,Coats,coat.jpg,,"id:2, HAT, GONE, COAT, id:2",CAPE,,1,9'
CAPE = "4,simple,CAPE,Cape,1,Coats,cape.jpg,,,,,1,9"
SUIT = '5,grouped,SUIT,Suit,1,Suits,suit.jpg,,HAT,,"COAT, HAT, CAPE",1,'


@pytest.fixture
def bring_in(shop, draw, load):
    """``bring_in(row, ...)`` imports an export of these rows."""
    for number, name in enumerate(("hat", "scarf", "coat", "cape", "suit")):
        draw(f"photos/{name}.jpg", shade=number)

    def import_rows(*rows, name="export.csv"):
        path = shop / name
        path.write_text("\n".join([HEADER, *rows]) + "\n")
        return load(path, options=FeedOptions(images=shop / "photos"))

    return import_rows


@pytest.fixture
def links(catalog):
    """``links("goes_with", "COAT")`` gives the targets of a product in a list."""
    store = SourceLinkStore(catalog.database)
    return lambda list_name, anchor: [target for target, _ in store.targets(list_name, anchor)]


def test_links_become_rows_of_the_lists_that_they_mean(bring_in, links, catalog):
    """By SKU or id, in the order of the export; neither what the catalogue lacks nor the product itself."""
    bring_in(COAT, HAT, SCARF, CAPE, SUIT)
    assert links("goes_with", "COAT") == ["SCARF", "HAT"]
    assert links("similar", "COAT") == ["CAPE"]
    assert links("goes_with", "SUIT") == ["HAT", "COAT", "CAPE"]
    assert links("goes_with", "CAPE") == []
    first = SourceLinkStore(catalog.database).find("COAT", 10)[0]
    assert (first.list_name, first.target, first.position, first.rule_id) == ("goes_with", "SCARF", 1, None)
    assert first.location.endswith("export.csv")


def test_the_next_import_brings_them_up_to_date(bring_in, links, catalog):
    """What the export no longer says is gone, and processes notice; the same export changes nothing."""
    bring_in(COAT, HAT, SCARF, CAPE)
    revision = read_revision(catalog.database)
    bring_in(CAPE, SCARF, HAT, COAT)
    assert read_revision(catalog.database) == revision
    bring_in(COAT.replace("id:2, HAT", "HAT").replace(",CAPE,", ",,"), HAT.replace("SCARF", ""), SCARF, CAPE)
    assert read_revision(catalog.database) > revision
    assert (links("goes_with", "COAT"), links("similar", "COAT"), links("goes_with", "HAT")) == (
        ["HAT", "SCARF"],
        [],
        [],
    )
    assert SourceLinkStore(catalog.database).count() == 2


def test_what_a_merchandiser_decided_outlives_imports(bring_in, catalog):
    """A rule for the same two products stays, whatever the export says."""
    bring_in(COAT, HAT, SCARF, CAPE)
    terms = RuleTerms("goes_with", "hide", "HAT", anchor="COAT", anchor_kind="product")
    rule, _ = RuleStore(catalog.database).add(terms, by="ana")
    store = SourceLinkStore(catalog.database)
    assert [one.rule_id for one in store.find("COAT", 10)] == [None, rule.rule_id, None]
    bring_in(COAT.replace("id:2, HAT", "id:2"), HAT, SCARF, CAPE)
    assert RuleStore(catalog.database).rule(rule.rule_id) == rule
    bring_in(COAT, HAT, SCARF, CAPE)
    assert [one.rule_id for one in store.find("COAT", 10)] == [None, rule.rule_id, None]
    RuleStore(catalog.database).pause(rule.rule_id, True, version=1, by="ana")
    assert {one.rule_id for one in store.find("COAT", 10)} == {None}


def test_links_lead_into_other_sources_and_go_with_their_own(bring_in, links, catalog, shop):
    """What another source brings later is found by the next import; a forgotten source takes its links along."""
    bring_in(COAT, name="coats.csv")
    assert links("goes_with", "COAT") == []
    bring_in(HAT, SCARF, name="other.csv")
    bring_in(COAT, name="coats.csv")
    assert links("goes_with", "COAT") == ["HAT"], "an id of WooCommerce means nothing in another export"
    done = CliRunner().invoke(main, ["forget", str(shop / "coats.csv"), "--yes"])
    assert done.exit_code == 0, done.output
    assert links("goes_with", "COAT") == []
    assert SourceLinkStore(catalog.database).count() == 1


def test_of_a_group_one_look_that_can_be_bought_is_linked(shop, draw, load, links):
    """Each look of the linking group has the links."""
    for number, name in enumerate(("red", "blue", "hat", "cap")):
        draw(f"photos/{name}.jpg", shade=number)
    path = shop / "shopify.csv"
    header = (
        "Handle,Title,Type,Option1 Name,Option1 Value,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,"
        "Variant Inventory Policy,Image Src,Variant Image,Complementary products "
        "(product.metafields.shopify--discovery--product_recommendation.complementary_products)"
    )
    path.write_text(
        f"{header}\ncoat,Coat,Coats,Color,Red,9,,,,red.jpg,red.jpg,hat\ncoat,,,,Blue,9,,,,,blue.jpg,\n"
        "hat,Hat,Hats,Color,Black,9,shopify,0,deny,hat.jpg,hat.jpg,\nhat,,,,White,9,shopify,2,deny,,cap.jpg,\n"
    )
    load(path, options=FeedOptions(images=shop / "photos"))
    assert (links("goes_with", "coat~red"), links("goes_with", "coat~blue")) == (["hat~white"], ["hat~white"])


def test_a_list_has_so_many_links_and_no_more(bring_in, links, catalog):
    """A product whose export names the whole shop would leave no place to what the model finds."""
    many = [f"{n},simple,P{n},P{n},1,Hats,hat.jpg,,,,,1,9" for n in range(100, 100 + MOST_LINKS + 5)]
    named = ", ".join(f"P{n}" for n in range(100, 100 + MOST_LINKS + 5))
    bring_in(COAT.replace("id:2, HAT, GONE, COAT, id:2", named), *many)
    assert links("goes_with", "COAT") == [f"P{n}" for n in range(100, 100 + MOST_LINKS)]
