"""What views that search by photo have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request

from webapp.http.client_address import client_network
from webapp.services.access import services

View = TypeVar("View", bound=Callable[..., Any])


def takes_a_search_place(view: View) -> View:
    """Decorate a view that decodes and embeds a photo: it runs while there is a place for this visitor's search."""

    @wraps(view)
    def limited(*args: Any, **kwargs: Any) -> Any:
        with services().search_places.take(client_network(request)):
            return view(*args, **kwargs)

    return limited  # type: ignore[return-value]
