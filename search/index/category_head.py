"""A shop's own categories on top of the stored vectors: a softmax layer with a temperature, applied with NumPy."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class CategoryHead:
    """Weights of a softmax classifier, which the indexer fits and NumPy applies."""

    labels: tuple[str, ...]
    kernel: np.ndarray  # (D, C) float32
    bias: np.ndarray  # (C,) float32
    temperature: float  # divides the logits so that probabilities mean what they say (Guo et al., ICML 2017)

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        """Calibrated probabilities, (N, C) float32, for vectors (N, D); rows sum to 1."""
        return softmax((vectors @ self.kernel + self.bias) / self.temperature)

    def save(self, path: Path) -> None:
        """Write the head to an .npz file, without pickling."""
        labels = np.array(self.labels, dtype=np.str_)
        with path.open("wb") as file:  # as np.savez would append another ending to a path
            np.savez(file, labels=labels, kernel=self.kernel, bias=self.bias, temperature=np.float64(self.temperature))

    @classmethod
    def load(cls, path: Path) -> "CategoryHead":
        """A head from its file.

        Raises:
            OSError: it can't be read. ValueError: it isn't one, or is cut off.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                labels = tuple(str(label) for label in arrays["labels"])
                return cls(labels, arrays["kernel"], arrays["bias"], float(arrays["temperature"]))
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
            raise ValueError(f"{path.name} is no category head: {error}") from error


def softmax(logits: np.ndarray) -> np.ndarray:
    """Rows of logits (N, C) as probabilities, computed without overflow."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
