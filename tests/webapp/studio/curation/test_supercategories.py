"""What goes with what, and which kinds of things the categories are: learned, and said by hand."""

import re
from html import unescape

import pytest
from sqlalchemy import insert, select

from catalog import Catalog
from catalog.curation.compatibility import CompatibilityStore
from catalog.curation.supercategories import SupercategoryStore
from catalog.storage.tables.products import products
from tests.webapp.studio.conftest import StudioClient

HOME = "/studio/curation/"


def test_companions_are_learned_and_chosen_by_hand(merchandiser: StudioClient, catalog: Catalog) -> None:
    store = CompatibilityStore(catalog.database)
    assert merchandiser.post(HOME + "pairs/learn").status_code == 303
    assert store.weights("MEN_Coats") == {"Bags": 1, "WOMEN_Skirts": 0}
    page = merchandiser.get(HOME + "pairs", query_string={"category": "MEN_Coats"}).text
    assert page.count("<select") == 3
    form = {"category": "MEN_Coats", "other": ["Bags", "WOMEN_Skirts"], "weight-0": "0.0", "seen-0": "", "weight-1": ""}
    assert merchandiser.post(HOME + "pairs", form).status_code == 303
    assert store.weights("MEN_Coats")["Bags"] == 0
    assert merchandiser.post(HOME + "pairs", form | {"weight-0": "1.0"}).status_code == 409
    assert merchandiser.post(HOME + "pairs", form | {"weight-0": "7"}).status_code == 400
    assert merchandiser.get(HOME + "pairs?category=Hats").status_code == 404
    assert "chosen by hand" in merchandiser.get(HOME + "pairs").text


def test_kinds_of_things_are_guessed_and_said_by_hand(merchandiser: StudioClient, catalog: Catalog) -> None:
    """Each guess with its reason; what was learned from another kind is learned anew, also when it is taken back."""
    store, weights = SupercategoryStore(catalog.database), CompatibilityStore(catalog.database)
    merchandiser.post(HOME + "pairs/learn")
    page = merchandiser.get(HOME + "kinds").text
    assert page.count("<select") == 3
    assert "by most of its photos" in page
    form = {"category": ["Bags", "MEN_Coats"], "kind-0": "topwear", "seen-0": "", "kind-1": "", "seen-1": ""}
    answer = merchandiser.post(HOME + "kinds", form)
    assert answer.status_code == 303
    assert store.chosen() == {"Bags": "topwear"}
    assert weights.weights("MEN_Coats").get("Bags", 0) == 0, "a coat goes with nothing of its kind"
    assert merchandiser.post(HOME + "kinds", form | {"kind-0": "Bags"}).status_code == 409
    assert merchandiser.post(HOME + "kinds", form | {"kind-0": "x" * 100, "seen-0": "topwear"}).status_code == 400
    assert "Kind: Bags" in merchandiser.get(HOME).text
    batch = answer.headers["Location"].split("done=")[1]
    assert (
        merchandiser.post(HOME + "undo", {"batch": batch, "back": "kinds"})
        .headers["Location"]
        .startswith(HOME + "kinds")
    )
    assert store.chosen() == {}
    assert weights.weights("MEN_Coats")["Bags"] == 1


@pytest.mark.parametrize("address", ["kinds?page=2", "pairs?category=MEN_Coats&page=2"])
def test_a_form_of_many_categories_can_be_sent_as_it_comes(
    merchandiser: StudioClient, catalog: Catalog, address: str
) -> None:
    """Shops have hundreds of categories, and a form has a limit of fields: so it comes in pages."""
    with catalog.database.writing() as connection:
        (coat,) = connection.execute(select(products).where(products.c.product_id == "coat-00")).mappings()
        more = [{**coat, "product_id": f"more-{n}", "category": f"More {n:03d}"} for n in range(400)]
        connection.execute(insert(products), more)
    page = merchandiser.get(HOME + address).text
    form = re.search(r'<form class="panel" method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    assert form
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2]):
        fields.setdefault(name, []).append(value)
    selects = {name: [""] for name in re.findall(r'<select name="([^"]+)"', form[2])}
    assert len(selects) == 100
    answer = merchandiser.client.post(unescape(form[1]), data=fields | selects)
    assert answer.status_code == 303
    assert "Nothing was changed." in merchandiser.get(answer.headers["Location"]).text
    assert merchandiser.get(HOME + address.replace("page=2", "page=6")).status_code == 404
