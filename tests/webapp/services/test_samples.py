"""Sample photos, whatever lies where they should be."""

from pathlib import Path

import pytest

from tests.webapp.boutique import photo_bytes
from webapp.services.samples import find_samples


def test_samples_that_cannot_be_read_keep_no_shop_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A table that a spreadsheet program saved in another encoding; the log says which folder is meant."""
    monkeypatch.setenv("VITRINA_SAMPLES", str(tmp_path))
    (tmp_path / "1.jpg").write_bytes(photo_bytes())
    table = tmp_path / "shopper.csv"
    table.write_text("photo,category\n1.jpg,Niños\n", encoding="utf-8")
    assert [sample.category for sample in find_samples(tmp_path)] == ["Niños"]
    table.write_text("photo,category\n1.jpg,Niños\n", encoding="latin-1")
    assert find_samples(tmp_path) == ()
    assert str(tmp_path) in caplog.text


def test_a_table_as_spreadsheets_save_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With a mark at its beginning; one with semicolons offered nothing, and nobody was told why."""
    monkeypatch.setenv("VITRINA_SAMPLES", str(tmp_path))
    (tmp_path / "1.jpg").write_bytes(photo_bytes())
    table = tmp_path / "shopper.csv"
    table.write_text("photo,category\n1.jpg,Niños\n", encoding="utf-8-sig")
    assert [sample.category for sample in find_samples(tmp_path)] == ["Niños"]
    table.write_text("photo;category\n1.jpg;Niños\n", encoding="utf-8-sig")
    assert find_samples(tmp_path) == ()
    assert "has no column photo" in caplog.text
