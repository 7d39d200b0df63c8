"""Writing an evaluation down: figures for programs, tables for spreadsheets, one page for people."""

import json
from pathlib import Path
from typing import Any

import jinja2

from indexer.corpus.photo_table import name_images
from indexer.csv_tables import csv_text
from indexer.errors import StorageError
from indexer.evaluation.album import Album
from indexer.evaluation.findings import describe_result
from indexer.evaluation.page_content import WALL_LIMIT, describe_page, list_paths
from indexer.evaluation.page_texts import page_filters
from indexer.evaluation.predictions import confusion_table, predictions_table
from indexer.evaluation.result import EvaluationResult
from search.files import written_aside
from search.model_quality.language import Language

METRICS = "metrics.json"
PREDICTIONS = "predictions.csv"
CONFUSION = "confusion.csv"
PAGE = "index.html"
FORMAT = 1  # of metrics.json

_PAGE_PARTS = Path(__file__).with_name("page")


def write_report(
    directory: Path,
    result: EvaluationResult,
    *,
    language: Language | None = None,
    wall_limit: int = WALL_LIMIT,
    progress: bool = True,
) -> None:
    """Write ``metrics.json``, ``predictions.csv``, ``confusion.csv`` and ``index.html`` into a directory.

    The page stands on its own: styles, script and thumbnails are in it, nothing is fetched, so that it can be opened
    from a disk, mailed or put on any server. It grows with ``wall_limit`` (5 to 8 kB a photo), not with the source.

    Args:
        directory: made if need be; files of an earlier report there are replaced.
        result: from ``evaluate_bundle``.
        language: of the page and of the findings in ``metrics.json``; None for English.
        wall_limit: photos in the page at most; mistakes come first.
        progress: show a bar while thumbnails are made.

    Raises:
        StorageError: the directory can't be written.
    """
    head, language = result.main, language or Language()
    page = render_page(result, language=language, wall_limit=wall_limit, progress=progress)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _write_text(
            directory / METRICS, json.dumps(collect_metrics(result, language), indent=1, ensure_ascii=False) + "\n"
        )
        predictions = predictions_table(head, name_images(result.examples))
        _write_text(directory / PREDICTIONS, csv_text(predictions))
        _write_text(directory / CONFUSION, csv_text(confusion_table(head)))
        _write_text(directory / PAGE, page)
    except OSError as error:
        raise StorageError(
            f"The report can't be written to {directory}: {error.strerror or error}. Make room or name another folder."
        ) from error


def collect_metrics(result: EvaluationResult, language: Language | None = None) -> dict[str, Any]:
    """All figures, ready for JSON; the main head's stand at the top, as they are what is asked for most."""
    tables = {
        "label_issues": result.label_issues,
        "near_duplicates": result.near_duplicates,
        "duplicate_conflicts": result.duplicate_conflicts,
    }
    return {
        "format": FORMAT,
        "bundle": {"name": result.bundle_name, "hash": result.bundle_hash},
        "split": result.split,
        "labels": list(result.main.labels),
        **result.main.metrics,
        "heads": {name: {"labels": list(head.labels), **head.metrics} for name, head in list(result.heads.items())[1:]},
        "retrieval": result.retrieval,
        "unknown": result.unknown,
        "label_quality": {name: None if table is None else len(table) for name, table in tables.items()},
        "counts": result.counts,
        "notes": result.notes,
        "findings": [finding.text for finding in describe_result(result, language)],
    }


def render_page(
    result: EvaluationResult, *, language: Language | None = None, wall_limit: int = WALL_LIMIT, progress: bool = True
) -> str:
    """The page as one HTML document."""
    album, language = Album(list_paths(result.examples["path"])), language or Language()
    shown = describe_page(result, album, language=language, wall_limit=wall_limit)
    shown["store"]["thumbs"] = album.develop(progress=progress)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE_PARTS),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= page_filters(language)
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    style, script = ((_PAGE_PARTS / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return environment.get_template("page.html").render(**shown, style=style, script=script)


def _write_text(path: Path, content: str) -> None:
    """Through a file aside, so that a page that is open elsewhere is never half a page."""
    with written_aside(path) as partial:
        partial.write_text(content, encoding="utf-8", newline="")
