"""English and Spanish: the choice of the language, and how it writes prices and probabilities."""

from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlencode

from babel import Locale, numbers
from flask import Flask, Response, request, url_for
from flask_babel import Babel, format_currency, format_decimal, get_locale, gettext

from catalog.money import Money, plain_text
from search.model_quality.language import ENGLISH, LANGUAGES
from webapp.http import translations
from webapp.http.translations import current_language
from webapp.http.vocabulary import name_category, translate_word

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Choose a language for each request, and give templates the filters that write in it."""
    translations.init_app(app, Babel(app, default_locale=ENGLISH, locale_selector=_select))
    app.after_request(_remember)
    app.add_template_filter(name_category, "category_name")
    app.add_template_filter(translate_word, "translated")
    app.add_template_filter(format_price, "price")
    app.add_template_filter(format_money, "money")
    app.add_template_filter(plain_text, "plain_price")
    app.add_template_filter(format_percent, "percent")
    app.add_template_filter(format_certainty, "in_words")
    app.add_template_filter(format_estimate, "about")
    app.context_processor(lambda: {"language": current_language(), "languages": LANGUAGES, "address_in": _address_in})


def format_price(price_cents: int | None, currency: str | None) -> str:
    """A price as the reader's language writes it, "€49.90" or "49,90 €"; empty for a product without a price."""
    if price_cents is None:
        return ""
    amount = Decimal(price_cents) / 100
    if not currency:
        return format_decimal(amount, format="#,##0.00")
    return _write_amount(current_language(), amount, currency)


def format_round_price(price_cents: int, currency: str | None) -> str:
    """A price that somebody chose as a limit, without cents where it has none: "€60", but "€59.90"."""
    if price_cents % 100:
        return format_price(price_cents, currency)
    amount = price_cents // 100
    if not currency:
        return format_decimal(amount, format="#,##0")
    pattern = (get_locale() or Locale(ENGLISH)).currency_formats["standard"].pattern
    return format_currency(amount, currency, format=pattern.replace(".00", ""), currency_digits=False)


def format_money(money: Money | None) -> str:
    """An exact price, as ``format_price`` writes it, with all digits of its currency: "KWD 12.505"."""
    if money is None or money.amount is None:
        return ""
    if not money.currency:
        return format_price(money.cents, None)
    return _write_amount(current_language(), money.amount, money.currency)


def format_percent(fraction: float) -> str:
    """A probability as whole percent, at most 99%: a model that learned from examples is never certain."""
    percent = min(99, round(fraction * 100))
    return gettext("%(number)s%%", number=percent) if percent >= 1 else gettext("<%(number)s%%", number=1)


def format_estimate(count: int) -> str:
    """An estimated number, 10 or more, by its first two digits: "3,400" for 3,437."""
    return format_decimal(round(count, 2 - len(str(count))))


def format_certainty(fraction: float) -> str:
    """A text for a calibrated probability, from "Almost certainly" to "Hard to say"."""
    if fraction >= 0.9:
        return gettext("Almost certainly")
    if fraction >= 0.7:
        return gettext("Very likely")
    if fraction >= 0.45:
        return gettext("Probably")
    return gettext("Hard to say, perhaps")


@lru_cache(maxsize=4096)
def _write_amount(language: str, amount: Decimal, currency: str) -> str:
    return numbers.format_currency(amount, currency, locale=language)


def _select() -> str:
    chosen = _chosen()
    if chosen:
        return chosen
    kept = request.cookies.get(COOKIE, "")
    if kept in LANGUAGES:
        return kept
    return request.accept_languages.best_match(LANGUAGES, ENGLISH) or ENGLISH


def _chosen() -> str | None:
    """The language that the address asks for, if the shop has it."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else None


def _remember(response: Response) -> Response:
    chosen = _chosen()
    if chosen:
        response.set_cookie(COOKIE, chosen, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True)
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = current_language()
        response.vary.update(["Accept-Language", "Cookie"])
    return response


def _address_in(language: str) -> str:
    """The page's address in another language; the start page's after a POST, which a link can't repeat."""
    if request.method != "GET":
        return url_for("shop.start", lang=language)
    query = request.args.to_dict(flat=False) | {"lang": [language]}
    return "?" + urlencode(query, doseq=True)
