import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import webapp
from webapp.http.assets import (
    LIST_SCRIPTS,
    LIST_STYLES,
    PHOTO_SCRIPTS,
    SCRIPTS,
    STUDIO_SCRIPTS,
    STUDIO_STYLES,
    STYLES,
    join_scripts,
    join_styles,
    read_script,
    read_style,
    script_path,
    style_path,
)

STATIC = Path(webapp.__file__).parent / "static"


def _linked(client: FlaskClient, name: str, page: str = "/") -> str:
    (found,) = set(re.findall(rf'"(/assets/\w+/{re.escape(name)})"', client.get(page).text))
    return str(found)


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("shop.css", "text/css"),
        ("shop.js", "text/javascript"),
        ("early.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_assets_are_kept_for_ever_under_the_address_of_their_content(
    client: FlaskClient, name: str, mimetype: str
) -> None:
    """And asked for again under any other, which pages of an earlier release still link."""
    current, former = client.get(_linked(client, name)), client.get(f"/assets/0123456789ab/{name}")
    assert current.mimetype == former.mimetype == mimetype
    assert current.data == former.data
    assert "immutable" in current.headers["Cache-Control"]
    assert former.headers["Cache-Control"] == "no-cache"
    again = client.get(f"/assets/0123456789ab/{name}", headers={"If-None-Match": former.headers["ETag"]})
    assert again.status_code == 304


def test_an_asset_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    """Whatever the version; the folder behind is not served."""
    assert client.get("/assets/0123456789ab/tokens.css").status_code == 404


@pytest.mark.parametrize(
    ("address", "styles", "scripts"), [("/", 1, 2), ("/categories/MEN_Coats", 2, 3), ("/nowhere", 2, 3)]
)
def test_a_page_asks_for_few_style_sheets_and_scripts(
    client: FlaskClient, address: str, styles: int, scripts: int
) -> None:
    """The parts are joined: each further request delays the first paint. The start page does without those of lists."""
    text = client.get(address).text
    assert len(re.findall(r'rel="stylesheet"', text)) == styles
    assert len(re.findall(r"<script(?! type)", text)) == scripts


@pytest.mark.parametrize(
    ("pattern", "path_of", "orders"),
    [
        ("s*/styles/*.css", style_path, (STYLES + LIST_STYLES, STUDIO_STYLES)),
        ("s*/scripts/*.js", script_path, (SCRIPTS + LIST_SCRIPTS + PHOTO_SCRIPTS, STUDIO_SCRIPTS)),
    ],
)
def test_every_part_has_its_place_in_a_bundle(
    pattern: str, path_of: Callable[[Path, str], Path], orders: tuple[tuple[str, ...], ...]
) -> None:
    """A file that nobody put into the order would silently be missing from every page."""
    files = {path.relative_to(STATIC) for path in STATIC.glob(pattern)}
    placed = [{path_of(STATIC, name).relative_to(STATIC) for name in order} for order in orders]
    assert set().union(*placed) == files
    for order, room in zip(orders, ("shop", "studio"), strict=True):
        assert len(order) == len(set(order))
        own = {f"{room}/{path.stem}" for path in files if path.parts[0] == room}
        assert {name for name in order if not name.startswith("shared/")} == own
    assert {path.stem for path in files if path.parts[0] == "shared"} == {
        name.removeprefix("shared/") for name in orders[0] if name.startswith("shared/")
    }


def test_the_bundles_hold_the_parts_in_their_order() -> None:
    """Custom properties come before what uses them, the script that others build on before those."""
    style, script = join_styles(STATIC, STYLES), join_scripts(STATIC, SCRIPTS)
    for bundle, names, read in ((style, STYLES, read_style), (script, SCRIPTS, read_script)):
        places = [bundle.index(read(STATIC, name)) for name in names]
        assert places == sorted(places)
    assert "/*" not in style
    assert not any(line.strip().startswith("//") for line in script.splitlines())


def test_no_asset_comes_from_elsewhere_or_is_heavy(client: FlaskClient) -> None:
    """A start page costs a phone line little: these are much of it."""
    names = ("shop.css", "lists.css", "shop.js", "lists.js", "early.js")
    style, list_style, script, list_script, early = (
        client.get(_linked(client, name, "/categories/MEN_Coats")) for name in names
    )
    for sheet in (style, list_style):
        assert not re.search(r"url\(|@import|https?:", sheet.text)
    for code in (script, list_script):
        assert "http:" not in code.text
        assert "https:" not in code.text
    assert len(gzip.compress(script.data)) + len(gzip.compress(list_script.data)) < 25_000
    assert len(gzip.compress(style.data)) + len(gzip.compress(list_style.data)) < 12_000
    assert len(gzip.compress(script.data)) < 8_000
    assert len(gzip.compress(style.data)) < 7_000
    assert len(early.data) < 1_000  # it holds up the first paint
