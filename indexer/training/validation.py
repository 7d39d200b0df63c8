"""Validation: how good the network is now, and how far its probabilities can be believed."""

from typing import Any

import numpy as np

from indexer.calibration import choose_temperature, negative_log_likelihood
from indexer.errors import TrainingDivergedError
from indexer.network.full_network import FullNetwork
from indexer.network.start import Start
from indexer.training.losses import MISSING_LABEL
from indexer.training.recipe import Recipe
from indexer.training.trainer import Trainer


class Validator:
    """Validation: the network at its full size on photos that it isn't trained on."""

    def __init__(
        self,
        start: Start,
        names: dict[str, list[str]],
        recipe: Recipe,
        pixels: np.ndarray,
        targets: dict[str, np.ndarray],
    ) -> None:
        self.network = FullNetwork(start.backbone, names, recipe.image_size)
        self._pixels, self._targets = pixels, targets
        self._logits: dict[str, np.ndarray] = {}

    def validate(self, trainer: Trainer) -> dict[str, float]:
        """Accuracies of the trainer's present weights; ``score`` is the mean over the heads.

        Raises:
            TrainingDivergedError: the network says what is no number. The loss of an epoch's last step doesn't tell, as
                it is made before the weights are moved.
        """
        self.network.take_weights(trainer.backbone, trainer.projection_heads)
        accuracies = self.evaluate()
        if not all(np.isfinite(logits).all() for logits in self._logits.values()):
            raise TrainingDivergedError(
                f"What the network says after step {trainer.progress.step:,} are no numbers. "
                f"{trainer.recipe.advise_smaller_rates()}"
            )
        return accuracies

    def evaluate(self) -> dict[str, float]:
        """As ``validate``, of the weights that the network has now."""
        self._logits = self.network.predict(self._pixels)
        accuracies = {head: _accuracy(self._logits[head], targets) for head, targets in self._targets.items()}
        return {"score": float(np.mean(list(accuracies.values()))), **accuracies}

    def loss(self) -> float:
        """How surprising the true labels are to the network as it is now, in nats: calibrated, mean over the heads.

        Infinite where it says what is no number.
        """
        self.evaluate()
        surprises = []
        for head, targets in self._targets.items():
            known = targets != MISSING_LABEL
            if known.any():
                logits, true = self._logits[head][known], targets[known]
                surprises.append(negative_log_likelihood(logits / choose_temperature(logits, true), true))
        return float(np.nan_to_num(np.mean(surprises), nan=np.inf)) if surprises else 0.0

    def calibrate(self) -> tuple[dict[str, float], dict[str, Any]]:
        """Each head's temperature, and the accuracies, for the weights that were evaluated last."""
        temperatures, metrics = {}, {}
        for head, targets in self._targets.items():
            known = targets != MISSING_LABEL
            temperatures[head] = choose_temperature(self._logits[head][known], targets[known]) if known.any() else 1.0
            metrics[f"validation_{head}_accuracy"] = _accuracy(self._logits[head], targets)
        return temperatures, metrics


def _accuracy(logits: np.ndarray, targets: np.ndarray) -> float:
    known = targets != MISSING_LABEL
    return float((logits[known].argmax(axis=1) == targets[known]).mean()) if known.any() else 0.0
