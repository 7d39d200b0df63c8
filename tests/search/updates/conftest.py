from pathlib import Path

import pytest

import search.updates as updates
from search.engine import SearchEngine
from search.errors import PhotoError
from search.model.photo_embedding import PhotoEmbedding
from tests.search.updates.changing_shop import Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def embeds(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> list[str]:
    """The names of the photos that were embedded: each file's name is its fingerprint."""
    done: list[str] = []

    def embed(_engine: SearchEngine, path: Path) -> PhotoEmbedding:
        done.append(path.name)
        if path.name not in shop.vectors:
            raise PhotoError("no photo")
        vector = shop.vectors[path.name]
        return PhotoEmbedding(vector, (0, int(vector[-3:].argmax())))

    monkeypatch.setattr(SearchEngine, "embed_photo_file", embed)
    monkeypatch.setattr(updates, "_LOOK_EVERY_SECONDS", 0.0)
    return done
