"""What the figures of an evaluation say, in sentences that a merchandiser reads without a manual.

The studio's quality pages and the report of ``python -m indexer evaluate`` show the same sentences, in English and
Spanish. They stand here because both packages may import this one, and neither may import the other.
"""

# The Spanish sentences are in search/translations; `make translations` collects and compiles them.

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.model_quality.catalog_evaluation import ClassFigures, Confusion, Facts
from search.model_quality.language import Language
from search.model_quality.predictions import DOUBTFUL, RIGHT, WRONG


class EvaluatedFigures(Protocol):
    """What the findings need of an evaluation; a ``CatalogEvaluation`` has it."""

    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def classes(self) -> Sequence[ClassFigures]: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def correct(self) -> int: ...
    @property
    def mistakes(self) -> int: ...
    @property
    def accuracy(self) -> float: ...
    @property
    def calibration_error(self) -> float: ...


@dataclass(frozen=True)
class Finding:
    """One finding, and the photos that show it."""

    text: str
    show: str | None = None  # a kind of photos, of ``predictions.KINDS``; None: no photos show it
    actual: int | None = None  # codes of labels that narrow the photos down
    predicted: int | None = None


def describe_findings(
    figures: EvaluatedFigures, language: Language, name_label: Callable[[str], str] = str
) -> list[Finding]:
    """All findings about a classifier: the most frequent mistakes first, the calibration of the probabilities last.

    Args:
        figures: of the evaluation.
        language: of the sentences.
        name_label: how a category is shown to the reader.
    """
    return [
        *_describe_confusions(figures, language, name_label),
        *_describe_classes(figures, language, name_label),
        *_describe_doubts(figures, language),
        _describe_calibration(figures, language),
    ]


def describe_label_issues(issues: int, among_mistakes: int, language: Language) -> Finding:
    """How many labels of a source look wrong, and how many of the mistakes are photos with such labels."""
    text = language.ngettext(
        "%(num)s label of the source looks wrong.", "%(num)s labels of the source look wrong.", issues
    )
    if not among_mistakes:
        return Finding(text)
    shared = language.ngettext(
        "%(num)s of the mistakes is among them.", "%(num)s of the mistakes are among them.", among_mistakes
    )
    return Finding(f"{text} {shared}")


def describe_head(
    head: str, photos: int, accuracy: float, most: tuple[str, str, int, int] | None, language: Language
) -> Finding:
    """How well another head (gender, colour) does.

    Args:
        head: its name.
        photos: that were evaluated.
        accuracy: share of them that is right.
        most: the most frequent confusion: actual label, predicted label, photos, and all photos of the actual label.
        language: of the sentence.
    """
    text = language.gettext(
        "Of %(photos)s photos, the %(head)s is right for %(share)s.",
        photos=language.format_count(photos),
        head=head,
        share=language.format_share(accuracy),
    )
    if most is None:
        return Finding(text)
    actual, predicted, count, of = most
    return Finding(f"{text} {_describe_confusion(actual, predicted, count, of, language)}")


def describe_unknown(auroc: float, missed: float, language: Language) -> Finding:
    """How well photos of unknown classes are told apart.

    Args:
        auroc: how often a photo of an unknown class scores stranger than one of a known class.
        missed: share of unknown photos that pass when 95% of the known photos do.
        language: of the sentence.
    """
    return Finding(
        language.gettext(
            "Shown a photo of a category that it doesn't know and one of a category that it knows, it tells which is "
            "which %(share)s of the time. When 95%% of the known photos may pass, %(missed)s of the unknown ones do "
            "too.",
            share=language.format_share(auroc),
            missed=language.format_share(missed),
        )
    )


def _describe_confusions(
    figures: EvaluatedFigures, language: Language, name_label: Callable[[str], str]
) -> Iterator[Finding]:
    facts = figures.facts
    if not facts.confusions:
        yield Finding(language.gettext("Not a single photo is taken for something else."))
    for number, one in enumerate(facts.confusions):
        text = _describe_both_ways(one, [name_label(label) for label in figures.labels], language)
        if number == 0 and facts.confusion_is_alone:
            most = language.gettext("That is the most frequent confusion.")
            text = f"{text} {most}"
        yield Finding(text, WRONG, one.actual, one.predicted)
    if facts.concentrated is not None:
        yield Finding(
            language.gettext(
                "The three most frequent confusions make up %(photos)s of the %(mistakes)s mistakes; the others are "
                "spread over %(pairs)s more pairs of categories.",
                photos=language.format_count(facts.concentrated),
                mistakes=language.format_count(figures.mistakes),
                pairs=language.format_count(facts.pairs - 3),
            )
        )


def _describe_both_ways(confusion: Confusion, names: Sequence[str], language: Language) -> str:
    text = _describe_confusion(
        names[confusion.actual], names[confusion.predicted], confusion.photos, confusion.of, language
    )
    if not confusion.back:
        return text
    back = language.gettext(
        "The other way round, in %(photos)s of %(of)s.",
        photos=language.format_count(confusion.back),
        of=language.format_count(confusion.back_of),
    )
    return f"{text} {back}"


def _describe_confusion(actual: str, predicted: str, photos: int, of: int, language: Language) -> str:
    return language.gettext(
        "“%(actual)s” is taken for “%(predicted)s” in %(photos)s of %(of)s photos.",
        actual=actual,
        predicted=predicted,
        photos=language.format_count(photos),
        of=language.format_count(of),
    )


def _describe_classes(
    figures: EvaluatedFigures, language: Language, name_label: Callable[[str], str]
) -> Iterator[Finding]:
    facts = figures.facts
    if facts.hardest is not None:
        hardest = figures.classes[facts.hardest]
        text = language.gettext(
            "The hardest category is “%(category)s”: %(found)s of its %(photos)s photos are recognised.",
            category=name_label(hardest.label),
            found=language.format_count(hardest.correct),
            photos=language.format_count(hardest.support),
        )
        yield Finding(text, WRONG, facts.hardest)
    if facts.flawless:
        yield Finding(
            language.ngettext(
                "%(num)s of the %(of)s categories with enough photos to say so is recognised without a miss.",
                "%(num)s of the %(of)s categories with enough photos to say so are recognised without a miss.",
                facts.flawless,
                of=language.format_count(facts.flawless_of),
            )
        )
    if facts.rescued is not None:
        yield Finding(
            language.gettext(
                "In %(rescued)s of the %(mistakes)s mistakes the right category is the second or third guess.",
                mistakes=language.format_count(figures.mistakes),
                rescued=language.format_count(facts.rescued),
            )
        )


def _describe_doubts(figures: EvaluatedFigures, language: Language) -> Iterator[Finding]:
    facts = figures.facts
    if facts.doubtful is not None and facts.right_without_doubtful is not None:
        text = language.gettext(
            "If a person looked at the tenth that it is least sure of (%(photos)s photos), %(share)s of the others "
            "would be right.",
            photos=language.format_count(facts.doubtful),
            share=language.format_share(facts.right_without_doubtful),
        )
        yield Finding(text, DOUBTFUL if figures.correct else None)


def _describe_calibration(figures: EvaluatedFigures, language: Language) -> Finding:
    facts = figures.facts
    if facts.is_calibrated:
        return Finding(
            language.gettext(
                "Its probabilities may be taken at their word: they are off by %(points)s points on average.",
                points=language.format_count(round(100 * figures.calibration_error, 1)),
            )
        )
    numbers = {"said": language.format_share(facts.mean_confidence), "right": language.format_share(figures.accuracy)}
    if facts.mean_confidence > figures.accuracy:
        text = language.gettext(
            "It promises more than it keeps: on average it gives its answer %(said)s, and %(right)s are right.",
            **numbers,
        )
        return Finding(text, WRONG)
    return Finding(
        language.gettext(
            "It is better than it says: on average it gives its answer %(said)s, and %(right)s are right.", **numbers
        ),
        RIGHT,
    )
