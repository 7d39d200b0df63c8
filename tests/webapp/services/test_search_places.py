"""How many searches one visitor has at once, and how many all have."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.errors import ShopBusyError, TooManySearchesError
from webapp.services.access import services_of
from webapp.services.search_places import SearchPlaces


def test_a_visitor_leaves_room_for_others() -> None:
    places = SearchPlaces(of_a_client=2, in_all=3)
    with ExitStack() as searches:
        for _ in range(2):
            searches.enter_context(places.take("stranger"))
        with pytest.raises(TooManySearchesError, match="2 searches of yours"), places.take("stranger"):
            pass
        searches.enter_context(places.take("shopper"))
        with pytest.raises(ShopBusyError), places.take("another"):
            pass
    with places.take("stranger"):
        pass
    assert not places._taken


def test_a_place_is_free_after_an_error() -> None:
    places = SearchPlaces(of_a_client=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="no photo"), places.take("shopper"):
            raise ValueError("no photo")


@pytest.mark.parametrize(("language", "title"), [("en", "One search after the other"), ("es", "de una en una")])
def test_who_searches_too_often_is_asked_to_wait(
    app: Flask, client: FlaskClient, ask: Callable[..., TestResponse], language: str, title: str
) -> None:
    """On a page with the form, so that the photo can be sent again; told apart by what the trusted proxy says."""
    services_of(app).search_places = SearchPlaces(of_a_client=0)
    client.set_cookie("lang", language)
    page = ask()
    assert (page.status_code, page.headers["Retry-After"]) == (429, "3")
    assert title in page.text
    assert 'name="photo"' in page.text


def test_the_api_says_it_in_json(app: Flask, post_search: Callable[..., TestResponse]) -> None:
    services_of(app).search_places = SearchPlaces(of_a_client=0)
    busy = post_search()
    assert (busy.status_code, busy.get_json()["error"]["code"], busy.headers["Retry-After"]) == (
        429,
        "too_many_searches",
        "3",
    )
    services_of(app).search_places = SearchPlaces(in_all=0)
    assert (post_search().status_code, post_search().get_json()["error"]["code"]) == (503, "busy")
