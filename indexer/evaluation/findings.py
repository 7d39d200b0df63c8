"""What the figures say, in sentences that a merchandiser reads without a manual."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer.evaluation.metrics import TOP
from indexer.evaluation.result import EvaluationResult, HeadEvaluation

_CONFUSIONS = 3  # told in words
_ENOUGH_PHOTOS = 5  # of a class, before anything is said about it
_DOUBTFUL_SHARE = 0.1  # of the photos, that a person might look at
_WELL_CALIBRATED = 0.03  # expected calibration error below which probabilities may be taken at their word


@dataclass(frozen=True)
class Confusion:
    """Photos of one class that are taken for another."""

    actual: int  # code of the label
    predicted: int
    photos: int
    of: int  # photos of the actual class


@dataclass(frozen=True)
class Finding:
    """One sentence, and the cell of the confusion matrix that shows the photos behind it."""

    text: str
    cell: tuple[int, int] | None = None  # actual, predicted


def find_confusions(head: HeadEvaluation) -> list[Confusion]:
    """All confusions that happened, the most frequent first; among equals the one that hits the larger share."""
    matrix = np.array(head.metrics["confusion"])
    support = matrix.sum(axis=1)
    off = matrix - np.diag(np.diag(matrix))
    found = [
        Confusion(int(actual), int(predicted), int(off[actual, predicted]), int(support[actual]))
        for actual, predicted in np.argwhere(off)
    ]
    return sorted(found, key=lambda one: (-one.photos, one.of, one.actual, one.predicted))


def describe_result(result: EvaluationResult) -> list[Finding]:
    """Where the classifier goes wrong most, first; then what its probabilities and vectors are worth."""
    head = result.main
    return [
        *_describe_confusions(head),
        *_describe_classes(head),
        *_describe_second_guesses(head),
        *_describe_doubts(head),
        *_describe_calibration(head),
        *_describe_labels(result),
        *_describe_other_heads(result),
        *_describe_unknown(result.unknown),
    ]


def times(count: int) -> str:
    """Once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def percent(share: float, digits: int = 1) -> str:
    """A share as people read it; never rounded up to certainty."""
    text = f"{100 * share:.{digits}f}%"
    return f"over {100 - 10**-digits:.{digits}f}%" if share < 1 and float(text[:-1]) == 100 else text


def short_percent(share: float) -> str:
    """A share for under a photo, in whole percent."""
    return ">99%" if 0.995 <= share < 1 else f"{100 * share:.0f}%"


def _describe_confusions(head: HeadEvaluation) -> Iterator[Finding]:
    confusions = find_confusions(head)
    if not confusions:
        yield Finding("Not a single photo is taken for something else.")
        return
    by_cell = {(one.actual, one.predicted): one for one in confusions}
    told: set[tuple[int, int]] = set()
    for one in confusions:
        if len(told) >= _CONFUSIONS or (one.photos == 1 and told):
            break
        if (one.predicted, one.actual) in told:
            continue
        actual, predicted = head.labels[one.actual], head.labels[one.predicted]
        text = f"“{actual}” is taken for “{predicted}” {times(one.photos)} of {one.of:,}"
        if not told:
            alone = len(confusions) == 1 or confusions[1].photos < one.photos
            text += ", the most frequent confusion" if alone else ", as often as any confusion"
        back = by_cell.get((one.predicted, one.actual))
        text += f"; the other way round {times(back.photos)} of {back.of:,}." if back else "."
        told.add((one.actual, one.predicted))
        yield Finding(text, (one.actual, one.predicted))
    mistakes = head.metrics["photos"] - head.metrics["correct"]
    top = sum(one.photos for one in confusions[:_CONFUSIONS])
    if len(confusions) > _CONFUSIONS and top * 3 >= mistakes:
        yield Finding(
            f"The {_CONFUSIONS} most frequent confusions make up {top:,} of the {mistakes:,} mistakes; "
            f"the others spread over {len(confusions) - _CONFUSIONS:,} more pairs of classes."
        )


def _describe_classes(head: HeadEvaluation) -> Iterator[Finding]:
    enough = [one for one in head.metrics["classes"] if one["support"] >= _ENOUGH_PHOTOS]
    if len(enough) < 3:
        return
    worst = min(enough, key=lambda one: one["recall"])
    if worst["recall"] < 1:
        found = round(worst["recall"] * worst["support"])
        yield Finding(
            f"The hardest class is “{worst['label']}”: {found:,} of its {worst['support']:,} photos are recognised."
        )
    flawless = sum(one["recall"] == 1 for one in enough)
    if flawless:
        verb = "is" if flawless == 1 else "are"
        yield Finding(
            f"{flawless:,} of the {len(enough):,} classes with at least {_ENOUGH_PHOTOS} photos {verb} recognised "
            "without a miss."
        )


def _describe_second_guesses(head: HeadEvaluation) -> Iterator[Finding]:
    mistakes = head.metrics["photos"] - head.metrics["correct"]
    if len(head.labels) <= TOP or not mistakes:
        return
    rescued = round(head.metrics["top_3_accuracy"] * head.metrics["photos"]) - head.metrics["correct"]
    yield Finding(f"Of the {mistakes:,} mistakes, {rescued:,} have the right class as the second or third guess.")


def _describe_doubts(head: HeadEvaluation) -> Iterator[Finding]:
    """What is gained when a person looks at the photos that the classifier is least sure of."""
    aside = round(_DOUBTFUL_SHARE * len(head.rows))
    correct = head.predicted == head.targets
    if not aside or correct.all():
        return
    kept = np.argsort(head.confidences, kind="stable")[aside:]
    yield Finding(
        f"If a person looked at the {percent(_DOUBTFUL_SHARE, 0)} it is least sure of ({aside:,} photos), "
        f"{percent(float(correct[kept].mean()))} of the others would be right."
    )


def _describe_calibration(head: HeadEvaluation) -> Iterator[Finding]:
    error = head.metrics["expected_calibration_error"]
    if error < _WELL_CALIBRATED:
        yield Finding(
            f"Its probabilities may be taken at their word: they are off by {100 * error:.1f} points on average."
        )
        return
    mean = float(head.confidences.mean(dtype=np.float64))
    lean = "promises more than it keeps" if mean > head.metrics["accuracy"] else "is better than it says"
    yield Finding(
        f"It {lean}: on average it gives its answer {percent(mean)}, and {percent(head.metrics['accuracy'])} are right."
    )


def _describe_labels(result: EvaluationResult) -> Iterator[Finding]:
    issues = result.label_issues
    if issues is None or issues.empty:
        return
    head = result.main
    wrong = set(head.rows[head.predicted != head.targets].tolist())
    shared = len(wrong & set(issues["row"].tolist()))
    text = f"{len(issues):,} labels of the source look wrong"
    yield Finding(f"{text}; {shared:,} of the mistakes are among them." if shared else f"{text}.")


def _describe_other_heads(result: EvaluationResult) -> Iterator[Finding]:
    for head in list(result.heads.values())[1:]:
        text = f"Of {head.metrics['photos']:,} photos, the {head.name} is right for {percent(head.metrics['accuracy'])}"
        confusions = find_confusions(head)
        if not confusions:
            yield Finding(f"{text}.")
            continue
        most = confusions[0]
        yield Finding(
            f"{text}; most often “{head.labels[most.actual]}” is taken for “{head.labels[most.predicted]}” "
            f"({times(most.photos)} of {most.of:,})."
        )


def _describe_unknown(unknown: dict[str, Any] | None) -> Iterator[Finding]:
    if not unknown:
        return
    score = unknown["scores"][unknown["chosen"]]
    yield Finding(
        f"Shown a photo of a class it doesn't know and one that it does, it finds the stranger "
        f"{percent(score['auroc'])} of the time; when 95% of known photos may pass, "
        f"{percent(score['missed_at_95'])} of the strange ones do too."
    )
