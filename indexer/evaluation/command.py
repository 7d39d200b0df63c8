"""``python -m indexer evaluate``: read, evaluate, check the labels, write the report, and say the main figures."""

from collections.abc import Mapping
from pathlib import Path

from indexer.errors import TrainingDataError
from indexer.evaluation.cross_view import mean_found_first, read_shops
from indexer.evaluation.evaluate import evaluate_bundle
from indexer.evaluation.findings import describe_result
from indexer.evaluation.report import PAGE, write_report
from indexer.labels.label_issues import write_label_csvs
from indexer.labels.source_check import check_labels
from indexer.training.corrections import apply_corrections, find_corrected_labels
from indexer.training.development_photos import data_dir
from indexer.training.examples import read_examples
from indexer.training.splitting import read_split
from search.model.bundle import CATEGORY, SPLIT, Bundle
from search.model.embedder import Embedder
from search.model_quality.language import Language
from search.settings import PRETRAINED_BUNDLE


def evaluate_source(
    bundle: Path,
    source: Path,
    report: Path,
    *,
    label: str,
    mapping: Mapping[str, str],
    split: str,
    labels: bool,
    corrections: bool = True,
    language: Language | None = None,
    cache: Path,
    progress: bool = True,
) -> list[str]:
    """Evaluate a bundle and write the report.

    Args:
        bundle: the bundle's directory.
        source: what it was trained on, or any other source with ``split`` "unseen".
        report: the report's directory.
        label: the column that the category is in.
        mapping: field to column.
        split: "test", "validation" or "unseen".
        labels: also look for wrong labels and duplicates, in all of the source.
        corrections: evaluate by the labels that were corrected in the studio, as a training learns them.
        language: of the report and of what is returned; None for English.
        cache: where decoded photos and vectors are kept.
        progress: show bars.

    Returns:
        What was found, in sentences.

    Raises:
        TrainingDataError, SourceError, BundleError, StorageError: as ``evaluate_bundle`` and ``write_report``.
    """
    language = language or Language()
    if split != "unseen":
        read_split(bundle / SPLIT)  # better known before the source is read
    heads = [head for head in Bundle.open(bundle).heads if head != CATEGORY]
    read = read_examples(source, mapping=mapping, label=label, also=heads, also_needed=False, progress=progress)
    examples = read.examples
    applied = apply_corrections(examples, source, find_corrected_labels() if corrections else ())
    missing = [head for head in heads if head not in examples]
    result = evaluate_bundle(bundle, examples, split=split, language=language, progress=progress)
    if missing:
        names = ", ".join(missing)
        result.notes.append(
            language.gettext("The source has no column for what the model also tells: %(names)s.", names=names)
        )
    result.notes += [f"{sentence}." for sentence in applied.describe(language)]
    if labels:
        # The shipped network never saw this source's labels; the bundle's own would only repeat them.
        checked = check_labels(examples, PRETRAINED_BUNDLE, cache, progress=progress)
        result.label_issues, result.near_duplicates = checked.issues, checked.near_duplicates
        result.duplicate_conflicts = checked.conflicts
        write_label_csvs(
            report,
            examples,
            issues=checked.issues,
            near_duplicates=checked.near_duplicates,
            conflicts=checked.conflicts,
        )
    write_report(report, result, language=language, progress=progress)
    findings = [finding.text for finding in describe_result(result, language)]
    written = language.gettext("The report: %(path)s", path=report / PAGE)
    return [*applied.describe(language), *findings, *_compare_cross_view(bundle, language), written]


def _compare_cross_view(bundle: Path, language: Language) -> list[str]:
    """What the training did to shops that it hasn't seen, where the development shops are at hand."""
    try:
        shops = read_shops(data_dir())
    except TrainingDataError:
        return []
    before, after = (mean_found_first(shops, Embedder(Bundle.open(path))) for path in (PRETRAINED_BUNDLE, bundle))
    return [
        language.gettext(
            "In %(shops)s shops that no training saw, %(after)s of photos find another side of their product first; "
            "with the shipped bundle %(before)s do",
            shops=len(shops),
            after=language.format_share(after),
            before=language.format_share(before),
        )
    ]
