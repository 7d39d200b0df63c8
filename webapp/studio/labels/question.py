"""One label in question: the product, what speaks for each label, and the form that decides."""

from dataclasses import dataclass

from flask import render_template

from catalog import Product
from catalog.decisions.corrections import Correction, CorrectionStore
from catalog.decisions.labels import list_labels
from catalog.decisions.suspicions import OPEN, Suspicion, SuspicionStore
from webapp.services.access import services
from webapp.studio.permissions import current_account

NEIGHBOURS = 6  # shown of each label


@dataclass(frozen=True)
class LabelQuestion:
    """What somebody needs to decide on a product's label."""

    product: Product
    suspicion: Suspicion | None  # None: nobody doubted it, somebody only wants to change it
    correction: Correction | None  # the latest decision on it, whatever its state
    like_given: tuple[Product, ...] = ()  # products that have the label, most alike first
    like_suggested: tuple[Product, ...] = ()  # likewise of the suggested one
    before: Suspicion | None = None  # in the queue
    after: Suspicion | None = None

    @property
    def version(self) -> int:
        """Of the decision that is shown; 0 for none."""
        return self.correction.version if self.correction else 0

    @property
    def said(self) -> str:
        """What the source says."""
        held = self.correction and self.correction.state == "in force"
        return self.correction.given if self.correction and held else self.product.category


def the_queue() -> SuspicionStore:
    """The queue in it."""
    return SuspicionStore(services().catalog.database)


def the_corrections() -> CorrectionStore:
    """The decisions in it."""
    return CorrectionStore(services().catalog.database)


def ask(product_id: str, suspicion: Suspicion | None) -> LabelQuestion:
    """Everything about a label in question; raises UnknownProductError."""
    product = services().catalog.product(product_id)
    correction = the_corrections().find(product_id)
    if suspicion is None:
        return LabelQuestion(product, None, correction)
    neighbours = services().catalog.products([*suspicion.given_neighbours, *suspicion.suggested_neighbours])

    def having(label: str, product_ids: tuple[str, ...]) -> tuple[Product, ...]:
        known = [neighbours[one] for one in product_ids if one in neighbours]
        return tuple(one for one in known if one.category == label)[:NEIGHBOURS]

    queue = the_queue()
    state = OPEN if suspicion.state not in ("skipped",) else suspicion.state
    return LabelQuestion(
        product,
        suspicion,
        correction,
        having(suspicion.given, suspicion.given_neighbours),
        having(suspicion.suggested, suspicion.suggested_neighbours),
        queue.before(suspicion.rank, state),
        queue.after(suspicion.rank, state),
    )


def render_question(question: LabelQuestion, *, conflict: str | None = None, wanted: str | None = None) -> str:
    """The page that asks.

    Args:
        question: what it asks.
        conflict: why the last try wasn't saved.
        wanted: the label that was chosen then, which stays chosen.
    """
    labels = list_labels(services().catalog.database)
    return render_template(
        "studio/labels/question.html",
        question=question,
        conflict=conflict,
        wanted=wanted,
        labels=labels,
        **of_every_page(),
    )


def of_every_page() -> dict[str, object]:
    """What all pages about labels show: how much waits where, and one's own last decision, to undo it."""
    queue = the_queue()
    last = the_corrections().latest(current_account().name)
    return {
        "counts": queue.counts(),
        "conflicts": queue.count_pictures(conflicting=True),
        "check": queue.last_check(),
        "last": last,
        "last_product": services().catalog.products([last.product_id]).get(last.product_id) if last else None,
    }
