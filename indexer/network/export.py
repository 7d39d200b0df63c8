"""From a trained network to a bundle on disk: LiteRT and Keras files that agree, and their description."""

import contextlib
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from indexer.errors import StorageError
from search.model import preprocessing
from search.model.bundle import CARD, CLASSIFIER, DESCRIPTION, EMBEDDER, FORMAT, Bundle, NeighbourVote
from search.model.embedder import Embedder

PARITY_WANTED = 0.999  # cosine between Keras's and LiteRT's vectors, for every photo


@dataclass(frozen=True)
class BundleFacts:
    """What model.json says beyond what the network itself tells."""

    name: str
    weights: dict[str, float]  # of the vector's parts, in their order
    neighbours: NeighbourVote
    heads: dict[str, dict[str, Any]]  # name -> {"labels": [...], "groups": [...], "temperature": t}
    training: dict[str, Any]  # data, split, recipe
    metrics: dict[str, Any]
    card: str  # Markdown


def export_bundle(
    classifier: keras.Model,
    facts: BundleFacts,
    out: Path,
    sample: np.ndarray,
    complete: Callable[[Path], None] = lambda partial: None,
) -> float:
    """Write a bundle and check it.

    Weights are rounded to half precision in both files: the bundle is half as large, the two stay the same network,
    and vectors change by less than a thousandth.

    Args:
        classifier: from ``network.build_classifier``; its weights are rounded.
        facts: what to say about it.
        out: the bundle's directory; one that is there is replaced once the new one is complete.
        sample: (N, S, S, 3) uint8 pixels to compare Keras and LiteRT on.
        complete: called with the directory before it takes its place, to add to it.

    Returns:
        The lowest cosine between the two over the sample.

    Raises:
        StorageError: they disagree, or the directory can't be written.
    """
    out = out.resolve()  # where it is a link, what it leads to is replaced
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    _round_weights(classifier)
    _save_keras(classifier, partial / CLASSIFIER)
    (partial / EMBEDDER).write_bytes(convert_to_litert(classifier, half_precision=True))
    (partial / CARD).write_text(facts.card, encoding="utf-8")
    description = {
        "format": FORMAT,
        "name": facts.name,
        "input": {
            "size": classifier.input_shape[1],
            "range": [0, 255],
            "channels": "RGB",
            "preprocessing": preprocessing.VERSION,
        },
        "vector": {
            "parts": [
                {"name": part, "dim": classifier.output[part].shape[-1], "weight": weight, "spread": 1.0}
                for part, weight in facts.weights.items()
            ]
        },
        "neighbours": asdict(facts.neighbours),
        "heads": facts.heads,
        "training": facts.training,
        "metrics": facts.metrics,
        "files": {name: hashlib.sha256((partial / name).read_bytes()).hexdigest() for name in (EMBEDDER, CLASSIFIER)},
    }
    (partial / DESCRIPTION).write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    parity = measure_parity(partial, sample)
    if not parity >= PARITY_WANTED:  # nor is what is no number
        raise StorageError(f"Keras and LiteRT disagree: cosine {parity:.5f}, at least {PARITY_WANTED} is needed.")
    update_description(partial, metrics={**facts.metrics, "litert_parity": parity})
    complete(partial)
    _put_in_place(partial, out)
    return parity


def _put_in_place(partial: Path, out: Path) -> None:
    """Rename a directory; the one that was there goes afterwards, and comes back if that fails."""
    earlier = out.with_name(out.name + ".replaced")
    shutil.rmtree(earlier, ignore_errors=True)
    if out.exists():
        out.rename(earlier)
    try:
        partial.rename(out)
    except OSError:
        if earlier.exists():
            earlier.rename(out)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def update_description(bundle_dir: Path, **changes: Any) -> None:
    """Write other values for some keys of a bundle's description."""
    path = bundle_dir / DESCRIPTION
    description = json.loads(path.read_text(encoding="utf-8"))
    description.update(changes)
    path.write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def set_spreads(bundle_dir: Path, spreads: dict[str, float]) -> None:
    """Write down by how much the scores of each part of the vector usually differ."""
    vector = json.loads((bundle_dir / DESCRIPTION).read_text(encoding="utf-8"))["vector"]
    parts = [{**part, "spread": spreads[part["name"]]} for part in vector["parts"]]
    update_description(bundle_dir, vector={**vector, "parts": parts})


def measure_parity(bundle_dir: Path, sample: np.ndarray) -> float:
    """The lowest cosine between a bundle's Keras and LiteRT vectors over a sample of pixels (N, S, S, 3) uint8."""
    bundle = Bundle.open(bundle_dir)
    lite = Embedder(bundle).embed(sample).vectors
    outputs = keras.saving.load_model(bundle_dir / CLASSIFIER).predict(sample.astype(np.float32), verbose=0)
    full = np.concatenate([outputs[part.name] for part in bundle.balance.parts], axis=1)
    cosines = (lite * full).sum(axis=1) / (np.linalg.norm(lite, axis=1) * np.linalg.norm(full, axis=1))
    return float(cosines.min())


def convert_to_litert(model: keras.Model, *, half_precision: bool = False) -> bytes:
    """A Keras model as a LiteRT file for single photos.

    Args:
        model: from one input ``pixels`` to a dictionary of outputs.
        half_precision: store weights as float16; computing stays in float32.

    Raises:
        StorageError: the file came out without the weights.
    """
    import tensorflow as tf

    single = for_single_photos(model)
    # Through Keras's own tracking: converting a bare tf.function yields a small file of uninitialised variables,
    # which runs and answers NaN.
    converter = tf.lite.TFLiteConverter.from_keras_model(single)
    if half_precision:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    with contextlib.redirect_stdout(io.StringIO()):  # Keras tells where it kept a copy meanwhile
        content = converter.convert()
    if len(content) < model.count_params():  # bytes; half precision needs two a weight
        raise StorageError(f"The LiteRT file has {len(content)} bytes for {model.count_params()} weights.")
    return content


def for_single_photos(model: keras.Model) -> keras.Model:
    """The same network with a fixed batch of one, which LiteRT plans better."""
    pixels = keras.Input(model.input_shape[1:], batch_size=1, name="pixels")
    return keras.Model(pixels, model(pixels, training=False))


def _round_weights(model: keras.Model) -> None:
    for variable in model.variables:
        if "float" in str(variable.dtype):
            variable.assign(variable.value.numpy().astype(np.float16).astype(np.float32))


def _save_keras(model: keras.Model, path: Path) -> None:
    """A .keras file, compressed: rounded weights are half zeros, and Keras itself stores them as they are."""
    plain = path.with_suffix(".plain.keras")
    model.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry))
    plain.unlink()
