"""The findings in words: the same sentences for the studio and the report, in English and in Spanish."""

import gettext
import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import search.model_quality
from search.model_quality.catalog_evaluation import CatalogEvaluation
from search.model_quality.findings import (
    describe_findings,
    describe_head,
    describe_label_issues,
    describe_unknown,
)
from search.model_quality.language import CATALOGUE, ENGLISH, LANGUAGES, TRANSLATIONS, Language
from search.model_quality.predictions import KINDS, WRONG, Prediction
from tests.search.evaluated import make_evaluation

REMEDY = "Run: make translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
SPOKEN = [Path(search.model_quality.__file__).parent, Path(search.model_quality.__file__).parents[2] / "indexer"]
METHODS = [("**.py", "python"), ("evaluation/page/**.html", "jinja2")]  # as search/translations/babel.cfg has them

Message = str | tuple[str, ...]


def read_translated(language: str) -> dict[Message, Message]:
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{CATALOGUE}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        _as_message(message.id): _as_message(message.string)
        for message in messages
        if message.id and message.string and not message.fuzzy
    }


def _as_message(text: str | list[str] | tuple[str, ...]) -> Message:
    return text if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


@pytest.fixture
def evaluation() -> CatalogEvaluation:
    """Four photos: two coats taken for bags, a bag and a coat that are right."""
    seen = [("Coats", "Bags"), ("Coats", "Bags"), ("Bags", "Bags"), ("Coats", "Coats")]
    return make_evaluation([Prediction("p", "p.jpg", "0", actual, said, 0.9, 0.1) for actual, said in seen])


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != ENGLISH])
def test_every_finding_is_translated_and_compiled(language: str) -> None:
    """What the code says, what the translation has and what runs are the same messages, with all placeholders."""
    found = [one for folder in SPOKEN for one in extract_from_dir(folder, METHODS, keywords=KEYWORDS, callback=None)]
    translated = read_translated(language)
    assert {message for _, _, message, _, _ in found if message} == set(translated), REMEDY
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{CATALOGUE}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, translation in translated.items():
        originals, texts = ([one] if isinstance(one, str) else list(one) for one in (message, translation))
        wanted = [placeholders(originals[min(form, len(originals) - 1)]) for form in range(len(texts))]
        assert [placeholders(text) for text in texts] == wanted, message
        if len(originals) == 1:
            assert [compiled.gettext(originals[0])] == texts, REMEDY
        else:
            assert [compiled.ngettext(originals[0], originals[1], number) for number in (1, 2)] == texts, REMEDY


def test_findings_name_the_photos_that_show_them(evaluation: CatalogEvaluation) -> None:
    """The most frequent confusion first, with its cell of the matrix."""
    findings = describe_findings(evaluation, Language(), str.upper)
    assert findings[0].text.startswith("“COATS” is taken for “BAGS” in 2 of 3 photos.")
    assert (findings[0].show, findings[0].actual, findings[0].predicted) == (WRONG, 1, 0)
    assert {one.show for one in findings} <= {None, *KINDS}


def test_languages_write_sentences_and_numbers_in_their_own_way(evaluation: CatalogEvaluation) -> None:
    spanish = describe_findings(evaluation, Language("es"))
    assert spanish[0].text.startswith("«Coats» se reconoce como «Bags» en 2 de 3 fotos.")
    assert len(spanish) == len(describe_findings(evaluation, Language()))
    shares = [Language(code).format_share(0.8754) for code in LANGUAGES]
    assert [re.sub(r"\s", " ", share) for share in shares] == ["87.5%", "87,5 %"]
    assert [Language(code).format_count(12345) for code in LANGUAGES] == ["12,345", "12.345"]


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0%"), (1e-9, "0.1%"), (0.99999, "99.9%"), (1.0, "100%"), (None, "–")]
)
def test_a_share_is_not_rounded_to_certainty(share: float | None, text: str) -> None:
    assert Language().format_share(share) == text


def test_a_language_without_translations_is_english(evaluation: CatalogEvaluation) -> None:
    """A third language begins with numbers of its own."""
    assert describe_findings(evaluation, Language("de"))[0].text.startswith("“Coats” is taken for")


def test_what_only_a_report_tells_is_said_in_both_languages() -> None:
    assert describe_label_issues(1, 0, Language()).text == "1 label of the source looks wrong."
    assert describe_label_issues(20, 1, Language()).text == (
        "20 labels of the source look wrong. 1 of the mistakes is among them."
    )
    assert describe_label_issues(2, 0, Language("es")).text == "2 etiquetas de los datos parecen erróneas."
    colour = describe_head("colour", 1000, 0.75, ("Blue", "Navy", 30, 120), Language())
    assert colour.text == (
        "Of 1,000 photos, the colour is right for 75.0%. “Blue” is taken for “Navy” in 30 of 120 photos."
    )
    assert "When 95% of the known photos may pass, 20.0%" in describe_unknown(0.9, 0.2, Language()).text


def test_calibrated_probabilities_may_be_taken_at_their_word(evaluation: CatalogEvaluation) -> None:
    exact = replace(evaluation, facts=replace(evaluation.facts, is_calibrated=True), calibration_error=0.0123)
    assert "off by 1.2 points" in describe_findings(exact, Language())[-1].text
    assert "se desvían 1,2 puntos" in describe_findings(exact, Language("es"))[-1].text
