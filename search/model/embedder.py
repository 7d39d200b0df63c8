"""The network at inference: pixels in, vectors and probabilities out, through LiteRT (no TensorFlow)."""

import os
import queue
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from search.errors import BundleError
from search.model.balance import normalise_parts
from search.model.bundle import EMBEDDER, Bundle
from search.model.preprocessing import image_to_pixels

_MASK = "mask"  # the network's output; bundles of format 1 have none


@dataclass(frozen=True)
class Embeddings:
    """What the network says of N photos."""

    vectors: np.ndarray  # (N, D) float32: unit vectors side by side, the parts of the bundle's balance
    probabilities: dict[str, np.ndarray]  # head name -> (N, labels of the head) float32, rows sum to 1
    masks: np.ndarray | None = None  # (N, m, m) share of each cell of the square that is the product's, 0 to 1


class Embedder:
    """A bundle's network, safe to call from several threads at once.

    An interpreter serves one photo at a time; so there are as many as photos ever overlapped, each on one thread of its
    own, which beats one interpreter on several threads. The views of one photo are embedded side by side.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._model = (bundle.path / EMBEDDER).read_bytes()
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._idle.put(self._open_interpreter())
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embed")  # started when first needed

    def embed(self, pixels: np.ndarray) -> Embeddings:
        """Vectors and probabilities of photos.

        Args:
            pixels: (N, S, S, 3) uint8 from ``image_to_pixels``, S the bundle's image size.

        Raises:
            ValueError: pixels of another shape.
        """
        size = self.bundle.image_size
        if pixels.ndim != 4 or pixels.shape[1:] != (size, size, 3):
            raise ValueError(f"Pixels of shape {pixels.shape} came; (N, {size}, {size}, 3) is needed.")
        if not len(pixels):
            empty = {name: np.empty((0, len(head.labels)), np.float32) for name, head in self.bundle.heads.items()}
            return Embeddings(np.empty((0, self.bundle.dim), np.float32), empty)
        outputs = [self._run(one) for one in pixels] if len(pixels) == 1 else list(self._threads.map(self._run, pixels))
        joined = {name: np.concatenate([output[name] for output in outputs]) for name in outputs[0]}
        vectors = np.concatenate([joined[part.name] for part in self.bundle.balance.parts], axis=1)
        return Embeddings(vectors, {name: joined[name] for name in self.bundle.heads}, joined.get(_MASK))

    def embed_views(self, views: Sequence[Image.Image]) -> Embeddings:
        """One photo's vector and probabilities, averaged over several views of it, and the first one's mask; N is 1.

        Args:
            views: RGB images of any size, at least one, from ``stored_views`` or ``query_views``.
        """
        seen = self.embed(np.stack([image_to_pixels(view, self.bundle.image_size) for view in views]))
        vectors = normalise_parts(seen.vectors.mean(axis=0, keepdims=True), self.bundle.balance.parts)
        averaged = {head: rows.mean(axis=0, keepdims=True) for head, rows in seen.probabilities.items()}
        return Embeddings(vectors, averaged, None if seen.masks is None else seen.masks[:1])

    def _run(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        try:
            runner = self._idle.get_nowait()
        except queue.Empty:
            runner = self._open_interpreter()
        try:
            return dict(runner(pixels=pixels[None].astype(np.float32)))
        finally:
            self._idle.put(runner)

    def _open_interpreter(self) -> Any:
        try:
            interpreter = Interpreter(model_content=self._model, num_threads=1)
            interpreter.allocate_tensors()
            return interpreter.get_signature_runner()
        except (ValueError, RuntimeError) as error:
            raise BundleError(f"LiteRT can't open {self.bundle.path / EMBEDDER}: {error}.") from error
