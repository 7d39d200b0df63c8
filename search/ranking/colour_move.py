"""The same thing in another colour: the colour part of a query is replaced by that of the colour that is wanted.

How a colour looks in this shop is the mean of the colour parts of the products that have its name, or where none has
it, of those that have a shade of it. The colour then counts a tenth of what it counts otherwise: the mean says little
of any one product, since "blue" may be sky or royal; and what has the colour's name gains so much that it stands before
what only looks alike. Its shades gain less, so that they stand between the two. The first two numbers were chosen on
products for training; ``benchmarks/words.py`` shows what comes of them.

Of the product that looks most like the photo, the shop itself may say what is the same in another colour: the variants
of its group. They gain as much again, and keep their place if they are sold out, as they are what was asked for; those
in a shade of the colour too, where none has the colour itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from search.index.product_columns import ProductColumns
from search.model.balance import Balance
from search.query import Query, SearchRequest
from search.ranking.bonus import Bonus, ValueGains
from search.ranking.genders import NearProduct
from search.ranking.ranker import Ranker
from search.words.shades import Family, family_of

COLOUR_SHARE = 0.1  # of the balance's weight of colour that is left to a colour without a photo
NAMED_BONUS = 0.4  # what a product gains that has the colour's name; scores are 1 at most
SHADE_BONUS = 0.35  # what it gains that has the name of a shade of it
VARIANT_BONUS = 0.5  # what it gains besides as a variant of the product that looks most like the photo
SHADE_VARIANT_BONUS = 0.05  # the same of a variant in a shade, where none has the colour itself
_MOST_EXAMPLES = 500  # products that a colour's mean is made of


@dataclass(frozen=True)
class ColourMover:
    """Moves queries to the colours of one index's products; never changes, so threads may share it."""

    columns: ProductColumns
    balance: Balance
    ranker: Ranker
    _means: dict[tuple[str, ...], np.ndarray | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def move(
        self, query: Query, request: SearchRequest, near: Sequence[NearProduct]
    ) -> tuple[Query, SearchRequest, Bonus | None]:
        """The query in the colour that the request wants, and what products gain by having its name.

        A colour of which no product has even a shade moves nothing.

        Args:
            query: of the photo.
            request: names the colour, as the shop does or by a word for it.
            near: what looks most like the photo, nearest first, whatever its colour; empty if nothing does.
        """
        family = self._family(request)
        mean = None if family is None else self._mean_of(family)
        if family is None or mean is None:
            return query, request, None
        colours = self.columns.known_colour
        vector = query.embedding.vector.copy()
        vector[self.balance.shape_dim :] = mean
        moved = replace(query, embedding=replace(query.embedding, vector=vector, colour=request.in_colour))
        gains = np.zeros(len(colours.values) + 1, np.float32)
        gains[[colours.used[value] for value in family.shades]] = SHADE_BONUS
        gains[[colours.used[value] for value in family.exact]] = NAMED_BONUS
        variants = self._gains_of_variants(near, family)
        weighed = replace(request, colour_weight=self.weight(request))
        return moved, weighed, Bonus((ValueGains(colours, gains),), variants)

    def weight(self, request: SearchRequest) -> float:
        """How much colour counts against shape in the answer to a request, 0 to 1."""
        if request.colour_weight is not None:
            return request.colour_weight
        family = self._family(request)
        moves = family is not None and self._mean_of(family) is not None
        return self.balance.colour_weight * (COLOUR_SHARE if moves else 1.0)

    def _family(self, request: SearchRequest) -> Family | None:
        """The colours of the catalogue, or else of the network, that a request's colour takes in."""
        return None if request.in_colour is None else family_of(request.in_colour, self.columns.known_colour.used)

    def _gains_of_variants(self, near: Sequence[NearProduct], family: Family) -> dict[int, float]:
        """What the variants of the nearest product gain that have the colour, or else a shade of it, by position."""
        if not near:
            return {}
        members = self.ranker.groups.members(int(self.columns.group[near[0].position]))
        colours = self.columns.known_colour
        for values, gain in ((family.exact, VARIANT_BONUS), (family.shades, SHADE_VARIANT_BONUS)):
            found = members[np.isin(colours.codes[members], [colours.used[value] for value in values])]
            if len(found):
                return dict.fromkeys(found.tolist(), gain)
        return {}

    def _mean_of(self, family: Family) -> np.ndarray | None:
        """How a colour looks, or where no product has it its shades; None if no product has these either."""
        named = family.exact or family.shades
        if named not in self._means:
            self._means[named] = self._mean_colour([self.columns.known_colour.used[value] for value in named])
        return self._means[named]

    def _mean_colour(self, codes: Sequence[int]) -> np.ndarray | None:
        """How colours look; None if no product has any of them."""
        named = np.isin(self.columns.known_colour.codes, codes)
        examples = np.flatnonzero(named if self.columns.alive is None else named & self.columns.alive)
        if not len(examples):
            return None
        if len(examples) > _MOST_EXAMPLES:  # evenly over the catalogue, so that every search takes the same ones
            examples = examples[np.linspace(0, len(examples) - 1, _MOST_EXAMPLES).astype(np.int64)]
        mean = self.ranker.first_vectors(examples)[:, self.balance.shape_dim :].mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)
