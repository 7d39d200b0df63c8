import re
from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.accounts.accounts import AccountStore

PASSWORD = "six quiet herons wade"


class StudioClient:
    """A browser's session in the studio, signed in or not."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token: str | None = None

    def get(self, address: str, **options: object) -> TestResponse:
        return self.client.get(address, **options)

    def token(self) -> str:
        """What a form of this session carries."""
        for address in ("/studio/people/", "/studio/sign-in"):
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(address).text)
            if found:
                return found.group(1)
        raise AssertionError("no page carries a token")

    def post(self, address: str, data: Mapping[str, object] | None = None, **options: object) -> TestResponse:
        """Send a form as its page does, token and all; a page of this session may be open for a while."""
        self._token = self._token or self.token()
        answer = self.client.post(address, data={"csrf_token": self._token, **(data or {})}, **options)
        if address.startswith("/studio/sign-"):
            self._token = None  # it was of the session before
        return answer

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/studio/sign-in", {"name": name, "password": password})


@pytest.fixture(autouse=True)
def _quick_hashes(quick_hashes: None) -> None:
    pass


@pytest.fixture
def account_store(catalog: Catalog) -> AccountStore:
    return AccountStore(catalog.database)


@pytest.fixture
def sign_in(app: Flask, account_store: AccountStore) -> Callable[[str], StudioClient]:
    """Opens a session of a new account with a role; without one, of nobody while somebody has an account."""

    def begin(role: str | None, name: str | None = None) -> StudioClient:
        name = name or role or "somebody"
        if account_store.find(name) is None:
            account_store.add(name, role or "viewer", PASSWORD, by="test")
        studio = StudioClient(app.test_client())
        if role is not None:
            assert studio.sign_in(name).status_code == 303
        return studio

    return begin


@pytest.fixture
def merchandiser(sign_in: Callable[[str], StudioClient]) -> StudioClient:
    return sign_in("merchandiser")
