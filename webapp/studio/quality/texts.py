"""The findings of an evaluation, in sentences that a merchandiser reads without a manual."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import format_decimal, gettext, ngettext

from search.model_quality.catalog_evaluation import HELD_OUT, CatalogEvaluation, Confusion
from search.model_quality.predictions import DOUBTFUL, RIGHT, WRONG
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
    text: str = format_decimal(number)
    return text


def format_share(share: float | None) -> str:
    """A share with one decimal, "87.5%"; never rounded to 0% or 100%, unless it is exactly that."""
    if share is None:
        return "–"
    percent = round(100 * share, 1)
    if 0 < share < 1:
        percent = min(99.9, max(0.1, percent))
    return gettext("%(number)s%%", number=format_decimal(percent, format="0.0" if 0 < percent < 100 else "0"))


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
    return [
        *_describe_confusions(evaluation),
        *_describe_classes(evaluation),
        *_describe_doubts(evaluation),
        _describe_calibration(evaluation),
    ]


def _describe_confusions(evaluation: CatalogEvaluation) -> Iterator[FindingText]:
    facts = evaluation.facts
    if not facts.confusions:
        yield FindingText(gettext("Not a single photo is taken for something else."))
    for number, confusion in enumerate(facts.confusions):
        actual, predicted = evaluation.labels[confusion.actual], evaluation.labels[confusion.predicted]
        text = _describe_confusion(actual, predicted, confusion)
        if number == 0 and facts.confusion_is_alone:
            most = gettext("That is the most frequent confusion.")
            text = f"{text} {most}"
        yield FindingText(text, WRONG, actual, predicted)
    if facts.concentrated is not None:
        yield FindingText(
            gettext(
                "The three most frequent confusions make up %(photos)s of the %(mistakes)s mistakes; the others are "
                "spread over %(pairs)s more pairs of categories.",
                photos=format_count(facts.concentrated),
                mistakes=format_count(evaluation.mistakes),
                pairs=format_count(facts.pairs - 3),
            )
        )


def _describe_confusion(actual: str, predicted: str, confusion: Confusion) -> str:
    text = gettext(
        "“%(actual)s” is taken for “%(predicted)s” in %(photos)s of %(of)s photos.",
        actual=name_category(actual),
        predicted=name_category(predicted),
        photos=format_count(confusion.photos),
        of=format_count(confusion.of),
    )
    if not confusion.back:
        return text
    back = gettext(
        "The other way round, in %(photos)s of %(of)s.",
        photos=format_count(confusion.back),
        of=format_count(confusion.back_of),
    )
    return f"{text} {back}"


def _describe_classes(evaluation: CatalogEvaluation) -> Iterator[FindingText]:
    facts = evaluation.facts
    if facts.hardest is not None:
        hardest = evaluation.classes[facts.hardest]
        text = gettext(
            "The hardest category is “%(category)s”: %(found)s of its %(photos)s photos are recognised.",
            category=name_category(hardest.label),
            found=format_count(hardest.correct),
            photos=format_count(hardest.support),
        )
        yield FindingText(text, WRONG, hardest.label)
    if facts.flawless:
        yield FindingText(
            ngettext(
                "%(num)s of the %(of)s categories with enough photos to say so is recognised without a miss.",
                "%(num)s of the %(of)s categories with enough photos to say so are recognised without a miss.",
                facts.flawless,
                of=format_count(facts.flawless_of),
            )
        )
    if facts.rescued is not None:
        yield FindingText(
            gettext(
                "In %(rescued)s of the %(mistakes)s mistakes the right category is the second or third guess.",
                mistakes=format_count(evaluation.mistakes),
                rescued=format_count(facts.rescued),
            )
        )


def _describe_doubts(evaluation: CatalogEvaluation) -> Iterator[FindingText]:
    facts = evaluation.facts
    if facts.doubtful is not None and facts.right_without_doubtful is not None:
        text = gettext(
            "If a person looked at the tenth that it is least sure of (%(photos)s photos), %(share)s of the others "
            "would be right.",
            photos=format_count(facts.doubtful),
            share=format_share(facts.right_without_doubtful),
        )
        yield FindingText(text, DOUBTFUL if evaluation.correct else None)


def _describe_calibration(evaluation: CatalogEvaluation) -> FindingText:
    facts = evaluation.facts
    if facts.is_calibrated:
        points = format_decimal(round(100 * evaluation.calibration_error, 1))
        return FindingText(
            gettext(
                "Its probabilities may be taken at their word: they are off by %(points)s points on average.",
                points=points,
            )
        )
    numbers = {"said": format_share(facts.mean_confidence), "right": format_share(evaluation.accuracy)}
    if facts.mean_confidence > evaluation.accuracy:
        text = gettext(
            "It promises more than it keeps: on average it gives its answer %(said)s, and %(right)s are right.",
            **numbers,
        )
        return FindingText(text, WRONG)
    return FindingText(
        gettext(
            "It is better than it says: on average it gives its answer %(said)s, and %(right)s are right.", **numbers
        ),
        RIGHT,
    )
