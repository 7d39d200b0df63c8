"""Which category a photo is of, and what that is worth to each product's place in the ranking."""

import numpy as np

from search.errors import QueryError
from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.model.bundle import CATEGORY, Bundle
from search.model.embedder import Embeddings
from search.model.novelty import Novelty
from search.ranking.category_vote import vote_category

# Score that a product gains if its category is surely the photo's: about half of the deviation of scores in a shop.
CATEGORY_BONUS = 0.06


class CategoryGuesser:
    """Guesses among the categories that one index knows; never changes, so threads may share it."""

    def __init__(self, snapshot: Snapshot, bundle: Bundle, columns: ProductColumns) -> None:
        self._snapshot = snapshot
        self._bundle = bundle
        self._columns = columns
        self._assortment = snapshot.assortment
        self.labels = snapshot.head.labels if snapshot.head else bundle.heads[CATEGORY].labels
        label_of = {label: place for place, label in enumerate(self.labels)}
        self._label_to_code = np.array([columns.category.code(label) for label in self.labels])
        self._code_to_label = np.array([label_of.get(name, -1) for name in columns.category.values])

    def guess(self, seen: Embeddings) -> tuple[np.ndarray, bool]:
        """(C,) probabilities in the order of ``labels``, the classifier's and the nearest photos' together.

        And whether the photo shows something that the catalogue has.
        """
        head, vote, novelty = self._snapshot.head, self._bundle.neighbours, self._bundle.novelty
        classified = head.predict(seen.vectors)[0] if head is not None else seen.probabilities[CATEGORY][0]
        query = self._bundle.balance.weigh_shapes(seen.vectors[0])
        rows, scores = self._snapshot.store.search(query, vote.limit)
        labels = self._code_to_label[self._columns.category.codes[self._snapshot.photo_product[rows]]]
        nearest = scores.max(initial=-1.0)
        recognised = novelty is None or bool(novelty.in_distribution(self._score_novelty(novelty, nearest, seen)))
        return vote_category(classified, scores, labels, vote), recognised

    def _score_novelty(self, novelty: Novelty, nearest: float, seen: Embeddings) -> float:
        bundle = self._bundle
        labels = bundle.heads[CATEGORY].labels if CATEGORY in bundle.heads else ()
        probabilities = seen.probabilities[CATEGORY] if labels else np.zeros((1, 0))
        general = seen.vectors[:1, bundle.general]
        return float(novelty.score(np.array([nearest]), general, probabilities[:1], labels, self._assortment)[0])

    def soft_bonus(self, probabilities: np.ndarray) -> np.ndarray:
        """(P,) what each product gains from its category's probability: a soft gate that an unsure guess opens."""
        by_code = np.zeros(len(self._columns.category.values) + 1, np.float32)  # the last one serves "no category"
        sold = self._label_to_code >= 0
        by_code[self._label_to_code[sold]] = CATEGORY_BONUS * probabilities[sold]
        return by_code[self._columns.category.codes]

    def sure_bonus(self, category: str | None) -> np.ndarray:
        """(P,) what each product gains where the category is known.

        Raises:
            QueryError: no product has that category.
        """
        if category not in self._columns.category.values:
            raise QueryError(f"The category {category!r} is none that a product of the index has.")
        return CATEGORY_BONUS * (self._columns.category.codes == self._columns.category.code(category))
