"""Bundles as they are written: part by part, and taking their place whole or not at all."""

import math
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import StorageError
from indexer.network import export
from indexer.network.export import export_bundle, set_spreads
from indexer.network.projection_heads import (
    GENERAL,
    PALETTE,
    STYLE,
)
from search.model.bundle import Bundle
from tests.indexer.network.networks import facts, tiny_classifier
from tests.indexer.tiny import SIDE

pytestmark = pytest.mark.slow  # builds, runs and converts whole networks


def test_spreads_are_written_part_by_part(tiny_bundle: Path, tmp_path: Path) -> None:
    """Beside what the description says already."""
    for name in ("model.json", "embedder.tflite"):
        (tmp_path / name).write_bytes((tiny_bundle / name).read_bytes())
    set_spreads(tmp_path, {STYLE: 0.25, GENERAL: 0.125, PALETTE: 0.5})
    before, after = Bundle.open(tiny_bundle).balance, Bundle.open(tmp_path).balance
    assert [part.spread for part in before.parts] == [1.0, 1.0, 1.0]
    assert [(part.name, part.spread) for part in after.parts] == [(GENERAL, 0.125), (STYLE, 0.25), (PALETTE, 0.5)]
    assert after.weights == before.weights


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("parity", [0.9, math.nan])
def test_bundle_that_disagrees_takes_nobodys_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parity: float
) -> None:
    """The old bundle stays until the new one is known to be sound."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "model.json").write_text("old")
    monkeypatch.setattr("indexer.network.export.measure_parity", lambda *_: parity)
    with pytest.raises(StorageError, match=rf"Keras and LiteRT disagree: cosine {parity}"):
        export_bundle(tiny_classifier(), facts(), tmp_path / "bundle", np.zeros((1, SIDE, SIDE, 3), np.uint8))
    assert (tmp_path / "bundle" / "model.json").read_text() == "old"


def test_a_bundle_takes_the_place_of_what_a_link_leads_to(tmp_path: Path) -> None:
    """The link stays, and nothing is left beside it."""
    for folder, content in (("first", "old"), ("made", "new")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "model.json").write_text(content)
    (tmp_path / "current").symlink_to("first")
    export._put_in_place(tmp_path / "made", (tmp_path / "current").resolve())
    assert (tmp_path / "current").is_symlink()
    assert (tmp_path / "current" / "model.json").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "first"]


def test_a_bundle_that_cannot_take_its_place_leaves_the_earlier_one(tmp_path: Path) -> None:
    """It was deleted before the other one was moved."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "model.json").write_text("old")
    with pytest.raises(OSError, match="No such file"):
        export._put_in_place(tmp_path / "never made", tmp_path / "bundle")
    assert (tmp_path / "bundle" / "model.json").read_text() == "old"
