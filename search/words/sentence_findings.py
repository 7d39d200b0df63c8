"""What has been found of a sentence while it is read, and what is settled when all of it is known."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from search.words.amounts import Range
from search.words.colours_said import ColoursSaid
from search.words.folding import Token, split_tokens
from search.words.lexicon import ADDITIONS, ALTERNATIVES, FILLER_STEMS
from search.words.vocabulary import CATEGORY, COLOUR, GENDER, Meaning, kinds_in
from search.words.wearers import narrow_to_wearers, wearers_in

# Characters of an address that values of a field may take; servers refuse addresses of more than 4,094.
_MOST_OF_ADDRESS = 3000
_BESIDE_VALUE = len("&category=")
_FEW = 2  # words that are looked for in texts, though no product may have them
_FIRST = -1  # the place of words that stand before all others of a text, wherever they were written


class Findings:
    """The findings in one sentence; ``search.words.understanding`` says what the public attributes are.

    Args:
        tokens: of the sentence.
        is_written: whether a product's texts have some words.
    """

    def __init__(self, tokens: list[Token], is_written: Callable[[str], bool]) -> None:
        self._tokens = tokens
        self._is_written = is_written
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
            between = self._tokens[end:place]
            choice = [token.text for token in between if token.folded in ALTERNATIVES]
            words += [*choice[:1], word] if all(token.stem in FILLER_STEMS for token in between) else [word]
            end = place + len(split_tokens(word)) if place != _FIRST else end
        return " ".join(words)

    def settle(self) -> None:
        """Decide what only the whole sentence tells; call it once, at the end."""
        self._drop_mixed_choices()
        self._drop_unknown()
        self._narrow_categories()
        self._settle_colours()

    def take_meaning(self, meaning: Meaning, start: int, end: int, said: str) -> None:
        """Add the meaning of what was said to what is asked for: of several values of one field any will do."""
        if meaning.parameter == COLOUR:
            self._said.add(meaning, said, self._tokens, start, end)
            return
        before = self.filters.get(meaning.parameter, ())
        self.filters[meaning.parameter] = tuple(dict.fromkeys((*before, *meaning.values)))
        if meaning.parameter == CATEGORY:
            self._kinds.append(said)

    def take_range(self, prices: Range) -> None:
        """Add the lowest and the highest price."""
        for parameter, value in zip(("min_price", "max_price"), prices, strict=True):
            if value is not None:
                self.filters[parameter] = (f"{value.normalize():f}",)
        low, high = (self.filters.get(parameter) for parameter in ("min_price", "max_price"))
        if low and high and float(low[0]) > float(high[0]):  # named in two phrases that contradict each other
            self.filters["min_price"], self.filters["max_price"] = high, low

    def _drop_mixed_choices(self) -> None:
        """A word of a text and something else can't be had in one list: "red or striped" is red, and that is said.

        Two kinds of things are a choice with "and" too: "skirts and blouses", where only skirts are a category.
        """
        text = {place + number for place, words in self._rest for number in range(len(split_tokens(words)))}
        for place, words in list(self._rest):
            end = place + len(split_tokens(words))
            joining = ALTERNATIVES | ADDITIONS if CATEGORY in self.filters and kinds_in(words) else ALTERNATIVES
            before, after = self._thing_beside(place - 1, -1, joining), self._thing_beside(end, 1, joining)
            if any(beside is not None and beside not in text for beside in (before, after)):
                self._rest.remove((place, words))
                self.ignored.append(words)

    def _thing_beside(self, place: int, step: int, joining: frozenset[str]) -> int | None:
        """The place of what a joining word at a place joins to what stands on its other side; None without one."""
        if not 0 <= place < len(self._tokens) or self._tokens[place].folded not in joining:
            return None
        place += step
        while 0 <= place < len(self._tokens) and self._tokens[place].stem in FILLER_STEMS:
            place += step
        return place if 0 <= place < len(self._tokens) else None

    def _drop_unknown(self) -> None:
        """Of many words beside something that was understood those stay that products have: so do people talk."""
        if len(self._rest) <= _FEW or not (self.filters or self._said):
            return
        unknown = [one for one in self._rest if not self._is_written(one[1])]
        if unknown:
            self._rest = [one for one in self._rest if one not in unknown]
            self.ignored.append(" ".join(word for _, word in unknown))

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
        if not fits_an_address(narrowed):
            del self.filters[CATEGORY]
            self._rest = [(_FIRST, word) for word in self._kinds] + self._rest
            self.nearest = [one for one in self.nearest if one not in self._kinds]
            return
        said = frozenset().union(*map(wearers_in, self.filters.get(GENDER, ())))
        if narrowed and all(wearers_in(category) & said for category in narrowed):
            del self.filters[GENDER]  # the categories say it already

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
            counts = range(len(values), 0, -1)
            self.filters[COLOUR] = next(values[:count] for count in counts if fits_an_address(values[:count]))
        elif len(said) == 1:
            self.colour, self.colours = said[0].meaning.name, values


def fits_an_address(values: Sequence[str]) -> bool:
    """Whether an address has room for some values of a field."""
    return sum(len(quote(value)) + _BESIDE_VALUE for value in values) <= _MOST_OF_ADDRESS
