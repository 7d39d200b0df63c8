"""Searching by words alone: the page of what was found."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from search.words.understanding import asks_for_anything
from webapp.http.orders import read_order
from webapp.http.parameters import read_search, read_words
from webapp.services.access import services
from webapp.services.rankings import Ranking
from webapp.services.searching_views import takes_a_search_place
from webapp.services.worded_request import add_understood, understand_words
from webapp.shop.categories import PAGE_SIZE
from webapp.shop.closest import find_closest
from webapp.shop.orders import WORDED_TEXTS
from webapp.shop.refinement import WORDS, Refinement
from webapp.shop.refining import refining
from webapp.shop.understood import tell


@takes_a_search_place
def search_words() -> BaseResponse | str:
    """The products that a sentence asks for.

    What is understood becomes filters, which stand in the address and can be removed one by one; the rest is searched
    for in titles and descriptions. Whoever comes without words, back from a photo's answer, is led to the start page.
    """
    refinement = Refinement("shop.search_words", {}, request.args)
    understood = understand_words(request.args, WORDS)
    if understood is None and not (refinement.narrowed or refinement.ordered):
        return redirect(url_for("shop.start", lang=request.args.get("lang")), 303)
    sentence = read_words(request.args, WORDS)
    if understood is not None:
        values = add_understood(request.args, understood, photo=False, name=WORDS)
        values.setlist(WORDS, [sentence])
        named = refinement.with_values(values)
        if named.address() != refinement.address(page=None):
            return redirect(named.address(), 303)
    asks_for_something = refinement.narrowed or refinement.ordered
    ranking = _list(request.args, sentence="" if asks_for_something or asks_for_anything(sentence) else sentence)
    shown = refining(ranking, refinement)
    return render_template(
        "shop/words.html",
        sentence=sentence,
        told=tell(ranking.request.text, understood),
        closest=None if ranking.similar else find_closest(refinement, ranking.request, _list, shown["currency"]),
        **shown | {"orders": WORDED_TEXTS},
    )


def _list(values: MultiDict[str, str], sentence: str = "") -> Ranking:
    """A page of the products that pass some parameters.

    Args:
        values: the parameters.
        sentence: of which nothing was understood, so that it is searched for in texts; empty if something was.
    """
    asked = replace(read_search(values, services().storefront.known_categories), limit=PAGE_SIZE, collapse=True)
    asked = replace(asked, text=sentence) if sentence else asked
    return services().storefront.list_products(asked, read_order(values))
