"""The words of the report's page that aren't in its templates: names, figures, and what its script says."""

from collections.abc import Callable
from functools import partial
from typing import Any

from babel.numbers import format_decimal

from indexer.evaluation.evaluate import AGAINST_TRAINING, AMONG_THEMSELVES
from search.model_quality.language import Language


def percent(share: float, language: Language) -> str:
    """A share with one decimal; never rounded up to certainty."""
    if share < 1 and round(100 * share, 1) == 100:
        return language.gettext("over %(share)s", share=_format_percent(99.9, "0.0", language))
    return _format_percent(100 * share, "0.0", language)


def short_percent(share: float, language: Language) -> str:
    """A share for under a photo, in whole percent."""
    if 0.995 <= share < 1:
        return ">" + _format_percent(99, "0", language)
    return _format_percent(100 * share, "0", language)


def page_filters(language: Language) -> dict[str, Callable[..., str]]:
    """The template's filters: how figures are written."""

    def share(value: float | None) -> str:
        return "–" if value is None else format_decimal(value, "0.000", locale=language.code)

    def points(value: float) -> str:
        number = format_decimal(100 * value, "0.0", locale=language.code)
        return language.gettext("%(number)s points", number=number)

    return {
        "percent": partial(percent, language=language),
        "short_percent": partial(short_percent, language=language),
        "share": share,
        "points": points,
        "count": language.format_count,
    }


def describe_split(split: str, language: Language) -> dict[str, str]:
    """Which photos were evaluated: ``split_name`` above the heading, and ``split_sentence``."""
    names = {
        "test": language.gettext("test photos"),
        "validation": language.gettext("validation photos"),
        "unseen": language.gettext("unseen photos"),
    }
    sentences = {
        "test": language.gettext("On the test photos of its own split, one view of each."),
        "validation": language.gettext("On the validation photos of its own split, one view of each."),
        "unseen": language.gettext("On photos that its split doesn't know, one view of each."),
    }
    return {"split_name": names[split], "split_sentence": sentences[split]}


def name_places(language: Language) -> dict[str, str]:
    """What photos are searched in, by how an evaluation calls it."""
    return {
        AGAINST_TRAINING: language.gettext("training photos"),
        AMONG_THEMSELVES: language.gettext("each other"),
    }


def name_scores(language: Language) -> dict[str, str]:
    """The scores that tell unknown photos, by how an evaluation calls them."""
    return {
        "probability": language.gettext("highest probability"),
        "entropy": language.gettext("entropy of the probabilities"),
        "nearest": language.gettext("nearest training photo"),
        "joined": language.gettext("probability and nearest photo"),
        "energy": language.gettext("energy"),
    }


def script_texts(language: Language) -> dict[str, Any]:
    """What the page's script says; a message with a number is a pair, for one and for many."""
    gettext, ngettext = language.translations.gettext, language.translations.ngettext
    texts = {
        "unreadable": gettext("can't be read"),
        "takenFor": gettext("taken for"),
        "recognised": gettext("%(actual)s, recognised"),
        "confused": gettext("%(actual)s, taken for %(predicted)s"),
        "mostDoubtfulFirst": gettext("the most doubtful first"),
        "mostConfidentFirst": gettext("the most confident first"),
        "pageHolds": gettext("this page holds %(num)s, predictions.csv names all"),
        "showMore": gettext("Show %(num)s more of %(total)s"),
        "whatItIs": gettext("what it is"),
        "whatItThought": gettext("What it thought"),
        "photo": gettext("Photo"),
        "product": gettext("Product"),
        "previous": gettext("Previous"),
        "next": gettext("Next"),
        "place": gettext("%(num)s of %(total)s"),
    }
    return texts | {"photos": [ngettext("%(num)s photo", "%(num)s photos", number) for number in (1, 2)]}


def _format_percent(number: float, pattern: str, language: Language) -> str:
    return language.gettext("%(number)s%%", number=format_decimal(number, pattern, locale=language.code))
