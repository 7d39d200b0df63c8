"""What every page with a ranking shares: the values of its template, and how a sentence in its address is taken."""

from flask import redirect, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.errors import MissingPageError
from webapp.services.rankings import Ranking
from webapp.services.worded_request import add_understood, understand_words
from webapp.shop.orders import ANSWER_TEXTS, read_order
from webapp.shop.refinement import Refinement, count_colours


def refining(ranking: Ranking, refinement: Refinement | None) -> dict[str, object]:
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
    return redirect(refinement.with_values(add_understood(request.args, understood)).address(), 303)
