from collections.abc import Callable

from catalog.accounts.accounts import AccountStore
from tests.webapp.studio.conftest import PASSWORD, StudioClient


def test_everybody_sees_who_changed_what(sign_in: Callable[..., StudioClient], account_store: AccountStore) -> None:
    """Names with markup in them stay text."""
    viewer = sign_in("viewer")
    account_store.add("bob", "viewer", PASSWORD, by="<b>ana</b>")
    account_store.set_role("bob", "admin", by="ana")
    page = viewer.get("/studio/people/").text
    assert "role changed" in page
    assert "role: admin" in page
    assert "<b>ana</b>" not in page
    only_ana = viewer.get("/studio/people/?by=ana").text
    assert only_ana.count("<time") == 1
    assert viewer.get("/studio/people/?page=2").status_code == 404
    assert viewer.get("/studio/people/?page=no").status_code == 400


def test_the_log_reads_in_spanish(sign_in: Callable[..., StudioClient]) -> None:
    """What was done, too."""
    assert "cuenta creada" in sign_in("viewer").get("/studio/people/?lang=es").text
