"""Which category a photo is of, and what that is worth to each product's place in the ranking.

The classifier predicts, and near neighbours of the catalogue outvote it where there are any. A head fitted on studio
photos is unsure of a photo taken at home; the catalogue's own photos of that thing are not. The nearer they are, the
more they count. Far from everything the classifier speaks alone.
"""

import numpy as np

from search.errors import QueryError
from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.index.vector_store import VectorStore
from search.model.bundle import CATEGORY, Bundle, NeighbourVote
from search.query import CategoryProbability, Query, QueryEmbedding
from search.ranking.bonus import Bonus, ValueGains

GUESSES = 5  # categories in a prediction
# Score that a product gains if its category is surely the photo's: about half of the deviation of scores in a shop.
CATEGORY_BONUS = 0.06


class CategoryPredictor:
    """Predicts among the categories that one index knows; never changes, so threads may share it."""

    def __init__(
        self,
        snapshot: Snapshot,
        bundle: Bundle,
        columns: ProductColumns,
        store: VectorStore,
        product_of: np.ndarray,
        state: str,
    ) -> None:
        self._snapshot = snapshot
        self._store = store
        self._product_of = product_of  # (N,) int, position of each row's product
        self._bundle = bundle
        self._state_id = state  # names the index as it is now, with its changes
        self._columns = columns
        self._labels = snapshot.head.labels if snapshot.head else bundle.heads[CATEGORY].labels
        self._label_to_code = np.array([columns.category.code(label) for label in self._labels])
        self._sold = np.flatnonzero(self._label_to_code >= 0)  # labels that a product has; others had some once
        self._code_to_label = np.full(len(columns.category.values) + 1, -1)  # the last one serves "no category"
        self._code_to_label[self._label_to_code[self._sold]] = self._sold

    def predict(self, embedding: QueryEmbedding) -> Query:
        """The photo with the index's categories: their probabilities from the classifier and the nearest photos.

        A category that no product has any more isn't predicted, however probable it is.
        """
        head, vote = self._snapshot.head, self._bundle.neighbours
        classified = embedding.class_probabilities if head is None else head.predict(embedding.vector[None])[0]
        rows, scores = self._store.search(self._bundle.balance.weigh_shapes(embedding.vector), vote.limit)
        labels = self._code_to_label[self._columns.category.codes[self._product_of[rows]]]
        probabilities = vote_category(classified, scores, labels, vote)
        best = self._sold[np.argsort(-probabilities[self._sold], kind="stable")[:GUESSES]]
        return Query(
            embedding,
            self._state_id,
            probabilities,
            tuple(CategoryProbability(self._spelled(place), float(probabilities[place])) for place in best),
            in_distribution=self._is_in_distribution(embedding, scores.max(initial=-1.0)),
        )

    def _spelled(self, label: int) -> str:
        """A label that is sold, as the catalogue spells it now."""
        return self._columns.category.values[self._label_to_code[label]]

    def _is_in_distribution(self, embedding: QueryEmbedding, nearest: float) -> bool:
        """Whether the photo shows something that the shop sells; ``nearest``: the score of the nearest photo."""
        novelty, heads = self._bundle.novelty, self._bundle.heads
        if novelty is None:
            return True
        labels = heads[CATEGORY].labels if CATEGORY in heads else ()
        general, probabilities = embedding.vector[None, self._bundle.general], embedding.class_probabilities[None]
        score = novelty.score(np.array([nearest]), general, probabilities, labels, self._snapshot.assortment)
        return bool(novelty.in_distribution(score)[0])

    def soft_bonus(self, probabilities: np.ndarray) -> Bonus:
        """What each product gains from its category's probability: a soft gate that an unsure guess opens."""
        by_code = np.zeros(len(self._columns.category.values) + 1, np.float32)  # the last one serves "no category"
        by_code[self._label_to_code[self._sold]] = CATEGORY_BONUS * probabilities[self._sold]
        return Bonus((ValueGains(self._columns.category, by_code),))

    def sure_bonus(self, category: str | None) -> Bonus:
        """What each product gains where the category is known.

        Raises:
            QueryError: no product has that category.
        """
        if category not in self._columns.categories:
            raise QueryError(f"The category {category!r} is none that a product of the index has.")
        by_code = np.zeros(len(self._columns.category.values) + 1, np.float32)
        by_code[self._columns.category.code(category)] = CATEGORY_BONUS
        return Bonus((ValueGains(self._columns.category, by_code),))


def vote_category(
    probabilities: np.ndarray, neighbour_scores: np.ndarray, neighbour_labels: np.ndarray, vote: NeighbourVote
) -> np.ndarray:
    """Category probabilities from the classifier and the nearest photos.

    Each neighbour weighs ``exp((score - equal_score) / softness)`` against the classifier's 1: one neighbour at the
    equal score counts as much as the classifier.

    Args:
        probabilities: (C,) the classifier's, summing to 1.
        neighbour_scores: (K,) of the nearest photos, in shape alone.
        neighbour_labels: (K,) int, each neighbour's category as an index into ``probabilities``; -1 abstains.
        vote: the model's scale.

    Returns:
        (C,) float32, summing to 1.
    """
    counted = neighbour_labels >= 0
    weights = np.exp((neighbour_scores[counted] - vote.equal_score) / vote.softness)
    total = probabilities.astype(np.float64)
    np.add.at(total, neighbour_labels[counted], weights)
    return (total / total.sum()).astype(np.float32)
