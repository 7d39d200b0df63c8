"""The feed of a platform's export: products from records that are grouped, whatever their order."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from catalog.feeds.exports.entries import Entry, Export
from catalog.feeds.exports.group_store import GroupStore
from catalog.feeds.exports.looks import Look, possible_ids, split_into_looks
from catalog.feeds.exports.offers import Group
from catalog.feeds.exports.photo_places import PhotoPlaces, is_web_address
from catalog.feeds.exports.plain_names import with_plain_names
from catalog.feeds.options import FeedOptions
from catalog.feeds.rows import FeedRow, Reject, WebPhoto
from catalog.feeds.values import parse_product_id
from catalog.product_details import PHOTO_ALTS, without_empty
from catalog.products import Product


class ExportFeed:
    """An export whose format is known.

    The records are put together once, in a temporary file; so rows may stand in any order, and memory stays bounded.

    Args:
        path: the export's file.
        title: the name of the format as people know it.
        export: the opened export.
        options: what the person who imports says of it.

    Raises:
        SourceError: the folder of the photos doesn't exist.
    """

    def __init__(self, path: Path, title: str, export: Export, options: FeedOptions) -> None:
        self.location = Path(os.path.abspath(path))  # noqa: PTH100 (Path.resolve would follow a "current" link)
        self.notes: list[str] = []
        self.left_out: set[str] = set()
        self.empty_classes: list[str] = []  # an export names no categories but those of its products
        self._title = title
        self._export = export
        self._photos = PhotoPlaces(
            options.images, self.location.parent, web=options.web_photos, media_base=options.media_base
        )
        self._store: GroupStore | None = None
        self._faults: list[Reject] = []

    @property
    def incomplete(self) -> str:
        """Why records may be missing; empty if none seem to be."""
        return self._export.incomplete

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every look as a product with the paths of its photos, or as a reject."""
        store = self._fill_store()
        clashing = store.clashing_names()
        left_out: Counter[str] = Counter()
        seen: set[str] = set()
        yield from self._faults
        for key, entries in store.groups():
            row = entries[0].row
            try:
                group = with_plain_names(self._export.build(key, entries))
            except ValueError as error:
                # Which looks the group has, nobody can say; so none of the catalogue's products may be taken for gone.
                yield Reject(row, key, "", f"{error}.", certain=False)
                continue
            try:
                _refuse_clashes(group, clashing)
                looks = split_into_looks(group)
            except ValueError as error:
                yield Reject(row, group.group_id, "", f"{error}.", swallowed_ids=possible_ids(group))
                continue
            if not group.offers:
                left_out[group.left_out or "nothing to buy"] += 1
                self.left_out.add(group.group_id)
            for look in looks:
                yield from self._finish(look, seen)
        self.notes = [f"The source was read as {self._title}.", *self._export.notes, *_describe_left_out(left_out)]

    def _fill_store(self) -> GroupStore:
        if self._store is None:
            self._store = GroupStore()
            self._store.fill(self._sound_entries())
        return self._store

    def _sound_entries(self) -> Iterator[Entry]:
        for entry in self._export.entries():
            if entry.fault:
                # A malformed row may hold any value in any column, so nobody can say which product it belongs to.
                self._faults.append(Reject(entry.row, "", "", f"{entry.fault}.", certain=False))
            else:
                yield entry

    def _finish(self, look: Look, seen: set[str]) -> Iterator[FeedRow | Reject]:
        product_id = look.product.product_id
        try:
            parse_product_id(product_id)
        except ValueError as error:
            yield Reject(look.row, "", "", f"{error}.")
            return
        if product_id in seen:
            yield Reject(look.row, product_id, "", "Another product of the export has the same id.")
            return
        seen.add(product_id)
        if not look.photos:
            yield Reject(look.row, product_id, "", "The export names no photo of the product.")
            return
        found: dict[Path | WebPhoto, None] = {}
        missing: list[tuple[str, str]] = []
        for photo in look.photos:
            try:
                found[self._photos.find(photo)] = None
            except ValueError as error:
                missing.append((photo, str(error)))
        if found:
            product = self._name_alts(look.product) if PHOTO_ALTS in look.product.details else look.product
            yield FeedRow(look.row, product, tuple(found), look.warnings)
        elif all(is_web_address(photo) for photo, _ in missing):
            missing = missing[:1]  # one reject says it for all of them
        for photo, reason in missing:
            yield Reject(look.row, product_id, photo, reason)

    def _name_alts(self, product: Product) -> Product:
        """The product with its photos' words by the files' names, or by the addresses of those to download."""
        alts: dict[str, str] = {}
        for written, alt in product.details.get(PHOTO_ALTS, {}).items():
            with suppress(ValueError):
                photo = self._photos.find(written)
                alts[photo.name if isinstance(photo, Path) else photo.address] = alt
        return replace(product, details=without_empty({**product.details, PHOTO_ALTS: alts}))


def _refuse_clashes(group: Group, clashing: set[str]) -> None:
    clash = next((offer for offer in group.offers if offer.offer_id in clashing), None)
    if clash:
        raise ValueError(f"the id {clash.offer_id!r} also stands in a row of another group")


def _describe_left_out(left_out: Counter[str]) -> list[str]:
    if not left_out:
        return []
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(left_out.items()))
    return [f"Products that the export marks as not for sale were left out: {reasons}."]
