import pytest

from catalog import Catalog
from catalog.labels.corrections import CorrectionStore
from catalog.labels.label_issues import Duplicate, LabelCheckRun, LabelIssue, LabelIssueStore
from tests.webapp.boutique import ODD_ID


def _suspicion(product_id: str, suggested: str = "WOMEN_Skirts", given: str = "MEN_Coats") -> LabelIssue:
    guesses = ((suggested, 0.9), ("Bags", 0.05), (given, 0.01))
    return LabelIssue(product_id, given, suggested, 0.01, 0.9, 0.02, guesses, ("coat-02", "gone"), ("skirt-1", "bag-1"))


@pytest.fixture
def corrections(catalog: Catalog) -> CorrectionStore:
    return CorrectionStore(catalog.database)


@pytest.fixture
def queue(catalog: Catalog) -> LabelIssueStore:
    """Three coats that look like skirts, one of them with an odd id; two coats and a bag share pictures."""
    store = LabelIssueStore(catalog.database)
    shas = {one: catalog.product(one).photos[0].sha256 for one in ("coat-05", "coat-06", "bag-1")}
    check = LabelCheckRun(0, "2026-01-02T03:04:05+00:00", "shipped", 31, 32, 1.0)
    twice = [Duplicate(1, "coat-05", shas["coat-05"], 0), Duplicate(1, "coat-06", shas["coat-06"], 0)]
    twice += [Duplicate(2, "coat-06", shas["coat-06"], 2), Duplicate(2, "bag-1", shas["bag-1"], 2)]
    store.replace(check, [_suspicion(one) for one in ("coat-00", ODD_ID, "coat-01")], twice)
    return store
