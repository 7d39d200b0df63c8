import gettext
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import webapp
import webapp.http.languages
import webapp.http.vocabulary
from search.model_quality.language import ENGLISH, LANGUAGES

PACKAGE = Path(webapp.__file__).parent
TRANSLATIONS = PACKAGE / "translations"
TRANSLATED = [one for one in LANGUAGES if one != ENGLISH]
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
REMEDY = "Run: make translations"

Message = str | tuple[str, ...]


def _used() -> set[Message]:
    return {
        _in_context(message, context)
        for _, _, message, _, context in extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS, callback=None)
        if message
    }


def _in_context(message: Message, context: str | None) -> Message:
    """A message as compiled translations name it: one word may be translated in several ways."""
    return f"{context}\x04{message}" if context and isinstance(message, str) else message


def _as_message(text: str | list[str] | tuple[str, ...]) -> Message:
    return text if isinstance(text, str) else tuple(text)


def _translated(language: str) -> dict[Message, Message]:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        _in_context(_as_message(message.id), message.context): _as_message(message.string)
        for message in messages
        if message.id and message.string and not message.fuzzy
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_that_people_read_is_translated(language: str) -> None:
    """Every message in the code and templates has a translation, and none is left over."""
    used, translated = _used(), set(_translated(language))
    assert len(used) > 100
    assert used - translated == set(), REMEDY
    assert translated - used == set(), REMEDY


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_survive_translation(language: str) -> None:
    """A lost one would break the page in that language only."""
    for message, translation in _translated(language).items():
        originals = [message] if isinstance(message, str) else message
        translations = [translation] if isinstance(translation, str) else translation
        names = {name for text in originals for name in re.findall(r"%\((\w+)\)", text)}
        assert all(translations), message
        for text in translations:
            assert set(re.findall(r"%\((\w+)\)", text)) == names, text


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_translations_are_up_to_date(language: str) -> None:
    """What runs is what is written."""
    compiled = gettext.translation("messages", TRANSLATIONS, [language])
    for message, translation in _translated(language).items():
        if isinstance(message, str):
            assert compiled.gettext(message) == translation, REMEDY
        else:
            said = tuple(compiled.ngettext(message[0], message[1], number) for number in (1, 2))
            assert said == tuple(translation), REMEDY


@pytest.mark.parametrize(
    ("accepted", "cookie", "address", "language"),
    [
        ("", None, "/", "en"),
        ("es-MX,es;q=0.9,en;q=0.5", None, "/", "es"),
        ("de,fr;q=0.9", None, "/", "en"),
        ("es", None, "/?lang=en", "en"),
        ("es", "en", "/", "en"),
        ("en", "es", "/?lang=en", "en"),
        ("", "xx", "/?lang=xx", "en"),
    ],
)
def test_the_address_beats_the_cookie_beats_the_browser(
    client: FlaskClient, accepted: str, cookie: str | None, address: str, language: str
) -> None:
    """And nonsense is passed over."""
    if cookie:
        client.set_cookie("lang", cookie)
    assert f'<html lang="{language}">' in client.get(address, headers={"Accept-Language": accepted}).text


def test_a_chosen_language_stays(client: FlaskClient) -> None:
    """In a cookie that scripts and other sites don't get."""
    cookie = client.get("/?lang=es").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert '<html lang="es">' in client.get("/").text
    assert "Set-Cookie" not in client.get("/").headers


def test_the_switch_keeps_the_page_and_its_query(client: FlaskClient) -> None:
    """Page two in English is page two in Spanish; nothing in the query can lead elsewhere."""
    text = client.get("/categories/MEN_Coats?page=2&_external=1&x=%22%3E").text
    assert 'href="?page=2&amp;_external=1&amp;x=%22%3E&amp;lang=es"' in text


def test_pages_in_two_languages_are_kept_apart_in_caches(client: FlaskClient) -> None:
    """The same address gives either."""
    assert {"Accept-Language", "Cookie"} <= set(client.get("/").vary)


@pytest.mark.parametrize(
    ("category", "english", "spanish"),
    [
        ("MEN_Coats", "Men's coats", "Abrigos de hombre"),
        ("WOMEN_Hood", "Women's hoodies", "Sudaderas con capucha de mujer"),
        ("Casual Shoes", "Casual shoes", "Zapatos informales"),
        ("Home/Garden_TOOLS", "Home · Garden · Tools", "Home · Garden · Tools"),
        ("USB", "USB", "USB"),
        ("Kids > T-shirts", "Kids' T-shirts", "Camisetas de niños"),
        ("women_Clothing_UGG boots", "Women's clothing · UGG boots", "Clothing de mujer · UGG boots"),
        ("MEN", "Men", "Hombre"),
        ("_", "_", "_"),
    ],
)
def test_categories_are_readable(client: FlaskClient, category: str, english: str, spanish: str) -> None:
    """Known words are translated, others are tidied, none disappears."""
    for language, expected in (("en", english), ("es", spanish)):
        with client.application.test_request_context(query_string={"lang": language}):
            assert webapp.http.vocabulary.name_category(category) == expected


@pytest.mark.parametrize(
    ("cents", "currency", "english", "spanish"),
    [
        (6000, "EUR", "€60", "60\xa0€"),
        (5990, "EUR", "€59.90", "59,90\xa0€"),
        (123400, None, "1,234", "1.234"),
        (0, "USD", "$0", "0\xa0US$"),
    ],
)
def test_limits_have_cents_only_where_there_are_some(
    client: FlaskClient, cents: int, currency: str | None, english: str, spanish: str
) -> None:
    """As shops write what a filter says."""
    for language, expected in (("en", english), ("es", spanish)):
        with client.application.test_request_context(query_string={"lang": language}):
            assert webapp.http.languages.format_round_price(cents, currency) == expected
