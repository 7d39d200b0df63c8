"""A real shop whose products change at random through its API, while it is searched and while builds run.

After each acknowledgement the answers are held against a brute-force model (``brute_force_catalogue.py``), in the
process that acknowledged. Searches that go on meanwhile may differ in what is being changed, and in nothing else.
"""

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.accounts.api_keys import READ, WRITE, ApiKeyStore
from search.engine import SearchEngine
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import embed_photo_file
from search.query import SearchRequest
from search.settings import PRETRAINED_BUNDLE
from webapp import create_app
from webapp.services.access import services_of
from webapp.services.request_pace import MOST_PER_MINUTE, RequestPace

if __package__:
    from benchmarks.brute_force_catalogue import FEWEST, BruteForceCatalogue, Edit, draw_edits, draw_filters, draw_photo
else:
    from brute_force_catalogue import FEWEST, BruteForceCatalogue, Edit, draw_edits, draw_filters, draw_photo

MOST_DIFFERENCES = 20  # after which a run ends
_TOLERANCE = 1e-4  # of a score
_PAUSE_SECONDS = 0.05  # of a shopper between two searches
_BETWEEN_BUILDS_SECONDS = 2.0
_ALL = "limit=100&collapse=false"


@dataclass
class Outcome:
    """What a run has seen."""

    changes: int = 0
    requests: int = 0  # that brought them
    comparisons: int = 0
    searches: int = 0  # that went on meanwhile
    builds: int = 0
    differences: list[str] = field(default_factory=list)


class ChangingShop:
    """A shop below a data directory, made anew.

    Args:
        home: the data directory; nothing is there yet.
        seed: of the changes.
    """

    def __init__(self, home: Path, seed: int) -> None:
        self._home = home
        self._rng = random.Random(seed)  # noqa: S311
        self._environment = os.environ | {"VITRINA_HOME": str(home), "VITRINA_DATABASE_URL": ""}
        home.mkdir(parents=True, exist_ok=True)
        self._catalog = Catalog.open(f"sqlite:///{home / 'catalog.db'}")
        self.app: Flask = create_app(catalog=self._catalog, home=home)
        services_of(self.app).request_pace = RequestPace(MOST_PER_MINUTE)
        key, _ = ApiKeyStore(self._catalog.database).make(
            "random", [READ, WRITE], by="benchmark", per_minute=MOST_PER_MINUTE
        )
        self._headers = {"Authorization": f"Bearer {key}"}
        self._client = self.app.test_client()
        self._embedder = Embedder(Bundle.open(PRETRAINED_BUNDLE))
        self.model = BruteForceCatalogue(self._embed)
        self.outcome = Outcome()
        self._moving: set[str] = set()
        self._versions: dict[str, int] = {}
        self._settling = threading.Lock()

    def close(self) -> None:
        """Close what it has open."""
        writer = services_of(self.app).events
        if writer is not None:
            writer.close()
        self._catalog.close()

    def stock(self) -> None:
        """Fill the shelves and build the first index."""
        while len(self.model.products) < FEWEST:
            self._send(draw_edits(self.model, self._rng, self.outcome.requests))
        self.build()

    def build(self) -> None:
        """Build the index in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "indexer", "build"], env=self._environment, capture_output=True, text=True
        )
        if done.returncode:
            self.outcome.differences.append(f"the build failed: {done.stderr[-500:]}")
        self.outcome.builds += 1

    def change(self) -> None:
        """Send one random request, and compare once it is acknowledged."""
        self._send(draw_edits(self.model, self._rng, self.outcome.requests))
        self.compare()

    @property
    def differs(self) -> bool:
        """Whether so much was wrong that going on tells nothing more."""
        return len(self.outcome.differences) >= MOST_DIFFERENCES

    def compare(self) -> None:
        """Hold what the shop says now against the model."""
        model, rng, engine = self.model, self._rng, self._engine()
        self.outcome.comparisons += 1
        filters = draw_filters(model, rng)
        passing = model.passing(filters)
        request = SearchRequest(limit=100, filters=filters, collapse=False)
        self._expect("listed products", passing, {hit.product_id for hit in engine.list_products(request)})
        folded = SearchRequest(filters=filters)
        self._expect("cards", model.groups(passing), engine.facets(folded).total)
        held = {one for one in self._versions if engine.holds(one)}
        self._expect("indexed products", set(model.products), held)
        self._compare_rows(engine, filters)
        self._compare_answers(rng.choice(list(self._versions)))

    @contextmanager
    def searched(self, threads: int = 2) -> Iterator[None]:
        """Searches by shoppers until the block ends."""
        ended = threading.Event()
        shoppers = [
            threading.Thread(target=self._shop_until, args=(ended, random.Random(one)))  # noqa: S311
            for one in range(threads)
        ]
        for one in shoppers:
            one.start()
        try:
            yield
        finally:
            ended.set()
            for one in shoppers:
                one.join()

    @contextmanager
    def built(self) -> Iterator[None]:
        """Builds, one after the other, until the block ends."""
        ended = threading.Event()

        def build_until() -> None:
            while not ended.wait(_BETWEEN_BUILDS_SECONDS):
                self.build()

        builder = threading.Thread(target=build_until)
        builder.start()
        try:
            yield
        finally:
            ended.set()
            builder.join()

    def _engine(self) -> SearchEngine:
        return services_of(self.app).storefront.index.current()

    def _embed(self, photo: bytes) -> np.ndarray:
        path = self._home / "photo-to-embed"
        path.write_bytes(photo)
        return embed_photo_file(self._embedder, path).vector

    def _send(self, edits: list[Edit]) -> None:
        with self._settling:
            self._moving = {edit.product_id for edit in edits}
        answer = self._post(edits)
        if answer.status_code not in (200, 201):
            self.outcome.differences.append(f"a change was refused: {answer.status_code} {answer.text[:300]}")
        self.model.apply(edits)
        with self._settling:
            for edit in edits:
                self._versions[edit.product_id] = self._versions.get(edit.product_id, 0) + 1
            self._moving = set()
        self.outcome.requests += 1
        self.outcome.changes += len(edits)

    def _post(self, edits: list[Edit]) -> TestResponse:
        if len(edits) == 1:
            (edit,) = edits
            path = f"/api/v1/products/{edit.product_id}"
            if not edit.photos:
                return self._client.open(path, method=edit.action.upper(), json=edit.fields, headers=self._headers)
            files = [(f"photo{place}", photo) for place, photo in enumerate(edit.photos)]
            body, kind = _encode_form({"product": json.dumps(edit.fields)}, files)
            return self._client.open(
                path, method=edit.action.upper(), data=body, content_type=kind, headers=self._headers
            )
        operations, files = [], []
        for edit in edits:
            names = [f"{edit.product_id}.{place}" for place in range(len(edit.photos))]
            files += zip(names, edit.photos, strict=True)
            operation: dict[str, Any] = {"action": edit.action, "product_id": edit.product_id, "product": edit.fields}
            operations.append(operation | ({"photos": names} if names else {}))
        body, kind = _encode_form({"operations": json.dumps(operations)}, files)
        return self._client.post("/api/v1/products/batch", data=body, content_type=kind, headers=self._headers)

    def _compare_rows(self, engine: SearchEngine, filters: Any) -> None:
        """The store's best rows under a filter are those of a comparison with every photo, with the same scores."""
        ranker, rng = engine._ranker, self._rng
        some = rng.sample(list(self.model.products), 2)
        query = engine._snapshot.balance.weigh(sum(self.model.vector(one) for one in some) / 2)
        k = rng.choice((1, 3, 10, 40, 1000))
        rows, scores = ranker._store.search(query, k, ranker.filters.matching(filters))
        expected = self.model.best_photos(query, filters)
        kept = {one: [score for score, other in expected if other == one] for _, one in expected}
        owners = [engine._columns.product_ids[one] for one in ranker._product_of[rows]]
        self._expect("rows found", min(k, len(expected)), len(rows))
        best = np.array([score for score, _ in expected[: len(rows)]])
        alike = best.shape == scores.shape and bool(np.allclose(best, scores, atol=_TOLERANCE))
        self._expect("scores of rows", True, alike)
        for owner, score in zip(owners, scores, strict=True):
            near = np.abs(np.array(kept.get(owner, [np.inf])) - score).min() <= _TOLERANCE
            self._expect(f"a photo of {owner} with this score", True, bool(near))

    def _compare_answers(self, product_id: str) -> None:
        """A product's answer and its look-alikes, through the API."""
        known = self.model.products.get(product_id)
        answer = self._client.get(f"/api/v1/products/{product_id}")
        similar = self._client.get(f"/api/v1/products/{product_id}/similar?{_ALL}")
        status = 404 if known is None else 200
        self._expect(f"statuses of {product_id}", (status, status), (answer.status_code, similar.status_code))
        if known is None or status != similar.status_code:
            return
        self._expect(f"fields of {product_id}", _shown(known.fields), _told(answer.json or {}))
        others = {one: _shown(product.fields) for one, product in self.model.products.items() if one != product_id}
        told = {one["product_id"]: _told(one) for one in (similar.json or {})["similar"]}
        self._expect(f"look-alikes of {product_id}", others, told)

    def _shop_until(self, ended: threading.Event, rng: random.Random) -> None:
        client, photo = self.app.test_client(), draw_photo(rng)
        while not ended.wait(_PAUSE_SECONDS):
            firm, products = self._settled()
            like = rng.choice(list(products))
            if rng.random() < 0.2:
                body, kind = _encode_form({"limit": "100", "collapse": "false"}, [("photo", photo)])
                answer, like = client.post("/api/v1/search", data=body, content_type=kind), ""
            else:
                answer = client.get(f"/api/v1/products/{like}/similar?{_ALL}")
            after, _ = self._settled()
            self._judge(answer, like, {one for one, _ in firm.items() & after.items()}, products)

    def _judge(self, answer: TestResponse, like: str, firm: set[str], products: dict[str, Any]) -> None:
        """Whether an answer is right about each product that nobody was changing while it was made."""
        self.outcome.searches += 1
        if answer.status_code != 200:
            if answer.status_code != 404 or like in firm:
                self.outcome.differences.append(f"a search was answered with {answer.status_code}: {answer.text[:200]}")
            return
        told = {one["product_id"]: _told(one) for one in (answer.json or {})["similar"] if one["product_id"] in firm}
        expected = {one: fields for one, fields in products.items() if one in firm and one != like}
        self._expect("an answer meanwhile", expected, told)

    def _settled(self) -> tuple[dict[str, int], dict[str, Any]]:
        """The products that nobody is changing, with the number of their latest change; and all products' fields."""
        with self._settling:
            firm = {one: version for one, version in self._versions.items() if one not in self._moving}
            return firm, {one: _shown(product.fields) for one, product in dict(self.model.products).items()}

    def _expect(self, what: str, expected: Any, found: Any) -> None:
        if expected != found:
            if isinstance(expected, set):
                expected, found = sorted(expected - found), sorted(found - expected)
            elif isinstance(expected, dict):
                expected, found = (
                    {one: value for one, value in first.items() if other.get(one) != value}
                    for first, other in ((expected, found), (found, expected))
                )
            number = self.outcome.requests
            self.outcome.differences.append(f"request {number}, {what}: {str(expected)[:300]} but {str(found)[:300]}")


def _shown(fields: dict[str, Any]) -> tuple[Any, ...]:
    """What the API should tell of a product."""
    return tuple(fields.get(name) for name in ("category", "title", "gender", "colour", "price", "in_stock"))


def _told(answer: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(answer[name] for name in ("category", "title", "gender", "colour", "price", "in_stock"))


def _encode_form(fields: dict[str, str], files: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    """A multipart body and its content type."""
    edge = "--edge\r\nContent-Disposition: form-data; name="
    parts = [f'{edge}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    parts += [f'{edge}"{name}"; filename="{name}.png"\r\n\r\n'.encode() + data + b"\r\n" for name, data in files]
    return b"".join([*parts, b"--edge--\r\n"]), "multipart/form-data; boundary=edge"
