"""What the quality pages say of an evaluation: how it was made, what it left out, and what it found."""

from dataclasses import dataclass

from flask_babel import get_locale, gettext, ngettext

from search.model_quality import findings
from search.model_quality.catalog_evaluation import HELD_OUT, CatalogEvaluation
from search.model_quality.language import Language
from webapp.http.vocabulary import name_category


@dataclass(frozen=True)
class FindingText:
    """A finding in a sentence, and the filter for the photos that show it."""

    text: str
    show: str | None = None  # None: no photos show it
    actual: str | None = None
    predicted: str | None = None


def format_count(number: int) -> str:
    """A whole number as the reader's language writes it, "12,345"."""
    return _language().format_count(number)


def format_share(share: float | None) -> str:
    """A share with one decimal, "87.5%"; never rounded to 0% or 100%, unless it is exactly that."""
    return _language().format_share(share)


def describe_method(evaluation: CatalogEvaluation) -> str:
    """Which photos were evaluated, and how."""
    numbers = {"judged": format_count(evaluation.judged), "photos": format_count(evaluation.photos)}
    if evaluation.method == HELD_OUT and evaluation.split == "test":
        return gettext(
            "Judged on %(judged)s of the catalogue's %(photos)s photos: those that the model's training set aside for "
            "judging and never learned from.",
            **numbers,
        )
    if evaluation.method == HELD_OUT:
        return gettext(
            "Judged on %(judged)s of the catalogue's %(photos)s photos: those that the model's training didn't learn "
            "from, but chose its best state by. So the figures are a little too kind.",
            **numbers,
        )
    return gettext(
        "Judged on %(judged)s of the catalogue's %(photos)s photos, in %(folds)s turns. In each, the categories were "
        "learned from the other products, so no photo was judged by what had learned it or another photo of the same "
        "product.",
        folds=evaluation.folds,
        **numbers,
    )


def describe_left_out(evaluation: CatalogEvaluation) -> list[str]:
    """Why the other photos weren't evaluated, in a sentence for each reason."""
    return [_describe_reason(reason, photos) for reason, photos in evaluation.left_out.items()]


def _describe_reason(reason: str, photos: int) -> str:
    number = {"num": photos, "photos": format_count(photos)}
    if reason == "learned":
        return ngettext("%(photos)s photo was learned from.", "%(photos)s photos were learned from.", **number)
    if reason == "other_side":
        return ngettext(
            "%(photos)s photo helped to choose the best state of the training.",
            "%(photos)s photos helped to choose the best state of the training.",
            **number,
        )
    if reason == "not_in_split":
        return ngettext(
            "%(photos)s photo is new since the training.", "%(photos)s photos are new since the training.", **number
        )
    if reason == "unknown_class":
        return ngettext(
            "%(photos)s photo is of a category that the model doesn't know.",
            "%(photos)s photos are of categories that the model doesn't know.",
            **number,
        )
    if reason == "alone":
        return ngettext(
            "%(photos)s photo is of a category with no other product to learn from.",
            "%(photos)s photos are of categories with no other product to learn from.",
            **number,
        )
    return ngettext("%(photos)s photo can't be read.", "%(photos)s photos can't be read.", **number)


def describe_findings(evaluation: CatalogEvaluation) -> list[FindingText]:
    """All findings: the most frequent mistakes first, the calibration of the probabilities last."""
    labels = evaluation.labels
    return [
        FindingText(
            one.text,
            one.show,
            None if one.actual is None else labels[one.actual],
            None if one.predicted is None else labels[one.predicted],
        )
        for one in findings.describe_findings(evaluation, _language(), name_category)
    ]


def _language() -> Language:
    """The reader's."""
    return Language(get_locale().language)
