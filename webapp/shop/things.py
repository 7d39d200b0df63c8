"""The things in a shopper's photo: a coat, a bag, shoes, each of which may be searched for alone.

They are looked for when a page asks, after its answer is shown, and kept beside the photo. Without scripts a link
leads to them, and from there back to the answer, which then names them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, jsonify, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from search.model.things import Thing
from webapp.services.access import services
from webapp.services.photo_things import recall_or_find_things, recall_things
from webapp.services.query_photos import KeptPhoto
from webapp.services.searching_views import takes_a_search_place
from webapp.services.sold_things import keep_sold
from webapp.shop.refinement import Refinement

LEAST = 2  # things of a photo; one alone is what the photo shows
_DIGITS = 3  # of a box, as the frame has them
_NAMES = {
    "coat": lazy_gettext("Search the coat or jacket"),
    "top": lazy_gettext("Search the top"),
    "bottom": lazy_gettext("Search the trousers or skirt"),
    "dress": lazy_gettext("Search the dress"),
    "bag": lazy_gettext("Search the bag"),
    "shoes": lazy_gettext("Search the shoes"),
    "hat": lazy_gettext("Search the hat"),
    "scarf": lazy_gettext("Search the scarf"),
    "legwear": lazy_gettext("Search the tights or socks"),
}


@dataclass(frozen=True)
class Hotspot:
    """A thing as a page offers it."""

    kind: str
    name: str  # "Search the bag"
    box: str  # as in an address: "0.1,0.2,0.3,0.4"


@takes_a_search_place
def things(token: str) -> BaseResponse:
    """The hotspots of a query photo for a script, as JSON; a browser is led to the answer, which has them then."""
    photo = services().query_photos.open(token)
    found = recall_or_find_things(services().storefront.index, photo)
    if request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "text/html":
        return redirect(Refinement("shop.answer", {"token": token}, request.args).address(), 303)
    response: Response = jsonify(things=[vars(spot) for spot in describe_hotspots(keep_sold(found))])
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def known_hotspots(photo: KeptPhoto) -> list[Hotspot] | None:
    """The hotspots of a photo; None if they weren't looked for yet."""
    found = recall_things(services().storefront.index, photo)
    return None if found is None else describe_hotspots(keep_sold(found))


def describe_hotspots(found: Iterable[Thing]) -> list[Hotspot]:
    """Things as a page offers them. A second thing of a kind is numbered; one thing alone is no choice."""
    spots: list[Hotspot] = []
    kinds: dict[str, int] = {}
    for thing in found:
        name = str(_NAMES.get(thing.kind, ""))
        if not name:
            continue
        kinds[thing.kind] = number = kinds.get(thing.kind, 0) + 1
        if number > 1:
            name = gettext("%(name)s (%(number)s)", name=name, number=number)
        spots.append(Hotspot(thing.kind, name, format_box(thing)))
    return spots if len(spots) >= LEAST else []


def format_box(thing: Thing) -> str:
    """A thing's box as an address has it; rounded so that it never leaves the photo."""
    left, top = (round(edge, _DIGITS) for edge in thing.box[:2])
    width = min(round(thing.box[2], _DIGITS), round(1 - left, _DIGITS))
    height = min(round(thing.box[3], _DIGITS), round(1 - top, _DIGITS))
    return ",".join(f"{number:g}" for number in (left, top, width, height))
