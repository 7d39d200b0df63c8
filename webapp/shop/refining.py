"""What every page with a ranking shares: the values of its template, and how a sentence in its address is taken."""

from typing import Any

from flask import redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from search.words.understanding import WordsUnderstood
from webapp.errors import MissingPageError
from webapp.http.orders import read_order
from webapp.http.parameters import read_words
from webapp.services.access import services
from webapp.services.currency import latest_currency
from webapp.services.rankings import Ranking
from webapp.services.worded_request import SENTENCE, add_understood, understand_words
from webapp.shop.orders import ANSWER_TEXTS
from webapp.shop.refinement import WORDS, Refinement, count_colours
from webapp.shop.understood import differs


def refining(ranking: Ranking, refinement: Refinement | None) -> dict[str, Any]:
    """What templates need to show a ranking with its filters and pages.

    Raises:
        MissingPageError: the ranking has fewer pages than the address asks for.
    """
    page = ranking.request.page
    if page > max(1, ranking.pages):
        raise MissingPageError(f"There are {ranking.pages} pages of products; there is no page {page}.")
    if refinement is None:
        return {"answer": ranking, "refinement": None, "address": None, "chips": [], "unfiltered": None}
    shown = (*ranking.similar, *getattr(ranking, "goes_with", ()))
    currency = next((item.product.currency for item in shown if item.product.currency), None)
    if currency is None and not shown:
        currency = latest_currency(services().catalog)
    return {
        "answer": ranking,
        "refinement": refinement.values,
        "address": refinement.address,
        "chips": refinement.chips(ranking.request, currency, count_colours(ranking.facets)),
        "unfiltered": refinement.unfiltered(),
        "orders": ANSWER_TEXTS,
        "order": read_order(request.values),
        "currency": currency,
    }


def redirect_understood(refinement: Refinement) -> BaseResponse | None:
    """Where a photo's page with a sentence leads: to itself, asked for what was understood; None without a sentence."""
    understood = understand_words(request.args)
    if understood is None:
        return None
    return redirect(refinement.with_values(values_beside_photo(request.args, understood)).address(), 303)


def values_beside_photo(values: MultiDict[str, str], understood: WordsUnderstood | None) -> MultiDict[str, str]:
    """The parameters of a photo's page, with what was understood in place of the sentence.

    The sentence stays among them where something was taken for something else, so that the page can say so.
    """
    merged = add_understood(values, understood)
    if understood is not None:
        merged.setlist(WORDS, [read_words(values, SENTENCE)] if differs(understood) else [])
    return merged
