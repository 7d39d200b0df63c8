"""The network at inference: pixels in, vectors and probabilities out, through LiteRT (no TensorFlow)."""

import os
import queue
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from search.errors import BundleError
from search.model.balance import VectorPart, normalise_parts
from search.model.bundle import EMBEDDER, Bundle
from search.model.preprocessing import image_to_pixels
from search.model.tensor_outputs import with_outputs

_Result = TypeVar("_Result")

_MASK = "mask"  # the network's output; bundles of format 1 have none
# Layers whose maps things are found by; all belong to the branch that ImageNet trained.
_MAP_LAYERS = ("block10_add", "block15_project_conv", "block4_add")


@dataclass(frozen=True)
class Embeddings:
    """What the network says of N photos."""

    vectors: np.ndarray  # (N, D) float32: unit vectors side by side, the parts of the bundle's balance
    probabilities: dict[str, np.ndarray]  # head name -> (N, labels of the head) float32, rows sum to 1
    masks: np.ndarray | None = None  # (N, m, m) share of each cell of the square that is the product's, 0 to 1


class Embedder:
    """A bundle's network, safe to call from several threads at once.

    An interpreter serves one photo at a time; so there are as many as photos ever overlapped, each on one thread of its
    own, which beats one interpreter on several threads. The views of one photo are scaled and embedded side by side,
    unless other photos keep the processors busy: more threads then take more time and memory in all.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._model = (bundle.path / EMBEDDER).read_bytes()
        self._maps = _find_maps(self._open_interpreter()[0])
        if self._maps:
            self._model = with_outputs(self._model, self._maps)
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._idle.put(self._open_interpreter())
        self._processors = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._processors, thread_name_prefix="embed")  # started when first needed
        self._under_way = 0  # calls that are embedding something
        self._counting = threading.Lock()

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
        return self._join(self._side_by_side(self._run, pixels))

    def embed_views(self, views: Sequence[Image.Image]) -> Embeddings:
        """One photo's vector and probabilities, averaged over several views of it, and the first one's mask; N is 1.

        Args:
            views: RGB images of any size, at least one, from ``stored_views`` or ``query_views``.
        """
        seen = self._join(self._side_by_side(self._scale_and_run, views))
        return average_views(seen, self.bundle.balance.parts)

    @property
    def has_maps(self) -> bool:
        """Whether ``read_maps`` can be called: the network has the layers, and a mask."""
        return bool(self._maps)

    def read_maps(self, pixels: np.ndarray) -> list[tuple[np.ndarray, ...]]:
        """What the network sees of each part of photos, before it is pooled: maps (m, m, C), the mask's last.

        Args:
            pixels: (N, S, S, 3) uint8, as for ``embed``.
        """
        return self._side_by_side(self._run_for_maps, pixels)

    def _side_by_side(self, work: Callable[[Any], _Result], photos: Sequence[Any] | np.ndarray) -> list[_Result]:
        if len(photos) == 1:
            return [work(photos[0])]
        with self._counting:
            self._under_way += 1
            spread = self._under_way == 1 or self._under_way * len(photos) <= self._processors
        try:
            if spread:
                return list(self._threads.map(work, photos))
            # On a thread of ours all the same: each of the callers' would keep what embedding takes for a moment.
            return self._threads.submit(lambda: [work(one) for one in photos]).result()
        finally:
            with self._counting:
                self._under_way -= 1

    def _join(self, outputs: list[dict[str, np.ndarray]]) -> Embeddings:
        joined = {name: np.concatenate([output[name] for output in outputs]) for name in outputs[0]}
        vectors = np.concatenate([joined[part.name] for part in self.bundle.balance.parts], axis=1)
        return Embeddings(vectors, {name: joined[name] for name in self.bundle.heads}, joined.get(_MASK))

    def _scale_and_run(self, view: Image.Image) -> dict[str, np.ndarray]:
        return self._run(image_to_pixels(view, self.bundle.image_size))

    def _run(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        with self._interpreter() as (_, runner):
            return dict(runner(pixels=pixels[None].astype(np.float32)))

    def _run_for_maps(self, pixels: np.ndarray) -> tuple[np.ndarray, ...]:
        with self._interpreter() as (interpreter, runner):
            mask = runner(pixels=pixels[None].astype(np.float32))[_MASK]
            return (*(interpreter.get_tensor(number)[0] for number in self._maps), mask[0, ..., None])

    @contextmanager
    def _interpreter(self) -> Iterator[tuple[Any, Any]]:
        try:
            pair = self._idle.get_nowait()
        except queue.Empty:
            pair = self._open_interpreter()
        try:
            yield pair
        finally:
            self._idle.put(pair)

    def _open_interpreter(self) -> tuple[Any, Any]:
        try:
            interpreter = Interpreter(model_content=self._model, num_threads=1)
            interpreter.allocate_tensors()
            return interpreter, interpreter.get_signature_runner()
        except (ValueError, RuntimeError) as error:
            raise BundleError(f"LiteRT can't open {self.bundle.path / EMBEDDER}: {error}.") from error


def average_views(seen: Embeddings, parts: Sequence[VectorPart]) -> Embeddings:
    """What the network says of one photo, from what it says of N views of it; the mask is the first view's."""
    vectors = normalise_parts(seen.vectors.mean(axis=0, keepdims=True), parts)
    averaged = {head: rows.mean(axis=0, keepdims=True) for head, rows in seen.probabilities.items()}
    return Embeddings(vectors, averaged, None if seen.masks is None else seen.masks[:1])


def _find_maps(interpreter: Any) -> tuple[int, ...]:
    """The numbers of the tensors of ``_MAP_LAYERS``; none if the network has no mask, or lacks one of the layers."""
    if _MASK not in next(iter(interpreter.get_signature_list().values()))["outputs"]:
        return ()
    found = []
    for layer in _MAP_LAYERS:
        of_layer = re.compile(rf"/{layer}(_\d+)?/")
        named = [
            tensor["index"]
            for tensor in interpreter.get_tensor_details()
            if of_layer.search(tensor["name"]) and "/tuned" not in tensor["name"] and len(tensor["shape"]) == 4
            if tensor["shape"][0] == 1 and tensor["shape"][1] > 1
        ]
        if len(named) != 1:
            return ()
        found.append(int(named[0]))
    return tuple(found)
