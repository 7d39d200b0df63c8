"""The studio's page of API keys: for admins alone, each key shown once, and everything in the log."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from catalog import Catalog
from catalog.accounts.api_keys import ApiKeyStore
from catalog.accounts.audit import AuditLog
from tests.webapp.studio.conftest import StudioClient


def test_a_key_is_made_shown_once_and_revoked(
    sign_in: Callable[..., StudioClient], client: FlaskClient, catalog: Catalog
) -> None:
    admin = sign_in("admin")
    made = admin.post("/studio/keys/", {"name": "till <b>", "scope": "read", "per_minute": "60"})
    key = re.search(r"vk_[\w-]{20,}", made.text)
    assert key is not None
    assert made.headers["Cache-Control"] == "no-store"
    assert "<b>" not in made.text
    assert key[0] not in admin.get("/studio/keys/").text
    found = ApiKeyStore(catalog.database).check(key[0])
    assert found is not None
    assert (found.scopes, found.per_minute, found.made_by) == (("read",), 60, "admin")
    headers = {"Authorization": f"Bearer {key[0]}"}
    assert client.get("/api/v1/label-corrections", headers=headers).status_code == 200
    assert admin.post(f"/studio/keys/{found.key_id}/revoke").status_code == 303
    assert client.get("/api/v1/label-corrections", headers=headers).status_code == 401
    assert admin.post(f"/studio/keys/{found.key_id}/revoke").status_code == 303  # said, and nothing else
    actions = [entry.action for entry in AuditLog(catalog.database).entries(10)]
    assert actions[:2] == ["API key revoked", "API key made"]


def test_a_refused_form_keeps_what_was_filled_in(sign_in: Callable[..., StudioClient], catalog: Catalog) -> None:
    admin = sign_in("admin")
    for wrong in (
        {"name": "till"},
        {"name": " ", "scope": "read"},
        {"name": "till", "scope": "everything"},
        {"name": "till", "scope": "write", "per_minute": "0"},
        {"name": "till", "scope": "write", "per_minute": "many"},
    ):
        page = admin.post("/studio/keys/", wrong)
        assert page.status_code == 422
        assert 'role="alert"' in page.text
        assert f'value="{wrong["name"]}"' in page.text
    assert ApiKeyStore(catalog.database).all() == []


def test_only_admins_see_the_page(sign_in: Callable[..., StudioClient]) -> None:
    for role in ("viewer", "merchandiser"):
        person = sign_in(role)
        assert person.get("/studio/keys/").status_code == 403
        assert person.post("/studio/keys/", {"name": "a", "scope": "read"}).status_code == 403
        assert "/studio/keys/" not in person.get("/studio/people/").text
