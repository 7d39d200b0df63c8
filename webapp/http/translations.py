"""The texts of pages in the language of a request, with less work for each than flask_babel takes.

flask_babel asks anew for each text which language a request has, and a page has hundreds of texts.
"""

from functools import lru_cache
from typing import cast

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Babel, Domain, get_locale, get_translations
from markupsafe import Markup

from search.model_quality.language import ENGLISH

_LANGUAGE = "page_language"  # of a request, kept in ``g``
_TRANSLATIONS = "page_translations"  # of a request, kept in ``g``
_TEXTS_KEPT = 8192  # more than the pages have, in all languages


def init_app(app: Flask, babel: Babel) -> None:
    """Let templates and ``flask_babel.gettext`` look texts up in the translations that were found for the request."""
    babel.domain_instance = _RequestDomain(domain="messages")
    app.jinja_env.globals.update(_=template_gettext, gettext=template_gettext, ngettext=template_ngettext)


def current_language() -> str:
    """The code of the language in which this request is answered; English outside a request."""
    if not g:
        return ENGLISH
    language: str | None = g.get(_LANGUAGE)
    if language is None:
        locale = get_locale()
        language = locale.language if locale else ENGLISH
        setattr(g, _LANGUAGE, language)
    return language


class _RequestDomain(Domain):
    """Translations that are looked for once a request."""

    def get_translations(self) -> NullTranslations:
        if not g:  # outside a request, where texts stay as they are
            return NullTranslations()
        found = g.get(_TRANSLATIONS)
        if found is None:
            found = super().get_translations()
            setattr(g, _TRANSLATIONS, found)
        return cast(NullTranslations, found)


def template_gettext(text: str, **variables: object) -> Markup:
    """A text of a template. It may hold HTML; the variables are escaped.

    As with Jinja's own, a text is a format also where it has no variables: "100%%" is shown as "100%".
    """
    translations = g.get(_TRANSLATIONS) or get_translations()
    return _markup(translations, text) % variables if variables else _without_variables(translations, text)


def template_ngettext(singular: str, plural: str, num: float, **variables: object) -> Markup:
    """A text of a template in the number of ``num``, which it may name: "%(num)s products"."""
    text: str = get_translations().ungettext(singular, plural, num)
    return Markup(text) % {"num": num, **variables}  # noqa: S704 - translations are the shop's own


@lru_cache(maxsize=_TEXTS_KEPT)
def _markup(translations: NullTranslations, text: str) -> Markup:
    return Markup(translations.ugettext(text))  # noqa: S704 - translations are the shop's own


@lru_cache(maxsize=_TEXTS_KEPT)
def _without_variables(translations: NullTranslations, text: str) -> Markup:
    return _markup(translations, text) % {}
