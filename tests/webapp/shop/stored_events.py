"""Events as pages send them and as they are stored, and an answer to tell of."""

from typing import Any

from flask import Flask
from sqlalchemy import Row, select

from catalog import Catalog
from search.query import CategoryProbability, Facets
from tests.webapp.boutique import SNAPSHOT, photo_bytes, writer_of
from webapp.services.access import services_of
from webapp.services.rankings import PhotoAnswer
from webapp.services.result_items import ResultItem
from webapp.services.sent_photo import SentPhoto

SEARCH_ID = "A" * 21 + "_"
CLICK = {"kind": "click", "list": "similar", "product_id": "coat-00", "position": "3", "search": SEARCH_ID}
OURS = {"Sec-Fetch-Site": "same-origin"}


def list_stored(app: Flask, table: Any) -> list[Row[Any]]:
    if services_of(app).events:
        assert writer_of(app).flush()
    with services_of(app).catalog.database.reading() as connection:
        return list(connection.execute(select(table)).all())


def make_answer(catalog: Catalog, **changes: Any) -> PhotoAnswer:
    values: dict[str, Any] = {
        "photo": SentPhoto(photo_bytes((64, 80))),
        "prediction": (CategoryProbability("MEN_Coats", 0.93), CategoryProbability("Bags", 0.02)),
        "similar": (ResultItem(catalog.product("coat-00")), ResultItem(catalog.product("coat-01"))),
        "goes_with": (ResultItem(catalog.product("skirt-1")),),
        "snapshot": SNAPSHOT,
        "took_ms": {},
        "facets": Facets(240),
    }
    return PhotoAnswer(**(values | changes))
