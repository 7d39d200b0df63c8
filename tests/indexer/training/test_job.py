"""The note by which a stopped training goes on."""

import json
from pathlib import Path

import pytest

from indexer.errors import TrainingDataError
from indexer.training.job import TrainingOptions, open_job
from indexer.training.recipe import Recipe

OPTIONS = TrainingOptions(also=("gender",), mapping={"image": "photo"})


def test_what_was_asked_for_comes_back(tmp_path: Path) -> None:
    """Whatever is asked for now."""
    recipe = Recipe(epochs=3)
    open_job(tmp_path / "work", tmp_path / "s", OPTIONS, recipe, resume=False)
    assert open_job(tmp_path / "work", tmp_path / "s", TrainingOptions(), Recipe(), resume=True) == (OPTIONS, recipe)
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["job.json"]


@pytest.mark.parametrize(
    "note",
    ["", "[]", "{}", '"x"', '{"source": "s", "options": {}, "recipe": {"no such": 1}}', '{"source": 1, "options": 2}'],
)
def test_a_note_that_makes_no_sense_is_told(tmp_path: Path, note: str) -> None:
    """One half written, or by another version: it said that there was no training, or ended in a traceback."""
    work = tmp_path / "work"
    open_job(work, None, OPTIONS, Recipe(), resume=False)
    (work / "job.json").write_text(note)
    with pytest.raises(TrainingDataError, match=r"damaged, or another version wrote it.*Delete that directory"):
        open_job(work, None, OPTIONS, Recipe(), resume=True)


def test_a_training_of_another_source_is_not_gone_on_with(tmp_path: Path) -> None:
    """The note says which source it learns from."""
    open_job(tmp_path / "work", tmp_path / "a", OPTIONS, Recipe(), resume=False)
    learned = json.loads((tmp_path / "work" / "job.json").read_text())["source"]
    with pytest.raises(TrainingDataError, match="not from the catalogue") as refused:
        open_job(tmp_path / "work", None, OPTIONS, Recipe(), resume=True)
    assert learned in str(refused.value)
