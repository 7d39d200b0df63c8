"""What a shoe's cut says, for whoever draws the shoe or its trims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.outline import Points


@dataclass(frozen=True)
class ShoeCut:
    """A shoe's cut; heights above the floor in units, the shoe is 340 units long.

    Attributes:
        style: "oxford", "derby", "loafer", "monk", "chelsea", "laced boot", "trainer", "high-top", "pump",
            "ankle boot", "knee boot", "ballerina", "sandal", "mary jane".
        heel: height of the heel.
        heel_kind: "flat", "block", "stiletto", "cone" or "wedge".
        sole: thickness of the sole.
        toe: how pointed the toe is, 0 (round) to 1.
        shaft: height of a boot's shaft.
        cap: whether the toe has a cap; `brogue` punches holes into it.
        lift: platform under the toe.
        motif: what a trainer's side shows: "bars", "wave", "panel" or "none".
        light_sole: whether the sole is white.
    """

    style: str = "oxford"
    heel: float = 20
    heel_kind: str = "flat"
    sole: float = 9
    toe: float = 0.4
    shaft: float = 0
    cap: bool = True
    brogue: bool = False
    lift: float = 0
    motif: str = "none"
    light_sole: bool = False

    def lifted(self, path: Points) -> Points:
        """Raise the back of a flat shoe on to its heel, and all of it on to its sole."""
        share = np.clip((path[:, 0] + 92) / 190, 0, 1)
        raise_by = (share * share * (3 - 2 * share)) * self.heel + self.sole + self.lift
        squeeze = 1 - 0.0011 * self.heel
        return np.stack([path[:, 0] * squeeze, path[:, 1] - raise_by], 1).astype(np.float32)
