"""Match grades: what a score means in a category, told by how alike the category's products are to one another.

Two random shirts are more alike than two random bags, so one cosine says different things of each. What is stored is,
for each category, how the scores of pairs of its different products are distributed; a hit's grade is where its score
stands there.
"""

import json
from bisect import bisect_right
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from search.query import GRADES

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)  # shares of pairs at which the distribution is kept
# A hit is of the first grade if it is more alike than 99 % of the category's pairs, and so on; else of the last one.
# In the drawn boutique these put 9 in 10 shoppers' photos' own products into the first two grades.
GRADE_LEVELS = (0.99, 0.95, 0.80)

# The shipped model's in the drawn boutique, for snapshots from before distributions were kept.
_USUAL = (0.53, 0.71, 0.80, 0.86, 0.92, 0.945, 0.96)


@dataclass(frozen=True)
class SimilarityCalibration:
    """Score quantiles at ``LEVELS``, ascending, by category; scores under the index's own balance of shape and colour.

    ``overall`` serves the categories that have too few pairs for quantiles of their own.
    """

    overall: tuple[float, ...] = _USUAL
    categories: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def grade(self, category: str, score: float) -> str:
        """How much a product of a category is like what was asked for, one of ``GRADES``."""
        thresholds = _thresholds(self.categories.get(category, self.overall))
        return GRADES[len(GRADE_LEVELS) - bisect_right(thresholds, score)]

    def least(self, category: str, grade: str) -> float:
        """The score from which a product of a category gets a grade other than the last one, or a better one."""
        level = GRADE_LEVELS[GRADES.index(grade)]
        return float(np.interp(level, LEVELS, self.categories.get(category, self.overall)))

    def save(self, path: Path) -> None:
        """Write the distributions as JSON."""
        path.write_text(json.dumps({"levels": LEVELS, **asdict(self)}, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "SimilarityCalibration":
        """Distributions from their file, also from one with other levels.

        Raises:
            OSError: it can't be read. ValueError: it holds something else.
        """
        fields = json.loads(path.read_text(encoding="utf-8"))
        try:
            levels = [float(level) for level in fields["levels"]]
            overall = _at_our_levels(levels, fields["overall"])
            return cls(overall, {name: _at_our_levels(levels, own) for name, own in fields["categories"].items()})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path.name} holds no score distributions: {error!r}") from error


@lru_cache(1024)
def _thresholds(quantiles: tuple[float, ...]) -> list[float]:
    """The scores from which the grades hold, of the last grade but one first."""
    return np.interp(GRADE_LEVELS[::-1], LEVELS, quantiles).tolist()


def _at_our_levels(levels: list[float], quantiles: list[float]) -> tuple[float, ...]:
    return tuple(np.interp(LEVELS, levels, quantiles).tolist())
