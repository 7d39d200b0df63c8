import warnings
from pathlib import Path

import numpy as np
import pytest

from indexer.network.export import export_bundle
from indexer.network.fork import TUNED
from tests.indexer.network.networks import HEADS, facts, tiny_classifier
from tests.indexer.tiny import SIDE


@pytest.fixture(scope="session")
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), dtype=np.uint8)


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the tiny network."""
    out = tmp_path_factory.mktemp("bundles") / "bundle"
    heads = {name: {"labels": labels, "temperature": 1.5} for name, labels in HEADS.items()}
    heads["category"]["groups"] = ["outer", "head", "outer"]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        classifier = tiny_classifier()
        branch = classifier.get_layer(TUNED)
        branch.set_weights([weights + 0.02 for weights in branch.get_weights()])  # as if it had been trained
        export_bundle(classifier, facts(heads=heads), out, np.zeros((1, SIDE, SIDE, 3), np.uint8))
    return out
