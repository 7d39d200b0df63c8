"""Searching by words alone: the page of what was found."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from search.words.occasions import SALE, take_occasions
from webapp.http.parameters import read_search, read_words
from webapp.services.access import services
from webapp.services.rankings import Ranking
from webapp.services.searching_views import takes_a_search_place
from webapp.services.worded_request import add_understood, understand_words
from webapp.shop.categories import PAGE_SIZE
from webapp.shop.closest import find_closest
from webapp.shop.refinement import WORDS, Refinement
from webapp.shop.refining import refining


@takes_a_search_place
def search_words() -> BaseResponse | str:
    """The products that a sentence asks for.

    What is understood becomes filters, which stand in the address and can be removed one by one; the rest is searched
    for in titles and descriptions. Whoever comes without words, back from a photo's answer, is led to the start page.
    """
    refinement = Refinement("shop.search_words", {}, request.args)
    understood = understand_words(request.args, WORDS)
    if understood is None and not refinement.narrowed:
        return redirect(url_for("shop.start", lang=request.args.get("lang")), 303)
    sentence = read_words(request.args, WORDS)
    if understood is not None:
        values = add_understood(request.args, understood, photo=False, name=WORDS)
        values.setlist(WORDS, [sentence])
        named = refinement.with_values(values)
        if named.address() != refinement.address(page=None):
            return redirect(named.address(), 303)
    ranking = _list(request.args, sentence="" if refinement.narrowed else sentence)
    shown = refining(ranking, refinement)
    text = ranking.request.text
    return render_template(
        "shop/words.html",
        sentence=sentence,
        understood=understood,
        partly=bool(text and ranking.similar) and not services().storefront.words.is_written(text),
        on_sale_alone=text and take_occasions(text) == (frozenset([SALE]), ""),
        closest=None if ranking.similar else find_closest(refinement, ranking.request, _list),
        **shown,
    )


def _list(values: MultiDict[str, str], sentence: str = "") -> Ranking:
    """A page of the products that pass some parameters.

    Args:
        values: the parameters.
        sentence: of which nothing was understood, so that it is searched for in texts; empty if something was.
    """
    asked = replace(read_search(values, services().storefront.known_categories), limit=PAGE_SIZE, collapse=True)
    return services().storefront.list_products(replace(asked, text=sentence) if sentence else asked)
