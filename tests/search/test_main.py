"""``python -m search`` without an index, and with a file that is no photo."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from search.__main__ import main
from search.engine import SearchEngine


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
    assert set(answer) == {"prediction", "similar", "goes_with", "snapshot", "took_ms", "recognised", "box"}
    assert answer["recognised"] is True
    assert len(answer["similar"]) == 3
