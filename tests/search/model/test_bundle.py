"""Bundles: the shipped one opens, altered ones don't."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from search.errors import BundleError
from search.model.balance import Balance, VectorPart
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.novelty import Novelty
from search.settings import PRETRAINED_BUNDLE

STYLE = {"name": "style", "dim": 8, "weight": 0.6, "spread": 0.25}
PALETTE = {"name": "palette", "dim": 4, "weight": 0.4, "spread": 0.2}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped bundle, without the Keras file."""
    target = tmp_path / "bundle"
    shutil.copytree(PRETRAINED_BUNDLE, target, ignore=shutil.ignore_patterns("*.keras"))
    return target


def change(path: Path, **fields: object) -> None:
    description = json.loads((path / "model.json").read_text(encoding="utf-8"))
    (path / "model.json").write_text(json.dumps(description | fields), encoding="utf-8")


def test_shipped_bundle_describes_itself() -> None:
    """Heads, dimensions, a card, and less than 25 MB."""
    bundle = Bundle.open(PRETRAINED_BUNDLE)
    assert {"category", "gender", "colour"} <= set(bundle.heads)
    category = bundle.heads["category"]
    assert len(category.supercategories) == len(category.labels) == len(set(category.labels))
    assert bundle.dim == sum(part.dim for part in bundle.balance.parts)
    assert sum(bundle.balance.weights) == pytest.approx(1)
    assert 0 < bundle.balance.colour_weight < 1
    assert (PRETRAINED_BUNDLE / "card.md").read_text(encoding="utf-8").startswith("# Model card")
    assert sum(file.stat().st_size for file in PRETRAINED_BUNDLE.iterdir()) < 25e6


def test_shipped_network_gives_unit_parts_and_probabilities() -> None:
    """For any pixels, black ones included, and alike for one photo or several."""
    embedder = Embedder(Bundle.open(PRETRAINED_BUNDLE))
    size = embedder.bundle.image_size
    pixels = np.random.default_rng(0).integers(0, 256, (3, size, size, 3), dtype=np.uint8)
    pixels[1] = 0
    together = embedder.embed(pixels)
    ends = np.cumsum([part.dim for part in embedder.bundle.balance.parts])
    assert together.vectors.shape == (3, embedder.bundle.dim) == (3, ends[-1])
    for part in np.split(together.vectors, ends[:-1], axis=1):
        assert np.linalg.norm(part, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    for head, description in embedder.bundle.heads.items():
        assert together.probabilities[head].shape == (3, len(description.labels))
        assert together.probabilities[head].sum(axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    assert embedder.embed(pixels[2:]).vectors == pytest.approx(together.vectors[2:], abs=1e-5)
    assert embedder.embed(pixels[:0]).vectors.shape == (0, embedder.bundle.dim)
    with pytest.raises(ValueError, match="is needed"):
        embedder.embed(pixels[:, :-1])


def test_altered_network_is_refused(copy: Path) -> None:
    """A download that broke off, or a file of another version."""
    content = (copy / "embedder.tflite").read_bytes()
    (copy / "embedder.tflite").write_bytes(content[:-100])
    with pytest.raises(BundleError, match="checksum"):
        Bundle.open(copy)
    (copy / "embedder.tflite").unlink()
    with pytest.raises(BundleError, match="can't be read"):
        Bundle.open(copy)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"format": 99}, "format 99"),
        ({"input": {"preprocessing": "another", "size": 224}}, "another"),
        ({"vector": {}}, "style_dim"),
        ({"format": 2, "vector": {"parts": [{"name": "style", "dim": 8, "weight": 1.0}]}}, "spread"),
        ({"format": 2, "vector": {"parts": [PALETTE | {"weight": 1.0}]}}, "1 parts"),
        ({"format": 2, "vector": {"parts": [STYLE, PALETTE | {"weight": 0.5}]}}, "sum to 1"),
        ({"format": 2, "vector": {"parts": [STYLE, PALETTE | {"spread": 0}]}}, "spreads"),
        ({"format": 1, "vector": {"style_dim": 8, "colour_dim": 4, "colour_weight": 1.5}}, "negative"),
        ({"novelty": {}}, "threshold"),
        ({"novelty": {"threshold": "high"}}, "high"),
        ({"heads": []}, "lacks or garbles"),
    ],
)
def test_foreign_descriptions_are_refused(copy: Path, fields: dict, says: str) -> None:
    """Another format or preprocessing, or something missing: named."""
    change(copy, **fields)
    with pytest.raises(BundleError, match=says):
        Bundle.open(copy)


def test_parts_have_their_weights_and_spreads_in_the_description(copy: Path) -> None:
    """In the order in which they make a vector."""
    change(copy, format=2, vector={"parts": [STYLE, PALETTE]})
    bundle = Bundle.open(copy)
    assert bundle.balance == Balance((VectorPart("style", 8, 0.25), VectorPart("palette", 4, 0.2)), (0.6, 0.4))
    assert bundle.dim == 12


def test_bundle_of_the_earlier_format_opens(copy: Path) -> None:
    """It has two parts, whose scores spread alike as far as it says."""
    change(copy, format=1, vector={"style_dim": 8, "colour_dim": 4, "colour_weight": 0.3})
    bundle = Bundle.open(copy)
    assert bundle.balance == Balance((VectorPart("style", 8), VectorPart("colour_part", 4)), (0.7, 0.3))
    assert bundle.dim == 12


def test_missing_or_broken_description_is_refused(copy: Path, tmp_path: Path) -> None:
    """No bundle there, or no JSON."""
    with pytest.raises(BundleError, match="VITRINA_BUNDLE"):
        Bundle.open(tmp_path / "nowhere")
    (copy / "model.json").write_text("{")
    with pytest.raises(BundleError, match="not JSON"):
        Bundle.open(copy)


def test_hash_follows_the_network(copy: Path) -> None:
    """Equal networks make comparable vectors, whatever the bundles are called."""
    change(copy, name="another name")
    assert Bundle.open(copy).hash == Bundle.open(PRETRAINED_BUNDLE).hash


def test_a_bundle_without_a_threshold_calls_nothing_strange(copy: Path) -> None:
    """As those of earlier versions, whose measures of what is strange no longer mean anything."""
    description = json.loads((copy / "model.json").read_text(encoding="utf-8"))
    change(copy, novelty={"threshold": 0.6})
    assert Bundle.open(copy).novelty == Novelty(0.6)
    change(copy, novelty=None, neighbours={**description["neighbours"], "strange_below": 0.6})
    bundle = Bundle.open(copy)
    assert bundle.novelty is None
    assert bundle.neighbours.limit == description["neighbours"]["limit"]


@pytest.mark.parametrize("content", ["[]", "7", "null", '"text"', "[" * 100_000, '{"format": 2, "input": []}'])
def test_description_that_is_no_description_is_refused(copy: Path, content: str) -> None:
    """JSON of another kind must end in the same error: a server without a model sells without search."""
    (copy / "model.json").unlink()
    (copy / "model.json").write_text(content)
    with pytest.raises(BundleError, match=re.escape(str(copy))):
        Bundle.open(copy)


def test_unforeseen_errors_name_the_bundle(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a library raises, no traceback ends the server."""

    def fail(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("search.model.bundle._check_embedder", fail)
    with pytest.raises(BundleError, match="MemoryError"):
        Bundle.open(copy)
