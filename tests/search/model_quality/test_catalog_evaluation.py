"""CatalogEvaluations on disk: what is found, in which order, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from search.errors import DamagedEvaluationError, NoEvaluationError
from search.model_quality.catalog_evaluation import CatalogEvaluations
from tests.search.evaluated import make_evaluation, shelve

FIRST, SECOND = "20260101-120000-0123abcd", "20260201-120000-0123abcd"


def test_an_evaluation_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Every field, tuples for lists included."""
    evaluation = make_evaluation()
    path = shelve(tmp_path, evaluation)
    assert CatalogEvaluations(tmp_path).open(evaluation.id) == evaluation
    assert CatalogEvaluations(tmp_path).open().path == path


def test_the_latest_comes_first_and_half_written_ones_do_not_count(tmp_path: Path) -> None:
    for one in (SECOND, FIRST):
        shelve(tmp_path, replace(make_evaluation(), id=one))
    shelve(tmp_path, replace(make_evaluation(), id="20270101-120000-0123abcd.partial"))
    (tmp_path / "20270101-120000-0123abcd").mkdir()
    assert CatalogEvaluations(tmp_path).ids() == [SECOND, FIRST]
    assert CatalogEvaluations(tmp_path).open().id == SECOND


@pytest.mark.parametrize("name", ["20200101-120000-0123abcd", "..", "../secret", "", "x" * 300])
def test_an_unknown_id_is_refused(tmp_path: Path, name: str) -> None:
    """Also one that would lead out of the directory."""
    shelve(tmp_path / "appraisals", make_evaluation())
    with pytest.raises(NoEvaluationError, match="no evaluation"):
        CatalogEvaluations(tmp_path / "appraisals").open(name)


def test_without_any_it_says_what_to_run(tmp_path: Path) -> None:
    assert CatalogEvaluations(tmp_path / "nowhere").ids() == []
    with pytest.raises(NoEvaluationError, match="make evaluate-catalog"):
        CatalogEvaluations(tmp_path / "nowhere").open()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', '{"format": 2}', '{"format": 1, "facts": 3}'])
def test_a_damaged_summary_is_told_with_what_to_do(tmp_path: Path, content: str) -> None:
    path = shelve(tmp_path, make_evaluation())
    (path / "summary.json").write_text(content)
    with pytest.raises(DamagedEvaluationError, match="Run `make evaluate-catalog`"):
        CatalogEvaluations(tmp_path).open()
