"""Reads a sentence from its first word to its last, and notes what each phrase means."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import quote

from search.words.amounts import Range, find_range
from search.words.colours_said import ColoursSaid
from search.words.folding import split_tokens
from search.words.lexicon import ADDITIONS, ALTERNATIVES, FILLERS
from search.words.negations import negation_end
from search.words.orders import find_order, opposite
from search.words.vocabulary import CATEGORY, COLOUR, GENDER, SIZE, Meaning, Vocabulary, is_trait
from search.words.wearers import narrow_to_wearers, wearers_in

# Characters of an address that values of a field may take; servers refuse addresses of more than 4,094.
_MOST_OF_ADDRESS = 3000
_BESIDE_VALUE = len("&category=")
_UNKNOWN = ""  # in place of the parameter of a value that nobody knows
_FIRST = -1  # the place of words that stand before all others of a text, wherever they were written
_OR = "or"  # between words of a text of which either will do, in whichever language they were written


class SentenceReader:
    """What has been read of one sentence; ``search.words.understanding`` says what the attributes are.

    Args:
        sentence: in one line.
        vocabulary: the shop's.
        is_written: whether a product's texts have some words.
    """

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
        self.ignored: list[str] = []
        self.nearest: list[str] = []
        self.meant: dict[str, str] = {}
        self.order: str | None = None
        self._rest: list[tuple[int, str]] = []  # what nothing else is made of, with its place in the sentence
        self._kinds: list[str] = []  # the words that categories were understood by
        self._said = ColoursSaid()

    @property
    def text(self) -> str:
        """The words that are left, in their order, with "or" between two of which either will do."""
        words: list[str] = []
        end = len(self._tokens)
        for place, word in sorted(self._rest, key=lambda one: one[0]):
            between = {token.folded for token in self._tokens[end:place]}
            words += [_OR, word] if between & ALTERNATIVES and between <= FILLERS else [word]
            end = place + len(split_tokens(word)) if place != _FIRST else end
        return " ".join(words)

    def read(self) -> None:
        """Read everything."""
        steps: tuple[Callable[[], bool], ...] = (
            self._read_prices,
            self._read_nearest,
            self._read_meaning,
            self._read_order,
            self._read_negation,
            self._read_filler,
            self._mend,
        )
        while self._place < len(self._tokens):
            if not any(step() for step in steps):
                self._leave(self._place + 1)
        self._narrow_categories()
        self._settle_colours()

    def _leave(self, end: int) -> None:
        """The words up to a place are text."""
        self._rest += [(place, self._tokens[place].text) for place in range(self._place, end)]
        self._place = end

    def _words(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self._tokens[start:end])

    def _settle_colours(self) -> None:
        """One colour is taken with its shades; of several any will do, unless products' texts name them together.

        Of a colour's shades what is unwanted goes, but a colour that is wanted by its name is never unwanted.
        """
        said = self._said.all
        names = {one.meaning.name for one in said}
        self.without = [one for one in self.without if one[0] != COLOUR or one[1] not in names]
        values = self._said.any_of([value for parameter, value in self.without if parameter == COLOUR])
        together = " ".join((*self._kinds, *(one.words for one in said)))
        if self._said.names_one_thing and self._is_written(together):
            self._rest += [(one.place, one.words) for one in said]
        elif len(said) > 1 and values:
            self.filters[COLOUR] = next(values[:count] for count in range(len(values), 0, -1) if _fits(values[:count]))
        elif len(said) == 1:
            self.colour, self.colours = said[0].meaning.name, values

    def _narrow_categories(self) -> None:
        """A wearer that is said with a kind of thing leaves the categories for that wearer alone.

        Categories by the hundred fit into no address: texts are then searched for their words instead.
        """
        categories = self.filters.get(CATEGORY, ())
        wearers = [word for _, word in self._rest if wearers_in(word)]  # where products have no gender to filter by
        narrowed = narrow_to_wearers(categories, (*self.filters.get(GENDER, ()), *wearers))
        if narrowed != categories:
            self.filters[CATEGORY] = narrowed
            self._rest = [one for one in self._rest if one[1] not in wearers]
        if not _fits(narrowed):
            del self.filters[CATEGORY]
            self._rest = [(_FIRST, word) for word in self._kinds] + self._rest
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
        said = self._words(self._place, found[1])
        if self._is_written(said):
            self._rest.append((self._place, said))
        else:
            written = self._as_written(said)
            self._take_meaning(found[0], self._place, found[1], written)
            self.nearest.append(written)
        self._place = found[1]
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
        self._take_meaning(found[0], start, found[1], self._words(start, found[1]))
        if found[0].parameter == SIZE:
            self._read_more_sizes()
        return True

    def _read_more_sizes(self) -> None:
        """Sizes behind one that was called a size: "size S, M or L", "tallas 38 y 40"."""
        while self._place < len(self._tokens):
            joined = self._tokens[self._place].folded in (*ALTERNATIVES, *ADDITIONS)
            start = self._place + joined
            found = self._vocabulary.match_size(self._tokens, start)
            if found is None or not (joined or self._tokens[start].listed):
                return
            self._take_meaning(found[0], start, found[1], self._words(start, found[1]))
            self._place = found[1]

    def _read_order(self) -> bool:
        """Words for an order, unless a title has them with the word behind them: "New York"."""
        found = find_order(self._tokens, self._place)
        if found is None or self._is_of_title(found[1]):
            return False
        self.order, self._place = found
        return True

    def _is_of_title(self, end: int) -> bool:
        behind = self._tokens[end : end + 1]
        if not behind or behind[0].folded in FILLERS or self._vocabulary.match(self._tokens, end):
            return False
        return self._is_written(self._words(self._place, end + 1))

    def _read_negation(self) -> bool:
        """What follows "not" or "sin": is unwanted, where it is a value that can be filtered by."""
        begun, end = self._place, negation_end(self._tokens, self._place)
        if end is None:
            return False
        parameter = self._leave_out(begun, self._skip_fillers(end))
        while parameter is not None and (place := self._find_joined(parameter)) is not None:
            parameter = self._leave_out(begun, place)
        return True

    def _find_joined(self, parameter: str) -> int | None:
        """The place of one more thing that a negation holds for: "not red or blue", "without zips or buttons"."""
        word = self._tokens[self._place].folded if self._place < len(self._tokens) else ""
        place = self._skip_fillers(self._place)
        if word not in (*ALTERNATIVES, *ADDITIONS) or place >= len(self._tokens):
            return None
        found = self._vocabulary.match(self._tokens, place)
        same = found[0].parameter == parameter if found else word in ALTERNATIVES and parameter == _UNKNOWN
        return place if same and not find_range(self._tokens, place) else None

    def _skip_fillers(self, place: int) -> int:
        while place < len(self._tokens) and self._tokens[place].folded in FILLERS:
            place += 1
        return place

    def _leave_out(self, begun: int, place: int) -> str | None:
        """Take the phrase at a place for unwanted.

        Args:
            begun: where the negation begins.
            place: of the phrase.

        Returns:
            The parameter that it is a value of, or ``_UNKNOWN``; None where the negation ends with it.
        """
        found = self._vocabulary.match(self._tokens, place)
        nearest = self._vocabulary.match_nearest(self._tokens, place)
        order = find_order(self._tokens, place)
        self._place = min(place + 1, len(self._tokens))
        if nearest and (found is None or nearest[1] > found[1]):  # what the shop doesn't have needn't be left out
            self._place = nearest[1]
        elif found:
            self._place = found[1]
            if self._can_be_left_out(found[0], found[1], place):
                unwanted = found[0].values if found[0].unwanted is None else found[0].unwanted
                self.without += [(found[0].parameter, value) for value in unwanted]
                return found[0].parameter
        elif order and opposite(order[0]):
            self.order, self._place = opposite(order[0]), order[1]
            return None
        elif amount := find_range(self._tokens, place):
            self._place = amount[1]
        elif self._is_one_idea(begun):
            self._place = begun
            self._leave(begun + 2)
            return None
        said = self._words(begun, self._place)
        if self.ignored and said.startswith(self.ignored[-1]):  # one more thing of the same negation
            self.ignored.pop()
        self.ignored.append(said)
        return _UNKNOWN

    def _can_be_left_out(self, meaning: Meaning, end: int, start: int) -> bool:
        """Whether a phrase means values that can be left out; a coat without a hood is more than no hoodie."""
        made = meaning.parameter == CATEGORY and is_trait(self._tokens[start:end])
        return meaning.unwanted != () and not made and _fits(meaning.values)

    def _is_one_idea(self, start: int) -> bool:
        """Whether the negation belongs to a phrase that titles have: "sin mangas"."""
        return [token.folded for token in self._tokens[start : start + 2]] == ["sin", "mangas"]

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

    def _take_meaning(self, meaning: Meaning, start: int, end: int, said: str) -> None:
        """Add the meaning of what was said to what is asked for: of several values of one field any will do."""
        if meaning.parameter == COLOUR:
            self._said.add(meaning, said, self._tokens, start, end)
            return
        before = self.filters.get(meaning.parameter, ())
        self.filters[meaning.parameter] = tuple(dict.fromkeys((*before, *meaning.values)))
        if meaning.parameter == CATEGORY:
            self._kinds.append(said)


def _fits(values: Sequence[str]) -> bool:
    """Whether an address has room for them."""
    return sum(len(quote(value)) + _BESIDE_VALUE for value in values) <= _MOST_OF_ADDRESS
