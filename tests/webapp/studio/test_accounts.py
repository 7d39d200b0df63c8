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


def test_an_admin_gives_roles_and_locks_out(sign_in: Callable[..., StudioClient], account_store: AccountStore) -> None:
    """From the next request on; it is in the log, and the only admin can't lock herself out."""
    admin, merchandiser = sign_in("admin"), sign_in("merchandiser")
    assert admin.post("/studio/people/role", {"name": "merchandiser", "role": "viewer"}).status_code == 303
    assert merchandiser.post("/studio/labels/undo").status_code == 403
    assert "role: viewer" in admin.get("/studio/people/").text
    assert admin.post("/studio/people/lock", {"name": "merchandiser", "locked": "1"}).status_code == 303
    assert merchandiser.get("/studio/").status_code == 303
    assert admin.post("/studio/people/lock", {"name": "merchandiser", "locked": "0"}).status_code == 303
    assert merchandiser.get("/studio/").status_code == 200
    for address, data in (
        ("/studio/people/lock", {"name": "admin", "locked": "1"}),
        ("/studio/people/role", {"name": "admin", "role": "viewer"}),
        ("/studio/people/role", {"name": "merchandiser", "role": "boss"}),
        ("/studio/people/role", {"name": "nobody", "role": "viewer"}),
    ):
        assert "was not changed" in admin.post(address, data, follow_redirects=True).text
    assert {one.name: one.role for one in account_store.accounts()} == {"admin": "admin", "merchandiser": "viewer"}


def test_others_see_no_way_to_change_accounts(sign_in: Callable[..., StudioClient]) -> None:
    """What a role may not do isn't offered."""
    assert "Lock out" not in sign_in("merchandiser").get("/studio/people/").text
    assert "Lock out" in sign_in("admin").get("/studio/people/").text
