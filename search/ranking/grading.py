"""Grades of one answer: all its hits are measured by one scale and one score, so that no grade rises down the list.

The scale is that of the category that was asked for: how alike its own products are to one another. The score is the
one that ranks, less the most that a category's bonus can add; for products of the category it is their similarity.
"""

from dataclasses import dataclass

from search.index.match_grades import SimilarityCalibration
from search.query import GRADES

NEARLY_SAME, VERY_ALIKE, LAST_CLOSE = GRADES[0], GRADES[1], GRADES[-2]


@dataclass(frozen=True)
class Grading:
    """How the hits of one answer are graded.

    Attributes:
        similarity: the scales of the index.
        category: whose scale holds; None or an unknown one: that of all categories together.
        kind: the category that "nearly the same" is kept for; None: the first hit's.
        base: the most that a product's score gains because of its category.
        known: False: nothing is alike, so nothing is graded.
    """

    similarity: SimilarityCalibration
    category: str | None
    kind: str | None = None
    base: float = 0.0
    known: bool = True

    def grade(self, score: float) -> str | None:
        """The grade for a ranking's score, without what the shop's rules add to it; None if nothing is graded."""
        return self.similarity.grade(self.category or "", score - self.base) if self.known else None

    def least(self, grade: str) -> float:
        """The ranking's score from which a hit has this grade or a better one; infinite if nothing is graded."""
        return self.similarity.least(self.category or "", grade) + self.base if self.known else float("inf")

    @property
    def close_from(self) -> float:
        """The ranking's score from which a hit counts as a close match."""
        return self.least(LAST_CLOSE)
