"""What the figures say, in sentences that a merchandiser reads without a manual."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer.evaluation.facts import (
    CONFUSIONS_TOLD,
    DOUBTFUL_SHARE,
    ENOUGH_PHOTOS,
    WELL_CALIBRATED,
    choose_confusions,
    count_concentrated,
    count_flawless,
    find_confusions,
    find_hardest,
    measure_doubts,
)
from indexer.evaluation.result import EvaluationResult, HeadEvaluation
from indexer.evaluation.top_k_predictions import TOP


@dataclass(frozen=True)
class Finding:
    """One sentence, and the cell of the confusion matrix that shows the photos behind it."""

    text: str
    cell: tuple[int, int] | None = None  # actual, predicted


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
    confusions = find_confusions(np.array(head.metrics["confusion"]))
    if not confusions:
        yield Finding("Not a single photo is taken for something else.")
        return
    for number, one in enumerate(choose_confusions(confusions)):
        actual, predicted = head.labels[one.there.actual], head.labels[one.there.predicted]
        text = f"“{actual}” is taken for “{predicted}” {times(one.there.photos)} of {one.there.of:,}"
        if number == 0:
            text += ", the most frequent confusion" if one.alone else ", as often as any confusion"
        text += f"; the other way round {times(one.back.photos)} of {one.back.of:,}." if one.back else "."
        yield Finding(text, (one.there.actual, one.there.predicted))
    concentrated = count_concentrated(confusions)
    if concentrated is not None:
        mistakes = head.metrics["photos"] - head.metrics["correct"]
        yield Finding(
            f"The {CONFUSIONS_TOLD} most frequent confusions make up {concentrated:,} of the {mistakes:,} mistakes; "
            f"the others spread over {len(confusions) - CONFUSIONS_TOLD:,} more pairs of classes."
        )


def _describe_classes(head: HeadEvaluation) -> Iterator[Finding]:
    worst = find_hardest(head.metrics["classes"])
    if worst is not None:
        found = round(worst["recall"] * worst["support"])
        yield Finding(
            f"The hardest class is “{worst['label']}”: {found:,} of its {worst['support']:,} photos are recognised."
        )
    flawless, judged = count_flawless(head.metrics["classes"])
    if flawless:
        verb = "is" if flawless == 1 else "are"
        yield Finding(
            f"{flawless:,} of the {judged:,} classes with at least {ENOUGH_PHOTOS} photos {verb} recognised "
            "without a miss."
        )


def _describe_second_guesses(head: HeadEvaluation) -> Iterator[Finding]:
    mistakes = head.metrics["photos"] - head.metrics["correct"]
    if len(head.labels) <= TOP or not mistakes:
        return
    rescued = round(head.metrics["top_3_accuracy"] * head.metrics["photos"]) - head.metrics["correct"]
    yield Finding(f"Of the {mistakes:,} mistakes, {rescued:,} have the right class as the second or third guess.")


def _describe_doubts(head: HeadEvaluation) -> Iterator[Finding]:
    doubts = measure_doubts(head.confidences, head.predicted == head.targets)
    if doubts is not None:
        aside, right = doubts
        yield Finding(
            f"If a person looked at the {percent(DOUBTFUL_SHARE, 0)} it is least sure of ({aside:,} photos), "
            f"{percent(right)} of the others would be right."
        )


def _describe_calibration(head: HeadEvaluation) -> Iterator[Finding]:
    error = head.metrics["expected_calibration_error"]
    if error < WELL_CALIBRATED:
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
        confusions = find_confusions(np.array(head.metrics["confusion"]))
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
