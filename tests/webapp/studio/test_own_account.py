from collections.abc import Callable

from catalog.accounts.accounts import AccountStore
from catalog.accounts.audit import AuditLog
from tests.webapp.studio.conftest import PASSWORD, StudioClient

SignIn = Callable[..., StudioClient]
NEW = "eleven brass lanterns"


def change(studio: StudioClient, old: str, new: str, again: str | None = None) -> int:
    fields = {"old": old, "new": new, "again": new if again is None else again}
    return studio.post("/studio/account/password", fields).status_code


def copy_of(studio: StudioClient) -> StudioClient:
    """Somebody who has a copy of the session's cookie."""
    thief = studio.client.application.test_client()
    cookie = studio.client.get_cookie("vitrina_studio", path="/studio")
    assert cookie is not None
    thief.set_cookie("vitrina_studio", cookie.value, path="/studio")
    return StudioClient(thief)


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(sign_in: SignIn) -> None:
    """Not only in the browser that asks for it."""
    viewer = sign_in("viewer")
    thief = copy_of(viewer)
    assert thief.get("/studio/").status_code == 200
    assert viewer.post("/studio/sign-out").status_code == 303
    assert thief.get("/studio/").status_code == 303
    assert thief.client.post("/studio/account/password", data={"csrf_token": "x"}).status_code in (400, 401)


def test_everybody_changes_their_own_password(sign_in: SignIn, account_store: AccountStore) -> None:
    """Whatever the role; all other sessions end, this one goes on."""
    here, there = sign_in("viewer"), sign_in("viewer")
    assert change(here, PASSWORD, NEW) == 303
    assert here.get("/studio/").status_code == 200
    assert there.get("/studio/").status_code == 303
    assert account_store.check_password("viewer", NEW) is not None
    assert account_store.check_password("viewer", PASSWORD) is None


def test_a_password_that_can_t_be_changed_says_why(sign_in: SignIn, account_store: AccountStore) -> None:
    """Too short, not repeated, or the present one is wrong; in both languages."""
    studio = sign_in("viewer")
    assert [change(studio, PASSWORD, "short"), change(studio, PASSWORD, NEW, "else"), change(studio, "no", NEW)] == [
        422,
        422,
        422,
    ]
    page = studio.post("/studio/account/password?lang=es", {"old": "no", "new": NEW, "again": NEW}).text
    assert "no es tu contraseña actual" in page
    assert account_store.check_password("viewer", PASSWORD) is not None


def test_a_session_can_t_be_used_to_guess_the_password(sign_in: SignIn) -> None:
    """Ten tries, then waiting, also with the right one."""
    studio = sign_in("viewer")
    assert {change(studio, f"a wrong guess {number}", NEW) for number in range(10)} == {422}
    assert change(studio, PASSWORD, NEW) == 429


def test_one_sees_and_ends_one_s_sessions(sign_in: SignIn) -> None:
    """One of them, or all others; another account's are neither shown nor ended."""
    here, there, third, other = sign_in("viewer"), sign_in("viewer"), sign_in("viewer"), sign_in("admin")
    page = here.get("/studio/account/").text
    assert page.count("this one") == 1
    assert page.count("Sign out there") == 2
    others = here.client.application.extensions["vitrina"].sessions.sessions("admin")
    here.post("/studio/account/sessions/end", {"session": others[0].session_id})
    assert other.get("/studio/").status_code == 200
    assert here.post("/studio/account/sessions/end").status_code == 303
    assert [one.get("/studio/").status_code for one in (here, there, third)] == [200, 303, 303]


def test_an_admin_signs_others_out(sign_in: SignIn) -> None:
    """Everywhere; they may sign in again, and it is in the log."""
    admin, viewer = sign_in("admin"), sign_in("viewer")
    assert "Sign out everywhere" in admin.get("/studio/people/").text
    assert "Sign out everywhere" not in viewer.get("/studio/people/").text
    assert admin.post("/studio/people/sign-out", {"name": "viewer"}).status_code == 303
    assert viewer.get("/studio/").status_code == 303
    assert "session ended" in admin.get("/studio/people/?show=sign-ins").text
    assert viewer.sign_in("viewer").status_code == 303


def test_sign_ins_stand_in_the_log_apart_from_changes(sign_in: SignIn, account_store: AccountStore) -> None:
    """With the address; the overview names changes alone."""
    studio = sign_in("viewer")
    signed_in = studio.get("/studio/people/?show=sign-ins").text
    assert "signed in" in signed_in
    assert "address: 127.0.0.1" in signed_in
    assert "inició sesión" in studio.get("/studio/people/?show=sign-ins&lang=es").text
    assert "address: 127.0.0.1" not in studio.get("/studio/people/?lang=en").text
    assert "signed in" not in studio.get("/studio/").text


def test_refused_sign_ins_of_an_account_stand_in_the_log(sign_in: SignIn, account_store: AccountStore) -> None:
    """Those with made-up names don't, which would fill it with whatever a stranger writes."""
    nobody = sign_in(None)
    nobody.sign_in("somebody", "a wrong password")
    nobody.sign_in("<made up>", "a wrong password")
    objects = nobody.client.application.extensions["vitrina"]
    assert objects.sessions._writes.flush()
    entries = AuditLog(objects.catalog.database).entries(10, sign_ins=True)
    assert [(one.by, one.action) for one in entries] == [("somebody", "sign-in refused")]


def test_a_stranger_keeps_nobody_out(sign_in: SignIn) -> None:
    """Wrong passwords from one address lock neither other accounts nor the same one somewhere else."""
    nobody = sign_in(None)
    stranger, owner = ({"X-Forwarded-For": address} for address in ("203.0.113.9", "198.51.100.7"))
    wrong = {"name": "somebody", "password": "a wrong password"}
    answers = [nobody.post("/studio/sign-in", wrong, headers=stranger).status_code for _ in range(12)]
    assert answers == [401] * 10 + [429] * 2
    right = {"name": "somebody", "password": PASSWORD}
    assert nobody.post("/studio/sign-in", right, headers=stranger).status_code == 429
    assert nobody.post("/studio/sign-in", right, headers=owner).status_code == 303
