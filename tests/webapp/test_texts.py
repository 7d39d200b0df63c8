"""Every text of the web app is translated, whole in both numbers, and speaks to a shopper as Spanish shops do."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import webapp
from search.model_quality.language import ENGLISH, LANGUAGES

ROOT = Path(webapp.__file__).parent
# The API's description is for programmers and in English, as its document and messages are.
TEMPLATES = sorted(set((ROOT / "templates").rglob("*.html")) - {ROOT / "templates" / "api" / "docs.html"})
TRANSLATED = [one for one in LANGUAGES if one != ENGLISH]
NAMES = {"Vitrina", "UTC", "EUR"}  # which are the same in every language
SPANISH = sorted(ROOT.parent.glob("*/translations/es/LC_MESSAGES/*.po"))  # of all rooms
_PLACE = re.compile(r"%\((\w+)\)[sd]")
_FORMAL = re.compile(
    r"\b(ustede?s?|elija|escriba|envíe|espere|importe un|indique|inténtelo|intente|mírelo|muéstrenos|conéctese|pruebe|"
    r"vuelva|pulse|suba|empiece|exporte|importe de|su foto|su búsqueda|culpa suya|le puede)\b",
    re.IGNORECASE,
)
_FORMAL_WITH_PRONOUN = re.compile(r"\b\w*[áéíóú]\w*e(?:nos|l[oa]s?)\b", re.IGNORECASE)  # "Guárdelo", "Enséñenos"
_FAMILIAR_ALIKE = {"divídelo", "únelas"}  # imperatives for "tú" of verbs in -er and -ir
_ATTRIBUTE = re.compile(r'[\w-]+="')  # of an element that an expression writes
_EXAMPLE = re.compile(r"(https?://)?[\w.-]*\bexample[/\w.-]*|/[\w./-]+")  # an address or a path to go by
_BOTH_AT_ONCE = re.compile(r"\w\((?:s|es|as|os|a|o)\)|\w/(?:a|as|os)\b")


def read_messages(language: str) -> list:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def list_bare_texts(template: str) -> list[str]:
    """What a template shows that isn't between ``{{ }}``: text, and the attributes that people read or hear."""
    text = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:aria-label|alt|title|placeholder)="([^"]*)"', text)
    shown = re.sub(r"<[^>]*>", "\n", text).split("\n") + spoken
    read = [line.replace("&nbsp;", " ").strip(" ·") for line in shown]
    return [line for line in read if re.search(r"[^\W\d_]{2}", line) and line not in NAMES and not _is_example(line)]


def _is_example(line: str) -> bool:
    return bool(_ATTRIBUTE.match(line) or _EXAMPLE.fullmatch(line))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_shows_a_text_of_one_language(template: Path) -> None:
    bare = list_bare_texts(template.read_text(encoding="utf-8"))
    assert [line for line in bare if not _is_code(line, template)] == []


def _is_code(line: str, template: Path) -> bool:
    """Whether a line stands in a ``<code>`` element, as a command or the name of a setting does."""
    return f"<code>{line}</code>" in template.read_text(encoding="utf-8")


def test_a_text_of_one_language_would_be_seen() -> None:
    assert list_bare_texts('<p title="Hi there">{{ _("Hello") }} world</p>{# not this #}') == ["world", "Hi there"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_in_both_numbers(language: str) -> None:
    incomplete = []
    for message in read_messages(language):
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = 1 if isinstance(message.id, str) else 2
        if len([form for form in forms if form]) < wanted:
            incomplete.append(message.id)
    assert incomplete == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_places_of_their_values(language: str) -> None:
    """A plural keeps each value; the singular may spell the number out."""
    for message in read_messages(language):
        if isinstance(message.id, str):
            assert set(_PLACE.findall(message.string)) == set(_PLACE.findall(message.id)), message.id
        else:
            assert set(_PLACE.findall(message.string[1])) == set(_PLACE.findall(message.id[1])), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_names_two_numbers_or_genders_at_once(language: str) -> None:
    """Such as "producto(s) encontrado(s)" or "cliente/a"."""
    for message in read_messages(language):
        for text in (message.id, message.string):
            for form in (text,) if isinstance(text, str) else text:
                assert not _BOTH_AT_ONCE.search(form), form


@pytest.mark.parametrize("texts", SPANISH, ids=lambda texts: texts.stem)
def test_spanish_says_tu(texts: Path) -> None:
    with texts.open("rb") as file:
        messages = read_po(file, locale="es")
    formal = [
        form
        for message in messages
        if message.id
        for form in ((message.string,) if isinstance(message.string, str) else message.string or ())
        if _FORMAL.search(form) or set(_FORMAL_WITH_PRONOUN.findall(form.lower())) - _FAMILIAR_ALIKE
    ]
    assert formal == []
