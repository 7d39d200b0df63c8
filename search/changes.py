"""What has changed in the catalogue since an index was built, as plain values that the catalogue and the search share.

It imports nothing of ours, so that the catalogue may use it too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class ChangedProduct:
    """A product as the catalogue has it now."""

    sequence: int  # number of its latest change; later changes have larger ones
    product_id: str
    fields: Mapping[str, Any] | None  # of ``search.fields.FIELD_NAMES``; None: shoppers can't see such a product
    photos: tuple[tuple[str, Path], ...] = ()  # sha256 and file of each photo, in the order in which they are shown


@dataclass(frozen=True)
class StoredEmbedding:
    """What a model's network says of a photo's file."""

    vector: bytes  # little-endian float32
    seen: bytes  # little-endian int32: for each head of the model the number of its most probable label


@dataclass(frozen=True)
class PhotoToEmbed:
    """A photo that no process has embedded yet."""

    sha256: str
    path: Path


class ChangeFeed(Protocol):
    """Where a search learns what has changed; ``catalog.changes.change_feed`` is one."""

    def latest(self) -> int:
        """The number of the latest change that isn't part of every kept index; 0 if there is none. It is quick."""

    def since(self, sequence: int, limit: int) -> Sequence[ChangedProduct]:
        """The products whose latest change has a larger number, ascending, at most ``limit`` of them."""

    def knows(self, mark: str) -> bool:
        """Whether a build of this catalogue left an index's mark; an empty one is known."""

    def embeddings(self, model: str, fingerprints: Iterable[str]) -> Mapping[str, StoredEmbedding]:
        """Those of the photos' embeddings that are stored."""

    def keep(self, model: str, embeddings: Mapping[str, StoredEmbedding]) -> None:
        """Store embeddings for every process."""


@dataclass(frozen=True)
class LiveState:
    """How far a process is with following the catalogue."""

    sequence: int = 0  # of the latest change that is followed
    products: int = 0  # that differ from the index
    waiting: int = 0  # products whose change waits for the next build, or for an embedding
    trouble: str | None = field(default=None)  # why changes can't be followed, if they can't
