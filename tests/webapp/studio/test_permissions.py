"""Walks every door of the studio and the API: without a session, as a viewer, and as a merchandiser."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.webapp.studio.conftest import StudioClient
from webapp.studio.permissions import _OPEN, _ROLE

SignIn = Callable[..., StudioClient]
OPEN = {"studio.auth.sign_in", "studio.auth.check"}
# What a role opens beyond its usual: signing out and one's own account take no more than being in.
EXCEPTIONS = {
    "studio.auth.sign_out": "viewer",
    "studio.own_account.change_password": "viewer",
    "studio.own_account.end_sessions": "viewer",
}


def _studio_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/studio")]


def _address(rule: Rule) -> str:
    """The rule with something plausible in place of each variable."""

    def fill(match: re.Match[str]) -> str:
        return "1" if match.group(0).startswith(("<int", "<float")) else "coat-00"

    return re.sub(r"<[^>]+>", fill, rule.rule)


def _doors(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of everything below /studio."""
    return [
        (rule.endpoint, method, _address(rule))
        for rule in _studio_rules(app)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def test_nothing_below_studio_opens_without_a_session(app: Flask, sign_in: SignIn) -> None:
    """Pages send to the way in, everything else refuses; only the way in itself is open."""
    nobody = sign_in(None)
    doors = _doors(app)
    assert len(doors) > 5
    for endpoint, method, address in doors:
        if endpoint in OPEN:
            continue
        data = {"csrf_token": nobody.token()}
        response = nobody.client.open(address, method=method, data=data if method != "GET" else None)
        expected = 303 if method == "GET" else 401
        assert response.status_code == expected, f"{method} {address} answered {response.status_code}"
        if method == "GET":
            assert response.headers["Location"].startswith("/studio/sign-in?next=")


def test_only_the_way_in_is_marked_as_open(app: Flask) -> None:
    """A view that somebody opens by mistake shows here."""
    marked = {rule.endpoint for rule in _studio_rules(app) if getattr(app.view_functions[rule.endpoint], _OPEN, False)}
    assert marked == OPEN


def test_a_viewer_changes_nothing(app: Flask, sign_in: SignIn) -> None:
    """Everything but looking is refused, with a valid token."""
    viewer = sign_in("viewer")
    token = viewer.token()
    for endpoint, method, address in _doors(app):
        if method == "GET" or endpoint in OPEN or EXCEPTIONS.get(endpoint) == "viewer":
            continue
        response = viewer.client.open(address, method=method, data={"csrf_token": token})
        assert response.status_code == 403, f"{method} {address} answered {response.status_code}"


def test_a_merchandiser_isn_t_let_into_what_takes_an_admin(app: Flask, sign_in: SignIn) -> None:
    """Whatever is marked so."""
    merchandiser = sign_in("merchandiser")
    token = merchandiser.token()
    for endpoint, method, address in _doors(app):
        if getattr(app.view_functions[endpoint], _ROLE, None) != "admin":
            continue
        data = {"csrf_token": token} if method != "GET" else None
        assert merchandiser.client.open(address, method=method, data=data).status_code == 403, address


def test_a_form_without_its_token_is_refused(app: Flask, sign_in: SignIn) -> None:
    """Another site may send a merchandiser's browser here, but knows no token; signing in included."""
    merchandiser = sign_in("merchandiser")
    for _, method, address in _doors(app):
        if method != "GET":
            response = merchandiser.client.open(address, method=method, data={"name": "merchandiser"})
            assert response.status_code == 400, f"{method} {address} answered {response.status_code}"
            assert "form_expired" in response.text


def test_no_page_of_the_studio_breaks_for_a_viewer(app: Flask, sign_in: SignIn) -> None:
    """With made-up ids each is a page or a kind refusal, is kept out of caches and of search engines."""
    viewer = sign_in("viewer")
    for endpoint, method, address in _doors(app):
        if method == "GET":
            response = viewer.get(address)
            assert response.status_code < 500 or response.status_code == 503, f"{address}: {response.text[:300]}"
            if endpoint not in OPEN:
                assert response.headers["Cache-Control"] == "no-store", address
                assert "noindex" in response.headers["X-Robots-Tag"]


def test_the_shop_s_doors_take_no_session_and_change_no_decision(app: Flask, client: FlaskClient) -> None:
    """All that the shop and its API take is a photo or a click, but for programs with a key; nothing else is taken."""
    changing = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/studio")
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    for_programs = {(rule, method) for rule, method in changing if rule.startswith("/api/v1/")}
    assert changing - for_programs == {("/search", "POST"), ("/api/search", "POST"), ("/events", "POST")}
    searches = {(f"/api/v1/{name}", "POST") for name in ("search", "products/similar", "products/goes-with")}
    assert searches < for_programs  # what they are sent is a question, and they change nothing
    for rule, method in for_programs - searches:
        address = rule.replace("<product_id:product_id>", "coat-00")
        assert client.open(address, method=method, json={}).status_code == 401, f"{method} {address}"
    for address in ("/", "/products/coat-00", "/api/products/coat-00", "/health"):
        assert "Set-Cookie" not in client.get(address).headers


def test_the_studio_is_off_until_somebody_has_an_account(client: FlaskClient) -> None:
    """There is no default password; the page says what to do."""
    for address in ("/studio/", "/studio/sign-in", "/studio/people/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "studio_off" in response.text
        assert "user add" in response.text


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/studio/people/", "/studio/people/"),
        ("/studio/people/?by=ana", "/studio/people/?by=ana"),
        ("https://elsewhere.example/studio", "/studio/"),
        ("//elsewhere.example/studio", "/studio/"),
        ("/studio\\@elsewhere.example", "/studio/"),
        ("/products/coat-00", "/studio/"),
        ("", "/studio/"),
    ],
)
def test_after_signing_in_one_is_where_one_wanted_to_go(sign_in: SignIn, wanted: str, reached: str) -> None:
    """But never on another site."""
    studio = sign_in(None)
    data = {"name": "somebody", "password": "six quiet herons wade", "next": wanted}
    response = studio.post("/studio/sign-in", data)
    assert (response.status_code, response.headers["Location"]) == (303, reached)


def test_guessing_passwords_is_slowed_down(sign_in: SignIn) -> None:
    """After ten refusals even the right one has to wait, with the time said."""
    studio = sign_in(None)
    for _ in range(10):
        assert studio.sign_in("somebody", "a wrong password").status_code == 401
    response = studio.sign_in("somebody")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 15 * 60


def test_a_part_of_a_page_isn_t_sent_to_the_way_in(sign_in: SignIn) -> None:
    """A picture or a script's request would take the log-in page for its answer."""
    response = sign_in(None).get("/studio/", headers={"Sec-Fetch-Dest": "empty"})
    assert response.status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        *("/studio\r\nX: y", "/studio/\n", "/studio/people/\x00", "/studio/\u2028", "/studio/a\tb"),
        *("/studio//evil.example", "/studio/../..//evil.example", "/studioevil", "/studio@evil.example"),
        *("//[/studio", "/studio/" + "a" * 3000),
    ],
)
def test_an_odd_next_page_is_none(sign_in: SignIn, wanted: str) -> None:
    """When signing in, when signed in already, and when a job's form was sent."""
    merchandiser, nobody = sign_in("merchandiser"), sign_in(None)
    data = {"name": "somebody", "password": "six quiet herons wade", "next": wanted}
    answers = [
        nobody.post("/studio/sign-in", data),
        merchandiser.client.get("/studio/sign-in", query_string={"next": wanted}),
        merchandiser.post("/studio/jobs/1/cancel", {"next": wanted}),
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 404]
    assert [answer.headers.get("Location") for answer in answers[:2]] == ["/studio/", "/studio/"]


def test_a_page_of_the_studio_takes_any_parameter(app: Flask, sign_in: SignIn) -> None:
    """Pages build addresses from their own; a name that means something to a function means nothing there."""
    viewer = sign_in("viewer")
    names = ("endpoint", "_scheme", "_external", "_method", "_anchor", "rule_id", "job_id", "lang")
    for _, method, address in _doors(app):
        if method == "GET":
            plain = viewer.get(address).status_code
            for name in names:
                asked = f"{address}?{name}=a.b&{name}=https"
                assert viewer.get(asked).status_code in (plain, 400, 404), asked


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808", "2147483648", "9" * 5000, "²", "١"])
def test_a_number_that_fits_nowhere_is_no_error_of_ours(app: Flask, sign_in: SignIn, number: str) -> None:
    """In an address and in each field that holds a number."""
    merchandiser = sign_in("merchandiser")
    token = merchandiser.token()
    for rule in _studio_rules(app):
        address = re.sub(r"<int:[^>]+>", number, rule.rule)
        if address != rule.rule and "GET" in (rule.methods or set()):
            assert merchandiser.get(address).status_code == 404, address
    fields = ("rule_id", "version", "suspicion", "position", "strength", "marked", "at", "page")
    for _, method, address in _doors(app):
        data = {name: f"{number}:1" if name == "marked" else number for name in fields} | {"csrf_token": token}
        if method == "GET":
            status = merchandiser.client.get(address, query_string=data).status_code
        elif address != "/studio/sign-out":
            status = merchandiser.client.post(address, data=data).status_code
        assert status < 500 or status == 503, f"{method} {address} answered {status}"
