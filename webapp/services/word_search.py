"""Searching by words: what a sentence asks for in this shop, what has its words, and what may be suggested."""

import math
import threading
from collections.abc import Iterable

from catalog import Catalog, Product
from catalog.browsing.arrivals import reduced_products
from catalog.browsing.browser import Browser
from catalog.browsing.product_search import ProductQuery
from catalog.curation.category_synonyms import category_synonyms
from catalog.storage.text_ranking import rank_by_words
from search.engine import SearchEngine
from search.words.folding import clean, split_tokens
from search.words.sales import take_sale
from search.words.suggesting import Suggestion, complete
from search.words.understanding import WordsUnderstood, understand
from search.words.vocabulary import CATEGORY, SIZE, Vocabulary, expand_terms, kinds_in
from webapp.http.vocabulary import name_category, split_category, translate_word
from webapp.services.category_names import ShopCategoryNames

MOST_FOUND = 2000  # products that are ranked by words; whoever looks further has other words to try
PRODUCT = "product"
_SHORTEST = 2  # letters from which on products are suggested


class WordSearch:
    """Understands words by the live index and the catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._browser = Browser(catalog.database)
        self.category_names = ShopCategoryNames(catalog)
        self._lock = threading.Lock()
        self._known: tuple[object, Vocabulary] | None = None

    def understand(self, sentence: str, engine: SearchEngine) -> WordsUnderstood:
        """What a sentence asks for, by what the index holds and the category synonyms of the shop."""
        return understand(sentence, self._vocabulary(engine), self.is_written)

    def is_written(self, words: str) -> bool:
        """Whether a product's texts have all of some words, in either language; "on sale" aside."""
        reduced, words = take_sale(words)
        return bool(self._rank(words, 1, any_of_them=False)) if words else reduced

    def find(self, text: str) -> list[str]:
        """The ids of the products that have the words, in either language, best first; ``MOST_FOUND`` at most.

        Where none has all of them, those that are the kind of thing that is asked for, or else those that have any.
        "On sale" means those that cost less than before.
        """
        on_sale, words = take_sale(text)
        reduced = dict.fromkeys(reduced_products(self._catalog.database, MOST_FOUND)) if on_sale else None
        if not words and reduced is not None:
            return list(reduced)
        kinds = kinds_in(words)
        for said in (words, kinds) if kinds else (words,):
            if found := self._rank(said, MOST_FOUND, any_of_them=False):
                break
        else:
            found = self._rank(words, MOST_FOUND)
        return found if reduced is None else [one for one in found if one in reduced]

    def _rank(self, words: str, most: int, *, any_of_them: bool = True) -> list[str]:
        with self._catalog.database.reading() as connection:
            return rank_by_words(connection, expand_terms(words), most, any_of_them=any_of_them)

    def suggest(self, typed: str, engine: SearchEngine, limit: int) -> list[Suggestion]:
        """What the search field may be filled with: the shop's values first, then titles of products.

        Values are suggested in the reader's language, and found by their names in both.
        """
        if not clean(typed):
            return []
        values = complete(typed, self._names(engine), limit)
        left = max(limit - len(values), math.ceil(limit / 3))
        products = self._products(typed, left) if len("".join(clean(typed).split())) >= _SHORTEST else []
        return [*values[: limit - len(products)], *products]

    def _products(self, typed: str, limit: int) -> list[Suggestion]:
        words = " ".join(token.text for token in split_tokens(typed) if token.text.isalnum())
        if not words:
            return []
        query = ProductQuery(words=words, published=True)
        found: Iterable[Product] = self._browser.find(query, limit * 4).products
        by_group: dict[str, Product] = {}
        for product in found:  # a product's colours are one suggestion
            if product.in_stock is not False:
                by_group.setdefault(product.group_id or product.product_id, product)
        by_title = {product.name: product for product in reversed(by_group.values())}
        return [Suggestion(name, PRODUCT, one.product_id) for name, one in reversed(by_title.items())][:limit]

    def _names(self, engine: SearchEngine) -> Iterable[tuple[str, str, str]]:
        own = self.category_names.all()
        for parameter, values in engine.filter_values.items():
            for value in values if parameter != SIZE else ():  # nobody looks for all that there is in M
                if parameter == CATEGORY:
                    yield parameter, value, name_category(value).replace(" · ", " ")
                    yield parameter, value, " ".join(translate_word(part) for part in split_category(value))
                    yield from ((parameter, value, name) for name in own.get(value, {}).values())
                else:
                    yield parameter, value, translate_word(value)

    def _vocabulary(self, engine: SearchEngine) -> Vocabulary:
        with self._catalog.database.reading() as connection:
            synonyms = category_synonyms(connection)
        own = self.category_names.all()
        names = {category: tuple(by_language.values()) for category, by_language in own.items()}
        # Not the snapshot, over which changes of the catalogue are laid.
        key = (engine.filter_values, synonyms, names)
        with self._lock:
            if self._known is None or self._known[0] != key:
                self._known = key, Vocabulary.build(engine.filter_values, synonyms, names)
            return self._known[1]
