"""A label in question: the product, the products that speak for each label, and the form for the decision."""

from dataclasses import dataclass

from flask import render_template

from catalog import Product
from catalog.labels.corrections import Correction, CorrectionStore
from catalog.labels.label_issues import OPEN, LabelIssue, LabelIssueStore
from catalog.labels.label_list import list_labels
from webapp.services.access import services
from webapp.studio.permissions import current_account

NEIGHBOURS = 6  # shown of each label


@dataclass(frozen=True)
class LabelQuestion:
    """What somebody needs to decide on a product's label."""

    product: Product
    issue: LabelIssue | None  # None: the label isn't in question, but somebody wants to change it
    correction: Correction | None  # the latest decision on the label, in any state
    like_given: tuple[Product, ...] = ()  # products that have the label, most alike first
    like_suggested: tuple[Product, ...] = ()  # products that have the suggested label, most alike first
    before: LabelIssue | None = None  # the one before in the queue
    after: LabelIssue | None = None

    @property
    def version(self) -> int:
        """The version of the decision that is shown; 0 if there is none."""
        return self.correction.version if self.correction else 0

    @property
    def said(self) -> str:
        """The label that the source gives."""
        held = self.correction and self.correction.state == "in force"
        return self.correction.given if self.correction and held else self.product.category


def label_queue() -> LabelIssueStore:
    """The labels in question, and pictures that several products show."""
    return LabelIssueStore(services().catalog.database)


def label_corrections() -> CorrectionStore:
    """The decisions on labels."""
    return CorrectionStore(services().catalog.database)


def ask(product_id: str, issue: LabelIssue | None) -> LabelQuestion:
    """Everything about a label in question, also of a draft; raises UnknownProductError."""
    product = services().catalog.product(product_id, drafts=True)
    correction = label_corrections().find(product_id)
    if issue is None:
        return LabelQuestion(product, None, correction)
    neighbours = services().catalog.products([*issue.given_neighbours, *issue.predicted_neighbours])

    def having(label: str, product_ids: tuple[str, ...]) -> tuple[Product, ...]:
        known = [neighbours[one] for one in product_ids if one in neighbours]
        return tuple(one for one in known if one.category == label)[:NEIGHBOURS]

    queue = label_queue()
    state = OPEN if issue.state not in ("skipped",) else issue.state
    return LabelQuestion(
        product,
        issue,
        correction,
        having(issue.given, issue.given_neighbours),
        having(issue.predicted, issue.predicted_neighbours),
        queue.before(issue.rank, state),
        queue.after(issue.rank, state),
    )


def render_question(question: LabelQuestion, *, conflict: str | None = None, wanted: str | None = None) -> str:
    """The page of a question.

    Args:
        question: what to decide on.
        conflict: why the last decision wasn't saved.
        wanted: the label that was chosen then, and stays chosen.
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
    """What all pages about labels show: how much waits, and the reader's own last decision, to undo it."""
    queue = label_queue()
    last = label_corrections().latest(current_account().name)
    return {
        "counts": queue.counts(),
        "conflicts": queue.count_pictures(conflicting=True),
        "check": queue.last_check(),
        "last": last,
        "last_product": services().catalog.products([last.product_id]).get(last.product_id) if last else None,
    }
