"""The objects that the API answers with, as dictionaries; docs/api.md describes each field."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for

from catalog import Product
from catalog.labels.corrections import Correction
from catalog.money import Money
from catalog.product_details import AVAILABLE_FROM, CATEGORY_PATH, SizeOffer
from search.model.things import Thing
from search.query import FacetValue, SnapshotInfo
from search.words.suggesting import Suggestion
from search.words.understanding import WordsUnderstood
from webapp.services.card_addresses import CardAddresses
from webapp.services.photo_addresses import photo_url
from webapp.services.product_addresses import product_path
from webapp.services.rankings import PhotoAnswer, Ranking
from webapp.services.result_items import ResultItem
from webapp.services.word_search import PRODUCT

SCORE_DIGITS = 4
MILLISECOND_DIGITS = 2


def describe_photo_answer(answer: PhotoAnswer) -> dict[str, object]:
    """The answer to a photo: the predicted categories, both lists, and what filters would leave of the first one."""
    return {
        "prediction": [
            {"category": guess.category, "probability": round(guess.probability, SCORE_DIGITS)}
            for guess in answer.prediction
        ],
        "recognised": answer.in_distribution,
        "sure": answer.sure,
        **describe_ranking(answer),
        "goes_with": describe_items(answer.goes_with),
        "snapshot": describe_snapshot(answer.snapshot),
        "took_ms": {stage: round(took, MILLISECOND_DIGITS) for stage, took in answer.took_ms.items()},
    }


def describe_thing(thing: Thing) -> dict[str, object]:
    """Something in a photo that may be searched for alone; its box as the parameter ``box`` has it."""
    return {
        "kind": thing.kind,
        "box": [round(edge, SCORE_DIGITS) for edge in thing.box],
        "confidence": round(thing.confidence, SCORE_DIGITS),
    }


def describe_ranking(ranking: Ranking) -> dict[str, object]:
    """A page of look-alikes, how many there are beyond it, and what each filter would leave of them."""
    facets, price = ranking.facets, ranking.facets.price
    return {
        "similar": describe_items(ranking.similar),
        "total": ranking.total,
        "close": ranking.close,
        "page": ranking.request.page,
        "pages": ranking.pages,
        "facets": {
            **{parameter: _counts(values) for parameter, values in facets.values.items()},
            "in_stock": facets.in_stock,
            "price": price and {"min": price.lowest_cents / 100, "max": price.highest_cents / 100},
        },
    }


def describe_items(items: Iterable[ResultItem]) -> list[dict[str, object]]:
    """The products of a list: what their cards show, and why and how high they rank."""
    addresses = CardAddresses()
    return [
        {
            **_describe_card(item.product, addresses),
            "score": None if item.score is None else round(item.score, SCORE_DIGITS),
            "variants": [variant.product_id for variant in item.variants],
            "reasons": list(item.reasons),
            "grade": item.grade,
        }
        for item in items
    ]


def describe_product(product: Product, variants: Sequence[Product], attributes: Mapping[str, str]) -> dict[str, object]:
    """A product with its public attributes, and the ids of its other colours."""
    return _describe_card(product, CardAddresses()) | {
        "group_id": product.group_id,
        "description": product.description,
        "url": product.url,
        "material": product.material,
        "sizes": [_describe_size(offer) for offer in product.offers if offer.size],
        "sku": product.sku,
        "gtin": product.gtin,
        "mpn": product.mpn,
        "category_path": product.details.get(CATEGORY_PATH),
        "available_from": product.details.get(AVAILABLE_FROM),
        "attributes": dict(attributes),
        "image_urls": [photo_url(photo) for photo in product.photos],
        "variants": [variant.product_id for variant in variants],
    }


def describe_understood(understood: WordsUnderstood | None) -> dict[str, object]:
    """What was understood of the words beside a photo; nothing where there were none."""
    if understood is None:
        return {}
    return {
        "understood": {
            "filters": {name: list(values) for name, values in understood.filters.items()},
            "in_colour": understood.colour,
            "without": [f"{parameter}:{value}" for parameter, value in understood.without],
            "text": understood.text,
            "ignored": list(understood.ignored),
            "nearest": list(understood.nearest),
            "meant": dict(understood.meant),
            "sort": understood.order,
        }
    }


def describe_suggestion(suggestion: Suggestion) -> dict[str, object]:
    """What a search field may be filled with, and what it is: a value to filter by, or a product."""
    address = (
        product_path(suggestion.value)
        if suggestion.kind == PRODUCT
        else url_for("shop.search_words", q=suggestion.text)
    )
    return {"text": suggestion.text, "kind": suggestion.kind, "value": suggestion.value, "url": address}


def describe_summaries(products: Iterable[Product]) -> list[dict[str, object]]:
    """The products of a list of the catalogue, which has no order by likeness."""
    addresses = CardAddresses()
    return [_describe_card(product, addresses) for product in products]


def describe_correction(correction: Correction) -> dict[str, object]:
    """What somebody decided on a product's label; not who did."""
    return {
        "product_id": correction.product_id,
        "field": correction.field,
        "given": correction.given,
        "corrected": correction.corrected,
        "decision": correction.decision,
        "state": correction.state,
        "at": correction.at,
        "version": correction.version,
    }


def describe_snapshot(snapshot: SnapshotInfo) -> dict[str, object]:
    """The index that answered."""
    return {"id": snapshot.id, "built_at": snapshot.built_at}


def _describe_card(product: Product, addresses: CardAddresses) -> dict[str, object]:
    """What a product's card shows."""
    return {
        "product_id": product.product_id,
        "title": product.name,
        "category": product.category,
        "gender": product.gender,
        "colour": product.colour,
        "brand": product.brand,
        "price": _number(product.price),
        "price_before": _number(product.price_before),
        "price_highest": _number(product.price_highest),
        "currency": product.currency,
        "in_stock": product.in_stock,
        "availability": product.availability,
        "image_url": addresses.of_photo(product.photos[0]) if product.photos else None,
        "product_url": addresses.of_product(product.product_id),
    }


def _describe_size(offer: SizeOffer) -> dict[str, object]:
    price = None if offer.price is None else float(offer.price)
    return {"size": offer.size, "sku": offer.sku, "price": price, "availability": offer.availability}


def _number(money: Money | None) -> float | None:
    return None if money is None or money.amount is None else float(money.amount)


def _counts(values: tuple[FacetValue, ...]) -> list[dict[str, object]]:
    return [{"value": value.value, "count": value.count} for value in values]
