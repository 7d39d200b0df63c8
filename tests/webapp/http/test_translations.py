from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from flask_babel import gettext, lazy_gettext

from catalog.money import Money
from webapp.http.languages import format_money
from webapp.http.translations import current_language
from webapp.http.vocabulary import translate_word


def show(app: Flask, language: str, template: str, **values: object) -> str:
    with app.test_request_context(query_string={"lang": language}):
        return render_template_string(template, **values)


@pytest.mark.parametrize(("language", "saved"), [("en", "Saved"), ("es", "Guardados")])
def test_a_template_shows_its_texts_in_the_language_of_the_request(app: Flask, language: str, saved: str) -> None:
    """Also after another request was answered in another language, by the same process."""
    for other in ("es", "en", "es"):
        show(app, other, '{{ _("Saved") }}')
    assert show(app, language, '{{ _("Saved") }}') == saved


def test_what_a_text_is_filled_with_is_escaped_and_the_text_is_not(app: Flask) -> None:
    assert show(app, "en", '{{ _("<b>%(x)s</b>", x=x) }}', x="<i>") == "<b>&lt;i&gt;</b>"
    assert show(app, "en", '{{ ngettext("<b>%(x)s</b>", "%(num)s", 1, x=x) }}', x="<i>") == "<b>&lt;i&gt;</b>"


def test_a_text_is_a_format_with_and_without_variables(app: Flask) -> None:
    assert show(app, "en", '{{ _("100%%") }}') == "100%"
    assert show(app, "en", '{{ _("%(part)s of 100%%", part=3) }}') == "3 of 100%"


@pytest.mark.parametrize(
    ("number", "english", "spanish"), [(1, "1 product", "1 producto"), (2, "2 products", "2 productos")]
)
def test_a_text_has_the_number_of_what_it_counts(app: Flask, number: int, english: str, spanish: str) -> None:
    template = '{{ ngettext("%(num)s product", "%(num)s products", number) }}'
    assert show(app, "en", template, number=number) == english
    assert show(app, "es", template, number=number) == spanish


def test_words_and_prices_that_are_remembered_are_those_of_the_language(app: Flask) -> None:
    price = Money(Decimal("1234.5"), "EUR")
    found = []
    for language in ("en", "es", "en", "es"):
        with app.test_request_context(query_string={"lang": language}):
            found.append((current_language(), translate_word("blue"), format_money(price)))
    assert found == [("en", "Blue", "€1,234.50"), ("es", "Azul", "1.234,50\xa0€")] * 2


def test_texts_outside_a_request_are_english() -> None:
    assert current_language() == "en"
    assert translate_word("blue") == "Blue"
    assert (gettext("Saved"), str(lazy_gettext("Saved"))) == ("Saved", "Saved")
