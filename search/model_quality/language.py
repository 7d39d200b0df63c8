"""Texts, counts and shares in the reader's language, for whoever words what a page and a report both say."""

import gettext
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.numbers import format_decimal

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "es": "Español"}  # of everything that people read, as each calls itself
CATALOGUE = "findings"  # the gettext domain: LANGUAGE/LC_MESSAGES/findings.mo below the translations
TRANSLATIONS = Path(__file__).parent.parent / "translations"


@dataclass(frozen=True)
class Language:
    """One of ``LANGUAGES``; any other one speaks English.

    Args:
        code: of the language.
        domain: the gettext domain of the texts; without one, those of evaluations.
        folder: of the translations.
    """

    code: str = ENGLISH
    domain: str = CATALOGUE
    folder: Path = TRANSLATIONS

    @property
    def translations(self) -> gettext.NullTranslations:
        """All messages of this language, for templates."""
        return _read_translations(self.code, self.domain, self.folder)

    def gettext(self, message: str, **values: object) -> str:
        """A message in this language, its ``%(name)s`` replaced by the values."""
        return self.translations.gettext(message) % values

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """The form of a message that goes with a number; ``%(num)s`` is that number as this language writes it."""
        form = self.translations.ngettext(one, many, number)
        return form % {"num": self.format_count(number), **values}

    def format_count(self, number: float) -> str:
        """A number as this language writes it, "12,345"."""
        return format_decimal(number, locale=self.code)

    def format_share(self, share: float | None) -> str:
        """A share with one decimal, "87.5%"; never rounded to 0% or 100%, unless it is exactly that."""
        if share is None:
            return "–"
        percent = round(100 * share, 1)
        if 0 < share < 1:
            percent = min(99.9, max(0.1, percent))
        number = format_decimal(percent, format="0.0" if 0 < percent < 100 else "0", locale=self.code)
        return self.gettext("%(number)s%%", number=number)


@cache
def _read_translations(code: str, domain: str, folder: Path) -> gettext.NullTranslations:
    return gettext.translation(domain, folder, languages=[code], fallback=True)
