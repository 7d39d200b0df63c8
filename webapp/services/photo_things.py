"""The things in a shopper's photo: looked for when somebody asks, and remembered where the photo is kept."""

from typing import Protocol

from search.errors import BundleError, IndexUnavailableError
from search.model.things import Thing
from webapp.services.photo_encoding import EMBEDDING, SearchablePhoto
from webapp.services.storefront import LiveIndex


class ThingsMemory(SearchablePhoto, Protocol):
    """A photo that remembers what a model found in it."""

    def recall_things(self, model: str) -> tuple[Thing, ...] | None:
        """The things that a model found in the photo; None if it wasn't asked yet."""

    def remember_things(self, model: str, things: tuple[Thing, ...]) -> None:
        """Keep what a model found."""


def find_things(index: LiveIndex, photo: SearchablePhoto) -> tuple[Thing, ...]:
    """What may be searched for one by one in a photo; raises PhotoError, IndexUnavailableError, BundleError."""
    engine = index.current()
    image = photo.decode(None)
    with EMBEDDING:
        return engine.find_things(image)


def recall_things(index: LiveIndex, photo: ThingsMemory) -> tuple[Thing, ...] | None:
    """What the model found in a photo before; None if it wasn't asked, or there is none."""
    try:
        return photo.recall_things(index.current().snapshot.model)
    except (IndexUnavailableError, BundleError):
        return None


def recall_or_find_things(index: LiveIndex, photo: ThingsMemory) -> tuple[Thing, ...]:
    """The same, looked for and remembered if that wasn't done yet; raises as ``find_things`` does."""
    found = recall_things(index, photo)
    if found is None:
        found = find_things(index, photo)
        photo.remember_things(index.current().snapshot.model, found)
    return found
