"""Pictures that show what a shop hardly sells."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from indexer.training.novelty_references import draw_patterns, embed_references
from search.model.embedder import Embeddings


class ColourEmbedder:
    """The mean colour of a picture is its general part; beside it lies a number of another part."""

    bundle = SimpleNamespace(general=slice(0, 3))

    def embed_views(self, views: list[Image.Image]) -> Embeddings:
        colour = np.asarray(views[0]).reshape(-1, 3).mean(axis=0) + 1
        return Embeddings(np.append(colour, 7.0)[None].astype(np.float32), {})


def test_things_and_patterns_become_unit_vectors_of_the_general_part(tmp_path: Path) -> None:
    """The things first, in their order; then the patterns."""
    paths = []
    for name, colour in (("red", (250, 0, 0)), ("blue", (0, 0, 250))):
        Image.new("RGB", (40, 40), colour).save(tmp_path / f"{name}.png")
        paths.append(tmp_path / f"{name}.png")
    found = embed_references(paths, ColourEmbedder(), seed=0)  # type: ignore[arg-type]
    assert found.shape == (2 + 5 * 12, 3)
    assert found.dtype == np.float16
    assert np.linalg.norm(found.astype(np.float32), axis=1) == pytest.approx(1.0, abs=1e-3)
    assert found[0].argmax() == 0
    assert found[1].argmax() == 2


def test_patterns_depend_on_their_seed_alone() -> None:
    """So that a benchmark can ask with others than the references."""
    one, again, other = (draw_patterns(2, seed) for seed in (1, 1, 2))
    for sort, images in one.items():
        assert [image.tobytes() for image in images] == [image.tobytes() for image in again[sort]]
        assert images[0].tobytes() != other[sort][0].tobytes()
        assert images[0].size == (300, 300)
