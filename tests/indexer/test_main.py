"""``python -m indexer``: what people read."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog import Catalog
from indexer.__main__ import main


@pytest.mark.usefixtures("home")
def test_empty_catalogue_is_one_clear_line() -> None:
    """What to do, exit code 1, no traceback."""
    result = CliRunner().invoke(main, ["build"])
    assert result.exit_code == 1
    assert "Error: The catalogue has no product" in result.stderr
    assert "Traceback" not in result.output


def test_summary_has_counts_rejects_and_seconds(catalog: Catalog, shop: Path) -> None:
    """And the second run says that nothing was to do."""
    (shop.parent / "photos" / "disc-red-1.jpg").write_bytes(b"no photo")
    first = CliRunner().invoke(main, ["build"])
    assert first.exit_code == 0, first.output
    for part in ("published: 8 products, 15 photos", "embedded   15 photos, 0 known", "disc-red", "rejected   1 photo"):
        assert part in first.output
    second = CliRunner().invoke(main, ["build"])
    assert "is up to date" in second.output
    assert "embedded   0 photos, 15 known" in second.output


def test_missing_development_photos_are_named(tmp_path: Path) -> None:
    """Pretraining without the data says what it needs before anything is computed."""
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"")
    arguments = ["pretrain", "--data", str(tmp_path), "--imagenet", str(weights), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [*arguments, "--work", str(tmp_path / "work")])
    assert result.exit_code == 1
    assert "VITRINA_DATA" in result.stderr
