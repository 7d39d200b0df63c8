"""``python -m search``: what it says of an answer, and without an index."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from search.__main__ import _describe, _print_answer, main
from search.engine import SearchEngine
from search.query import Answer, CategoryProbability, SnapshotInfo


def test_no_index_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing and what to run, and an exit code that a script sees."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path))
    result = CliRunner().invoke(main, ["photo.jpg"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no index")
    assert "make index" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_missing_bundle_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped VITRINA_BUNDLE."""
    monkeypatch.setenv("VITRINA_BUNDLE", str(tmp_path / "nowhere"))
    result = CliRunner().invoke(main, ["photo.jpg"])
    assert result.exit_code == 1
    assert "VITRINA_BUNDLE" in result.stderr


def test_the_json_has_the_names_of_the_api(
    engine: SearchEngine, photo: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing that only the program knows."""
    monkeypatch.setattr(SearchEngine, "open", lambda *_: engine)
    photo.save(tmp_path / "photo.png")
    result = CliRunner().invoke(main, [str(tmp_path / "photo.png"), "--limit", "3", "--json"])
    answer = json.loads(result.stdout)
    assert set(answer) == {"prediction", "similar", "goes_with", "snapshot", "took_ms", "recognised", "box", "close"}
    assert answer["recognised"] is True
    assert len(answer["similar"]) == 3


@pytest.mark.parametrize(
    ("in_distribution", "probability", "said"),
    [
        (True, 0.9, "It looks like\n   90.0%  Coats\nSimilar products (0)"),
        (True, 0.3, "It isn't clear what it is. It may be\n   30.0%  Coats\nSimilar products (0)"),
        (False, 1.0, "Nothing in the catalogue looks like this photo. Its categories, as guesses:\n  100.0%  Coats\n"),
    ],
)
def test_words_say_how_much_an_answer_is_worth(
    capsys: pytest.CaptureFixture[str], in_distribution: bool, probability: float, said: str
) -> None:
    """A photo of nothing that the shop sells doesn't "look like 100% Coats"; programs read the same of it."""
    snapshot = SnapshotInfo("now", "2026-01-01T00:00:00+00:00", "model", 1, 1)
    guesses = (CategoryProbability("Coats", probability),)
    answer = Answer(guesses, (), (), snapshot, {}, in_distribution)
    _print_answer(answer, None)  # type: ignore[arg-type]
    assert capsys.readouterr().out.startswith(said)
    assert _describe(answer)["recognised"] is in_distribution
