"""Reads a sentence from its first word to its last, and notes what each phrase means."""

import re
from collections.abc import Callable

from search.words.amounts import Range, find_dashed, find_range
from search.words.folding import split_tokens
from search.words.lexicon import ADDITIONS, ALTERNATIVES, FILLER_STEMS
from search.words.negations import negation_end
from search.words.orders import find_order, find_unknown_order, opposite
from search.words.sentence_findings import Findings, fits_an_address
from search.words.vocabulary import CATEGORY, GENDER, IN_STOCK, SIZE, Meaning, Vocabulary, is_trait
from search.words.wearers import wearers_in

_UNKNOWN = ""  # in place of the parameter of a value that nobody knows


class SentenceReader(Findings):
    """What has been read of one sentence; ``search.words.understanding`` says what the attributes are.

    Args:
        sentence: in one line.
        vocabulary: the shop's.
        is_written: whether a product's texts have some words.
    """

    def __init__(self, sentence: str, vocabulary: Vocabulary, is_written: Callable[[str], bool]) -> None:
        self._sentence = sentence
        super().__init__(split_tokens(sentence), is_written)
        self._vocabulary = vocabulary
        self._place = 0

    def read(self) -> None:
        """Read everything."""
        steps: tuple[Callable[[], bool], ...] = (
            self._read_prices,
            self._read_minus,
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
        self.settle()

    def _leave(self, end: int) -> None:
        """The words up to a place are text."""
        self._rest += [(place, self._tokens[place].text) for place in range(self._place, end)]
        self._place = end

    def _words(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self._tokens[start:end])

    def _read_prices(self) -> bool:
        found = find_range(self._tokens, self._place) or self._find_dashed()
        if found is None:
            return False
        self.take_range(found[0])
        self._place = found[1]
        return True

    def _find_dashed(self) -> tuple[Range, int] | None:
        """Two numbers with a dash are prices, unless they are sizes, or a code that a product has."""
        found = find_dashed(self._tokens, self._place)
        if found is None or self._vocabulary.match_size(self._tokens, self._place):
            return None
        return None if self._is_written(self._words(self._place, found[1])) else found

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
            self.take_meaning(found[0], self._place, found[1], written)
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
        if not _differ_in_gender(token.folded, meant):
            self.meant[token.text] = meant
        self._tokens[self._place : self._place + 1] = split_tokens(meant)
        return True

    def _read_meaning(self) -> bool:
        found = self._vocabulary.match(self._tokens, self._place)
        if found is None:
            return False
        if found[0].parameter == CATEGORY and self._follows_wearer():  # "men's or women's coats"
            found = self._vocabulary.match(self._tokens[: self._place + 1], self._place) or found
        start, self._place = self._place, found[1]
        self.take_meaning(found[0], start, found[1], self._words(start, found[1]))
        if found[0].parameter == SIZE:
            self._read_more_sizes()
        return True

    def _follows_wearer(self) -> bool:
        """Whether the words at the present place are joined to a wearer."""
        before = [token.folded for token in self._tokens[max(0, self._place - 2) : self._place]]
        joined = len(before) > 1 and before[1] in (*ALTERNATIVES, *ADDITIONS)
        return joined and bool(self.filters.get(GENDER)) and bool(wearers_in(before[0]))

    def _read_more_sizes(self) -> None:
        """Sizes behind one that was called a size: "size S, M or L", "tallas 38 y 40"."""
        while self._place < len(self._tokens):
            joined = self._tokens[self._place].folded in (*ALTERNATIVES, *ADDITIONS)
            start = self._place + joined
            found = self._vocabulary.match_size(self._tokens, start)
            if found is None or not (joined or self._tokens[start].listed or self._tokens[start].dashed):
                return
            self.take_meaning(found[0], start, found[1], self._words(start, found[1]))
            self._place = found[1]

    def _read_order(self) -> bool:
        """Words for an order, unless a title has them with the word behind them: "New York"."""
        found = find_order(self._tokens, self._place)
        end = found[1] if found else find_unknown_order(self._tokens, self._place)
        if end is None or self._is_of_title(end):
            return False
        if found:
            self.order = found[0]
        else:
            self.ignored.append(self._words(self._place, end))
        self._place = end
        return True

    def _is_of_title(self, end: int) -> bool:
        behind = self._tokens[end : end + 1]
        if not behind or behind[0].stem in FILLER_STEMS or self._vocabulary.match(self._tokens, end):
            return False
        return self._is_written(self._words(self._place, end + 1))

    def _read_negation(self) -> bool:
        """What follows "not" or "sin": is unwanted, where it is a value that can be filtered by."""
        end = negation_end(self._tokens, self._place)
        return end is not None and self._negate(end)

    def _read_minus(self) -> bool:
        """A word with a dash of its own is unwanted, as in other search engines: "coat -red"."""
        token = self._tokens[self._place]
        return token.minus and token.text.isalpha() and self._negate(self._place)

    def _negate(self, end: int) -> bool:
        """Take what a negation that ends at a place, and begins at the present one, is about."""
        begun = self._place
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
        while place < len(self._tokens) and self._tokens[place].stem in FILLER_STEMS:
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
        elif found and found[0].parameter == IN_STOCK:
            self.filters[IN_STOCK] = ("false",) if found[0].values == ("true",) else ("true",)
            self._place = found[1]
            return None
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
        return meaning.unwanted != () and not made and fits_an_address(meaning.values)

    def _is_one_idea(self, start: int) -> bool:
        """Whether the negation belongs to a phrase that titles have: "sin mangas"."""
        return [token.folded for token in self._tokens[start : start + 2]] == ["sin", "mangas"]

    def _read_filler(self) -> bool:
        token = self._tokens[self._place]
        if token.stem not in FILLER_STEMS and token.folded[:1] not in "€$£<>":
            return False
        self._place += 1
        return True


def _differ_in_gender(word: str, other: str) -> bool:
    """Whether two words are one adjective of Spanish: "rosado", "rosada"."""
    return word[:-1] == other[:-1] and {word[-1:], other[-1:]} == {"o", "a"}
