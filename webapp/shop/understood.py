"""What a page tells of a sentence: words that were taken for others, and words that no product has."""

from dataclasses import dataclass

from search.words.sales import take_sale
from search.words.understanding import WordsUnderstood
from webapp.services.access import services


@dataclass(frozen=True)
class Told:
    """What there is to tell."""

    understood: WordsUnderstood | None = None  # of the sentence that led to the page
    unfound: str = ""  # words that are looked for in texts, of which no product has any
    partly: bool = False  # whether no product has all of the words that are looked for, but some of them
    nothing_reduced: bool = False  # what is reduced is asked for, and nothing is

    @property
    def anything(self) -> bool:
        """Whether something isn't as it was written."""
        told = self.understood is not None and differs(self.understood)
        return told or bool(self.unfound) or self.partly or self.nothing_reduced


def tell(text: str, understood: WordsUnderstood | None) -> Told:
    """What a page tells.

    Args:
        text: the words that titles and descriptions are searched for; empty if there are none.
        understood: of the sentence that led to the page; None if there was none.
    """
    words = services().storefront.words
    if not text or (words.is_written(text) and not take_sale(text)[0]):
        return Told(understood)
    if words.find(text):
        return Told(understood, partly=not words.is_written(text))
    nothing_reduced = take_sale(text) == (True, "")
    return Told(understood, "" if nothing_reduced else text, nothing_reduced=nothing_reduced)


def differs(understood: WordsUnderstood) -> bool:
    """Whether something of a sentence was taken for something else, or not taken at all."""
    return bool(understood.meant or understood.nearest or understood.ignored)
