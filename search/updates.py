"""The live engine with the catalogue's latest changes: a product that was saved is found, and a removed one is gone.

A process asks at most every fifth of a second whether anything has changed. If so, a thread lays the changes over the
index; searches go on meanwhile with what there was. Whoever has just saved a product waits for it (``catch_up``).
When a build publishes an index, the old one serves with its changes until the new one has those that the build missed.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from search.background import work_beside
from search.changes import ChangedProduct, ChangeFeed, LiveState
from search.engine import SearchEngine
from search.errors import OtherCatalogueError, PhotoError, PhotoFileError, SearchError
from search.index.manifest import BUILD
from search.index.overlay import ProductState
from search.live import LiveEngine
from search.model.photo_embedding import PhotoEmbedding

MOST_CHANGES = 20_000  # products that differ from the index; what comes later waits for a build
MOST_EMBEDDED = 100  # photos that a process embeds at a time; more are an import, which a build embeds faster
_LOOK_EVERY_SECONDS = 0.2
_WAITING_EVERY_SECONDS = 10.0  # how often the photos that wait for a build are looked for; there may be a million

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Followed:
    """An index with the changes that were laid over it."""

    base: SearchEngine
    engine: SearchEngine
    sequence: int
    foreign: bool | None = None  # whether the catalogue knows nothing of this index's build; None: not asked yet
    changes: Mapping[str, ProductState | None] = field(default_factory=dict)
    pending: Mapping[str, ChangedProduct] = field(default_factory=dict)  # photos of these have no embedding yet
    incomplete: Mapping[str, ChangedProduct] = field(default_factory=dict)  # found without photos that are away


class UpdatedIndex:
    """Hands out the engine of the live index as the catalogue is now.

    Args:
        live: the index as builds publish it.
        feed: what has changed since.
    """

    def __init__(self, live: LiveEngine, feed: ChangeFeed) -> None:
        self._live = live
        self._feed = feed
        self._followed: _Followed | None = None
        self._looked = 0.0
        self._following = threading.Lock()
        self._unusable: dict[str, str] = {}  # photos that can't be embedded, and why
        self._away: set[str] = set()  # photos whose files can't be read at the moment, and may be later
        self._waiting_looked = 0.0  # when the photos that wait were last looked for
        self._trouble: str | None = None

    def current(self) -> SearchEngine:
        """The newest engine that is ready; raises as ``LiveEngine.current`` does."""
        base = self._live.current()
        followed = self._followed
        if followed is None:
            return self._follow_while_waiting(base)
        now = time.monotonic()
        if (followed.base is not base or now - self._looked >= _LOOK_EVERY_SECONDS) and self._following.acquire(
            blocking=False
        ):
            self._looked = now
            work_beside(self._following, partial(self._follow, base), "catalogue-changes")
        return followed.engine

    def catch_up(self) -> None:
        """Return when this process finds what was saved before the call; changes nothing where there is no index."""
        try:
            base = self._live.current()
        except SearchError:
            return
        with self._following:
            self._follow(base)

    @property
    def trouble(self) -> SearchError | None:
        """Why nothing can be searched, why a newer index isn't served, or that it is another catalogue's; or None."""
        followed = self._followed
        if self._live.trouble is None and followed is not None and followed.foreign:
            return OtherCatalogueError(
                "The catalogue is older than the index, or another one: it knows nothing of this index's build. What "
                f"changes from now on is found; what differs already may not be. {BUILD}"
            )
        return self._live.trouble

    @property
    def state(self) -> LiveState:
        """How far this process is with following the catalogue."""
        followed = self._followed
        if followed is None:
            return LiveState(trouble=self._trouble)
        return LiveState(followed.sequence, len(followed.changes), len(followed.pending), self._trouble)

    def embed(self, photos: Mapping[str, Path]) -> tuple[str, dict[str, PhotoEmbedding]] | None:
        """The model and its embeddings of photos, by fingerprint, for whoever saves a product.

        None where there is no model in use: a build will embed them.

        Raises:
            PhotoError: a photo can't be used.
        """
        try:
            engine = self._live.current()
        except SearchError:
            return None
        model = engine.bundle.hash
        known = self._stored(engine, list(photos))
        return model, {
            sha256: known[sha256] if sha256 in known else engine.embed_photo_file(path)
            for sha256, path in photos.items()
        }

    def _follow_while_waiting(self, base: SearchEngine) -> SearchEngine:
        with self._following:
            if self._followed is None:
                self._looked = time.monotonic()
                self._follow(base)
        followed = self._followed
        return base if followed is None else followed.engine

    def _follow(self, base: SearchEngine) -> None:
        """Lay what has changed over the index; the caller holds the lock."""
        followed = self._followed
        if followed is None or followed.base is not base:
            followed = _Followed(base, base, base.sequence)
        try:
            if followed.foreign is None:
                followed = self._first_of(base)
            self._followed = self._brought_up_to_date(followed)
            self._trouble = None
        except Exception as error:  # the catalogue is away or locked: what there was goes on
            if self._followed is None:
                self._followed = replace(followed, sequence=base.sequence)
            if str(error) != self._trouble:
                _log.warning("The catalogue's changes can't be followed: %s", error)
            self._trouble = str(error) or type(error).__name__

    def _first_of(self, base: SearchEngine) -> _Followed:
        """An index that nothing was laid over yet; of another catalogue's, numbers of changes say nothing."""
        foreign = not self._feed.knows(base.mark)
        if foreign:
            _log.error("The catalogue knows nothing of the build of the index %s. %s", base.snapshot.id, BUILD)
        return _Followed(base, base, 0 if foreign else base.sequence, foreign)

    def _brought_up_to_date(self, followed: _Followed) -> _Followed:
        room = MOST_CHANGES - len(followed.changes)
        later: Sequence[ChangedProduct] = ()
        if room > 0 and self._feed.latest() > followed.sequence:
            later = self._feed.since(followed.sequence, room)
        again = (
            bool(followed.pending or followed.incomplete)
            and time.monotonic() - self._waiting_looked >= _WAITING_EVERY_SECONDS
        )
        if not later and not again:
            return followed
        for sha256 in (sha256 for one in later for sha256, _ in one.photos):
            self._unusable.pop(sha256, None)  # its file may be sound by now
            self._away.discard(sha256)
        new = {one.product_id: one for one in later}
        waiting = {**followed.pending, **new}
        looked_at = {**followed.incomplete, **waiting} if again else new
        others = 0 if again else len(waiting) - len(new)
        states = self._states(followed.base, looked_at, others, retries=again)
        if again:
            self._waiting_looked = time.monotonic()
        incomplete = self._find_incomplete({**followed.incomplete, **looked_at})
        known = followed.changes
        states = {one: state for one, state in states.items() if one in waiting or _differ(state, known.get(one))}
        if not later and not states:
            return replace(followed, incomplete=incomplete)
        sequence = later[-1].sequence if later else followed.sequence
        changes = {**{one: state for one, state in followed.changes.items() if one not in states}, **states}
        pending = {product_id: one for product_id, one in waiting.items() if product_id not in states}
        engine = followed.engine.changed(changes, sequence, waiting=len(pending))
        return _Followed(followed.base, engine, sequence, followed.foreign, changes, pending, incomplete)

    def _find_incomplete(self, looked_at: Mapping[str, ChangedProduct]) -> dict[str, ChangedProduct]:
        """The products with photos whose files can't be read at the moment."""
        return {key: one for key, one in looked_at.items() if any(sha256 in self._away for sha256, _ in one.photos)}

    def _states(
        self, base: SearchEngine, changed: Mapping[str, ChangedProduct], others: int, *, retries: bool
    ) -> dict[str, ProductState | None]:
        """What becomes of each product whose photos are all embedded, without those that can't be.

        Args:
            base: the index.
            changed: the products.
            others: how many wait beside these.
            retries: whether photos are tried again whose files couldn't be read.
        """
        indexed = {product_id: base.indexed_photos.rows_of(product_id) for product_id in changed}
        missing: dict[str, Path] = {
            sha256: path
            for one in changed.values()
            for sha256, path in one.photos
            if sha256 not in indexed[one.product_id] and sha256 not in self._unusable
            if retries or sha256 not in self._away
        }
        known = self._stored(base, list(missing)) if missing else {}
        self._away -= known.keys()
        missing = {sha256: path for sha256, path in missing.items() if sha256 not in known}
        if missing and len(missing.keys() - self._away) + others <= MOST_EMBEDDED:
            known |= self._embed_missing(base, missing)
        states: dict[str, ProductState | None] = {}
        for product_id, one in changed.items():
            own, left_out = indexed[product_id], self._unusable.keys() | (self._away - indexed[product_id].keys())
            usable = [sha256 for sha256, _ in one.photos if sha256 not in left_out]
            if all(sha256 in own or sha256 in known for sha256 in usable):
                photos = tuple((sha256, None if sha256 in own else known[sha256]) for sha256 in dict.fromkeys(usable))
                states[product_id] = None if one.fields is None or not photos else ProductState(one.fields, photos)
        return states

    def _embed_missing(self, base: SearchEngine, missing: Mapping[str, Path]) -> dict[str, PhotoEmbedding]:
        """Embed photos that an import brought, ``MOST_EMBEDDED`` at most, and tell all processes."""
        embedded: dict[str, PhotoEmbedding] = {}
        for sha256, path in missing.items():
            if len(embedded) >= MOST_EMBEDDED:
                break
            try:
                embedded[sha256] = base.embed_photo_file(path)
                self._away.discard(sha256)
            except PhotoFileError:  # a disk of the network may come back
                self._away.add(sha256)
            except PhotoError as error:
                self._unusable[sha256] = str(error)
        try:
            self._feed.keep(base.bundle.hash, {sha256: one.to_bytes() for sha256, one in embedded.items()})
        except Exception as error:  # another process will embed them too
            _log.info("Embeddings couldn't be stored for other processes: %s", error)
        return embedded

    def _stored(self, engine: SearchEngine, fingerprints: Sequence[str]) -> dict[str, PhotoEmbedding]:
        bundle = engine.bundle
        stored = self._feed.embeddings(bundle.hash, fingerprints)
        read = {sha256: PhotoEmbedding.from_bytes(one, bundle.dim, len(bundle.heads)) for sha256, one in stored.items()}
        return {sha256: one for sha256, one in read.items() if one is not None}


def _differ(one: ProductState | None, other: ProductState | None) -> bool:
    """Whether two states of a product, whose fields are the same, have other photos."""
    mine, theirs = ([sha256 for sha256, _ in state.photos] if state else None for state in (one, other))
    return mine != theirs
