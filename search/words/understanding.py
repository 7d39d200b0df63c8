"""What a sentence asks for: filters, a colour, what must not be, and words to look for in titles and descriptions."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from search.words.amounts import Range, find_range
from search.words.folding import clean, split_tokens
from search.words.lexicon import FILLERS, NEGATIONS
from search.words.vocabulary import CATEGORY, COLOUR, GENDER, SIZE, Meaning, Vocabulary, is_trait
from search.words.wearers import narrow_to_wearers, wearers_in

MOST_CHARACTERS = 200  # of a sentence
# Characters of an address that values of a field may take; servers refuse addresses of more than 4,094.
_MOST_OF_ADDRESS = 3000
_BESIDE_VALUE = len("&category=")


@dataclass(frozen=True)
class WordsUnderstood:
    """What a vocabulary makes of a sentence. Values are texts, as the parameters of an address hold them."""

    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by parameter: category, gender, max_price, ...
    colour: str | None = None  # a photo's colour is to become this one
    colours: tuple[str, ...] = ()  # it and its shades, which without a photo are a filter
    without: tuple[tuple[str, str], ...] = ()  # parameter and value that products must not have
    text: str = ""  # what isn't in the vocabulary, to be searched for in titles and descriptions
    ignored: tuple[str, ...] = ()  # what a negation without a known value is about
    nearest: tuple[str, ...] = ()  # what the shop doesn't have, so that the nearest to it is asked for instead
    meant: tuple[tuple[str, str], ...] = ()  # words that were mistyped, and what they are taken for

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == WordsUnderstood(ignored=self.ignored)


def understand(
    sentence: str, vocabulary: Vocabulary, is_written: Callable[[str], bool] = lambda _: False
) -> WordsUnderstood:
    """What a sentence in English or Spanish asks for; whatever it is, something is made of it or nothing is asked for.

    Args:
        sentence: as it was written; ``MOST_CHARACTERS`` is for whoever takes it from strangers to check.
        vocabulary: the shop's.
        is_written: whether a product's texts have some words. Those aren't taken for others.
    """
    reader = _Reader(clean(sentence), vocabulary, is_written)
    reader.read()
    return WordsUnderstood(
        reader.filters,
        reader.colour,
        reader.colours,
        tuple(reader.without),
        " ".join(reader.rest),
        tuple(reader.ignored),
        tuple(reader.nearest),
        tuple(reader.meant.items()),
    )


class _Reader:
    """Reads tokens from the first to the last, and notes what each phrase means."""

    def __init__(self, sentence: str, vocabulary: Vocabulary, is_written: Callable[[str], bool]) -> None:
        self._sentence = sentence
        self._tokens = split_tokens(sentence)
        self._vocabulary = vocabulary
        self._is_written = is_written
        self._place = 0
        self.filters: dict[str, tuple[str, ...]] = {}
        self.colour: str | None = None
        self.colours: tuple[str, ...] = ()
        self.without: list[tuple[str, str]] = []
        self.rest: list[str] = []
        self.ignored: list[str] = []
        self.nearest: list[str] = []
        self.meant: dict[str, str] = {}
        self._kinds: list[str] = []  # the words that categories were understood by

    def read(self) -> None:
        """Read everything."""
        steps: tuple[Callable[[], bool], ...] = (
            self._read_prices,
            self._read_nearest,
            self._read_meaning,
            self._read_negation,
            self._read_filler,
            self._mend,
        )
        while self._place < len(self._tokens):
            if not any(step() for step in steps):
                self.rest.append(self._tokens[self._place].text)
                self._place += 1
        self._narrow_categories()
        self._settle_colours()

    def _settle_colours(self) -> None:
        """Of a colour's shades what is unwanted goes, but a colour that is wanted by its name is never unwanted."""
        self.without = [one for one in self.without if one != (COLOUR, self.colour)]
        self.colours = tuple(one for one in self.colours if (COLOUR, one) not in self.without)

    def _narrow_categories(self) -> None:
        """A wearer that is said with a kind of thing leaves the categories for that wearer alone.

        Categories by the hundred fit into no address: texts are then searched for their words instead.
        """
        categories = self.filters.get(CATEGORY, ())
        wearers = [word for word in self.rest if wearers_in(word)]  # where products have no gender to filter by
        narrowed = narrow_to_wearers(categories, (*self.filters.get(GENDER, ()), *wearers))
        if narrowed != categories:
            self.filters[CATEGORY] = narrowed
            self.rest = [word for word in self.rest if word not in wearers]
        if not _fits_an_address(narrowed):
            del self.filters[CATEGORY]
            self.rest = self._kinds + self.rest
            self.nearest = [one for one in self.nearest if one not in self._kinds]
            return
        said = frozenset().union(*map(wearers_in, self.filters.get(GENDER, ())))
        if narrowed and all(wearers_in(category) & said for category in narrowed):
            del self.filters[GENDER]  # the categories say it already

    def _read_prices(self) -> bool:
        found = find_range(self._tokens, self._place)
        if found is None:
            return False
        self._take_range(found[0])
        self._place = found[1]
        return True

    def _read_nearest(self) -> bool:
        """What the shop doesn't have is a text where products' texts have it; else what is nearest to it is meant."""
        found = self._vocabulary.match_nearest(self._tokens, self._place)
        own = self._vocabulary.match(self._tokens, self._place)
        if found is None or (own is not None and own[1] >= found[1]):
            return False
        said = " ".join(token.text for token in self._tokens[self._place : found[1]])
        self._place = found[1]
        written = self._as_written(said)
        if not self._is_written(said) and self._take_meaning(found[0], [written]):
            self.nearest.append(written)
        else:
            self.rest.append(said)
        return True

    def _as_written(self, words: str) -> str:
        """Words with the signs that stand between them in the sentence: "t-shirt"."""
        found = re.search(r"\W+".join(map(re.escape, words.split())), self._sentence)
        return found[0] if found else words

    def _mend(self) -> bool:
        """Take a word that nothing has for the one that was probably meant, which is then read."""
        token = self._tokens[self._place]
        meant = self._vocabulary.find_meant(token) if token.text.isalpha() else None
        if meant is None or self._is_written(token.text):
            return False
        self.meant[token.text] = meant
        self._tokens[self._place : self._place + 1] = split_tokens(meant)
        return True

    def _read_meaning(self) -> bool:
        found = self._vocabulary.match(self._tokens, self._place)
        if found is None:
            return False
        start, self._place = self._place, found[1]
        said = [token.text for token in self._tokens[start : self._place]]
        if not self._take_meaning(found[0], said):  # two colours can't be had at once, but a title may name both
            self.rest += said
        return True

    def _read_negation(self) -> bool:
        """What follows "not" or "sin": is unwanted, where it is a value that can be filtered by."""
        if self._tokens[self._place].folded not in NEGATIONS:
            return False
        place = self._place + 1
        while place < len(self._tokens) and self._tokens[place].folded in FILLERS:
            place += 1
        found = self._vocabulary.match(self._tokens, place) if place < len(self._tokens) else None
        if found and not self._can_be_left_out(found[0], found[1], place):
            self.ignored.append(" ".join(token.text for token in self._tokens[self._place : found[1]]))
            self._place = found[1]
        elif found:
            unwanted = found[0].values if found[0].unwanted is None else found[0].unwanted
            self.without += [(found[0].parameter, value) for value in unwanted]
            self._place = found[1]
        elif self._is_one_idea():
            self.rest += [token.text for token in self._tokens[self._place : self._place + 2]]
            self._place += 2
        else:
            after = min(place + 1, len(self._tokens))
            self.ignored.append(" ".join(token.text for token in self._tokens[self._place : after]))
            self._place = after
        return True

    def _can_be_left_out(self, meaning: Meaning, end: int, start: int) -> bool:
        """Whether a phrase means values that can be left out; a coat without a hood is more than no hoodie."""
        made = meaning.parameter == CATEGORY and is_trait(self._tokens[start:end])
        return meaning.unwanted != () and not made and _fits_an_address(meaning.values)

    def _is_one_idea(self) -> bool:
        """Whether the negation belongs to a phrase that titles have: "sin mangas"."""
        return [token.folded for token in self._tokens[self._place : self._place + 2]] == ["sin", "mangas"]

    def _read_filler(self) -> bool:
        token = self._tokens[self._place]
        if token.folded not in FILLERS and token.folded[:1] not in "€$£<>":
            return False
        self._place += 1
        return True

    def _take_range(self, prices: Range) -> None:
        for parameter, value in zip(("min_price", "max_price"), prices, strict=True):
            if value is not None:
                self.filters[parameter] = (f"{value.normalize():f}",)
        low, high = (self.filters.get(parameter) for parameter in ("min_price", "max_price"))
        if low and high and float(low[0]) > float(high[0]):  # named in two phrases that contradict each other
            self.filters["min_price"], self.filters["max_price"] = high, low

    def _take_meaning(self, meaning: Meaning, said: Sequence[str]) -> bool:
        """Whether the meaning of what was said could be added to what is asked for."""
        if meaning.parameter == COLOUR:
            if self.colour not in (None, meaning.name):
                return False
            self.colour, self.colours = meaning.name, meaning.values
            return True
        before = self.filters.get(meaning.parameter, ())
        if before and meaning.parameter not in (CATEGORY, SIZE):
            return before == meaning.values
        self.filters[meaning.parameter] = tuple(dict.fromkeys((*before, *meaning.values)))
        if meaning.parameter == CATEGORY:
            self._kinds += said
        return True


def _fits_an_address(values: Sequence[str]) -> bool:
    return sum(len(quote(value)) + _BESIDE_VALUE for value in values) <= _MOST_OF_ADDRESS
