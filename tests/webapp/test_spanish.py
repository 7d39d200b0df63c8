"""The Spanish pages speak to one person, as shops do: "tú", never "usted"."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import webapp

FORMAL = re.compile(
    r"\b(ustede?s?|elija|escriba|espere|importe un|indique|inténtelo|intente|mírelo|pruebe|vuelva|pulse|suba|"
    r"su foto|su búsqueda|culpa suya)\b",
    re.IGNORECASE,
)


def test_nobody_is_addressed_formally() -> None:
    """In no message; the words are those that were found once."""
    texts = Path(webapp.__file__).parent / "translations" / "es" / "LC_MESSAGES" / "messages.po"
    with texts.open("rb") as file:
        messages = [message.string for message in read_po(file) if message.id]
    told = [text for one in messages for text in ((one,) if isinstance(one, str) else one)]
    assert len(told) > 500
    assert [text for text in told if FORMAL.search(text)] == []
