"""A sentence beside other parameters: what it asks for takes its place among them."""

from werkzeug.datastructures import MultiDict

from search.words.understanding import WordsUnderstood
from webapp.http.orders import PARAMETER as ORDER
from webapp.http.parameters import read_words
from webapp.services.access import services

SENTENCE = "words"  # parameter of what somebody wrote beside a photo


def understand_words(values: MultiDict[str, str], name: str = SENTENCE) -> WordsUnderstood | None:
    """What the sentence among a request's parameters asks for; None if there is none.

    Raises:
        BadParameterError: the sentence is too long. IndexUnavailableError: there is no index to understand it by.
    """
    sentence = read_words(values, name)
    if not sentence:
        return None
    storefront = services().storefront
    return storefront.words.understand(sentence, storefront.index.current())


def add_understood(
    values: MultiDict[str, str], understood: WordsUnderstood | None, *, photo: bool = True, name: str = SENTENCE
) -> MultiDict[str, str]:
    """The parameters with what was understood in place of the sentence.

    Args:
        values: the request's parameters; a filter that the sentence names too is replaced.
        understood: from ``understand_words``.
        photo: whether there is a photo, whose colour can be changed; otherwise a colour is a filter.
        name: of the sentence's parameter.
    """
    merged = MultiDict(values)
    merged.poplist(name)
    if understood is None:
        return merged
    for parameter, texts in understood.filters.items():
        merged.setlist(parameter, list(texts))
    _drop_contradicted(merged, understood)
    if understood.order is not None:
        merged.setlist(ORDER, [understood.order])
    if "colour" in understood.filters:
        merged.poplist("in_colour")  # what was asked for before
    if understood.colour is not None:
        merged.poplist("colour")  # beside a photo it was a filter, and another one is wanted now
        if photo:
            merged.setlist("in_colour", [understood.colour])
        else:
            merged.setlist("colour", list(understood.colours))
    unwanted = [f"{parameter}:{value}" for parameter, value in understood.without]
    merged.setlist("without", list(dict.fromkeys([*merged.getlist("without"), *unwanted])))
    if understood.text:
        merged.setlist("text", [understood.text])
    return merged


def _drop_contradicted(merged: MultiDict[str, str], understood: WordsUnderstood) -> None:
    """Of two limits of a price that leave nothing, the one that was there before goes."""
    given = [parameter for parameter in ("min_price", "max_price") if parameter in understood.filters]
    if len(given) == 1:
        merged.poplist("max_price" if given[0] == "min_price" else "min_price")
