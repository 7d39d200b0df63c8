"""What an import did, in numbers and in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.feeds import Reject
from catalog.importing.product_writer import ProductWriter
from catalog.importing.pruning import Obstacle
from catalog.importing.rejects_file import RejectsFile, WarningsFile

_SOURCES_NAMED = 3
_SHOWN_CHARACTERS = 300  # of a file or a product id; the lists hold more


@dataclass
class ImportReport:
    """The result of one import."""

    location: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    hidden: int = 0  # products that the source marks as not for sale now, and that shoppers no longer see
    gone: int = 0  # products that the source no longer lists and that were not removed
    kept: int = 0  # products whose rows or photos were all rejected, and that stay as they were
    elsewhere: int = 0  # products of other sources
    corrected: int = 0  # products with the studio's label instead of the source's
    superseded: int = 0  # corrections that ended because the source now gives another label
    photos: int = 0
    downloads: Mapping[str, int] = field(default_factory=dict)  # what came of addresses -> number of photos
    repeated_rows: int = 0
    taken_over: dict[str, int] = field(default_factory=dict)  # other source -> its products that are this source's now
    obstacle: Obstacle | None = None  # why nothing was pruned
    held_back: list[str] = field(default_factory=list)  # ids of the products to remove if somebody confirms it
    rejected_rows: int = 0
    rejected_photos: int = 0
    first_rejects: list[Reject] = field(default_factory=list)
    rejects_file: Path | None = None
    warnings: int = 0
    first_warnings: list[Reject] = field(default_factory=list)
    warned_fields: dict[str, int] = field(default_factory=dict)  # field -> warnings on its values, most first
    warnings_file: Path | None = None
    notes: list[str] = field(default_factory=list)
    pruning: bool = False
    seconds: float = 0.0

    def add_writes(self, writer: ProductWriter) -> None:
        """Add what was written, and what stands out in it."""
        self.added, self.updated, self.unchanged = writer.added, writer.updated, writer.unchanged
        self.corrected, self.superseded = writer.corrected, writer.superseded
        self.taken_over = writer.count_taken_over()
        self.notes += [
            f"{count:,} products share the group_id {group_id!r}, so the shop shows them on one card. "
            "If they aren't variants of one article, leave that column out or empty."
            for group_id, count in writer.find_large_groups()
        ]

    def add_rejects(self, rejects: RejectsFile, warnings: WarningsFile) -> None:
        """Add the numbers and the first entries of both lists."""
        self.warnings, self.first_warnings = warnings.rows + warnings.photos, warnings.first
        self.warned_fields = dict(warnings.fields.most_common())
        self.warnings_file = warnings.path if warnings.first else None
        self.rejected_rows, self.rejected_photos = rejects.rows, rejects.photos
        self.first_rejects = rejects.first
        self.rejects_file = rejects.path if rejects.first else None

    @property
    def changed(self) -> bool:
        """Whether the import has changed the catalogue."""
        return bool(self.added or self.updated or self.removed or self.hidden)

    def describe(self) -> list[str]:
        """The lines of the report that the command prints."""
        total = self.added + self.updated + self.unchanged
        lines = [
            f"Imported {self.location} in {self.seconds:.1f} seconds"
            + ("." if self.changed else "; nothing has changed since the last import."),
            f"  products  {total:,}: {self.added:,} added, {self.updated:,} updated, {self.unchanged:,} unchanged",
            f"  removed   {self.removed:,}",
            f"  photos    {self.photos:,}",
        ]
        if self.hidden:
            lines.append(f"  hidden    {_count(self.hidden, 'product')} that the source marks as not for sale now")
        if any(self.downloads.values()):
            counts = ", ".join(f"{count:,} {what}" for what, count in sorted(self.downloads.items()) if count)
            lines.append(f"  downloads {sum(self.downloads.values()):,}: {counts}")
        if self.repeated_rows:
            lines.append(f"  repeated  {_count(self.repeated_rows, 'row')} that said nothing new")
        if self.corrected:
            lines.append(f"  labels    {_count(self.corrected, 'product')} labelled as corrected in the studio")
        if self.superseded:
            lines.append(
                f"  labels    {_count(self.superseded, 'correction')} ended: the source says something else now"
            )
        lines += self._describe_rejects() + self._describe_warnings()
        lines += self._describe_taken_over() + self._describe_gone()
        lines += [f"Note: {note}" for note in self.notes]
        return [*lines, "Next: make index"]

    def _describe_rejects(self) -> list[str]:
        total = self.rejected_rows + self.rejected_photos
        if not total:
            return ["  rejected  nothing"]
        lines = [f"  rejected  {_count(self.rejected_rows, 'row')}, {_count(self.rejected_photos, 'photo')}"]
        lines += [f"    {_describe_reject(reject)}" for reject in self.first_rejects]
        if total > len(self.first_rejects):
            lines.append(f"    ... and {total - len(self.first_rejects):,} more")
        lines.append(f"  all of them are listed in {self.rejects_file}")
        if self.kept:
            lines.append(f"  {_count(self.kept, 'product')} among them stay in the catalogue as they were before")
        return lines

    def _describe_warnings(self) -> list[str]:
        if not self.warnings:
            return []
        fields = ", ".join(f"{count:,} {name}" for name, count in self.warned_fields.items())
        lines = [f"  warnings  {self.warnings:,}" + (f": {fields}" if fields else "")]
        lines += [f"    {_describe_reject(warning)}" for warning in self.first_warnings]
        if self.warnings > len(self.first_warnings):
            lines.append(f"    ... and {self.warnings - len(self.first_warnings):,} more")
        return [*lines, f"  all of them are listed in {self.warnings_file}"]

    def _describe_taken_over(self) -> list[str]:
        if not self.taken_over:
            return []
        named = [f"{count:,} of {location}" for location, count in list(self.taken_over.items())[:_SOURCES_NAMED]]
        if len(self.taken_over) > _SOURCES_NAMED:
            named.append(f"and those of {len(self.taken_over) - _SOURCES_NAMED} more")
        count = _count(sum(self.taken_over.values()), "product")
        return [
            f"{count} of another source, with the same product ids, were taken over: {', '.join(named)}.",
            "  If they are other products: give them other ids, or put the folders into one folder and import that.",
        ]

    def _describe_gone(self) -> list[str]:
        lines = []
        if self.obstacle is not None:
            lines.append(self.obstacle.reason)
        elif self.gone:
            lines.append(
                f"{_count(self.gone, 'product')} of an earlier import of this source are not in it any more; "
                "--prune removes them."
            )
        if self.pruning and self.elsewhere:
            lines.append(f"{_count(self.elsewhere, 'product')} of other sources were left alone.")
        return lines


def _describe_reject(reject: Reject) -> str:
    place = [f"row {reject.row}"] if reject.row is not None else []
    name = reject.file or reject.product_id
    if len(name) > _SHOWN_CHARACTERS:
        name = f"{name[:_SHOWN_CHARACTERS]}..."
    return f"{', '.join(filter(None, (*place, name, reject.field)))}: {reject.reason}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
