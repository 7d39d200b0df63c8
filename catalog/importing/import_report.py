"""What an import did, in numbers and in sentences."""

from dataclasses import dataclass, field
from pathlib import Path

from catalog.feeds import Reject
from catalog.importing.rejects_file import RejectsFile


@dataclass
class ImportReport:
    """The result of one import."""

    location: Path
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    gone: int = 0  # products that the source no longer lists and that were not removed
    kept: int = 0  # products whose rows or photos were all rejected, and that stay as they were
    elsewhere: int = 0  # products of other sources
    corrected: int = 0  # products with the studio's label instead of the source's
    superseded: int = 0  # corrections that ended because the source now gives another label
    photos: int = 0
    repeated_rows: int = 0
    nameless_rejects: int = 0  # rejects without a readable product id
    rejected_rows: int = 0
    rejected_photos: int = 0
    first_rejects: list[Reject] = field(default_factory=list)
    rejects_file: Path | None = None
    notes: list[str] = field(default_factory=list)
    pruning: bool = False
    seconds: float = 0.0

    def add_rejects(self, rejects: RejectsFile) -> None:
        """Add the numbers and the first rejects of a rejects file."""
        self.rejected_rows, self.rejected_photos = rejects.rows, rejects.photos
        self.first_rejects = rejects.first
        self.rejects_file = rejects.path if rejects.first else None

    @property
    def changed(self) -> bool:
        """Whether the import has changed the catalogue."""
        return bool(self.added or self.updated or self.removed)

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
        if self.repeated_rows:
            lines.append(f"  repeated  {_count(self.repeated_rows, 'row')} that said nothing new")
        if self.corrected:
            lines.append(f"  labels    {_count(self.corrected, 'product')} labelled as corrected in the studio")
        if self.superseded:
            lines.append(
                f"  labels    {_count(self.superseded, 'correction')} ended: the source says something else now"
            )
        lines += self._describe_rejects() + self._describe_gone()
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

    def _describe_gone(self) -> list[str]:
        lines = []
        if self.gone and self.pruning:
            lines.append(
                f"Nothing was pruned: {_count(self.nameless_rejects, 'reject')} without a readable product_id may be "
                f"among the {_count(self.gone, 'product')} that seem to be gone. Correct the source and import again."
            )
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
    return f"{', '.join([*place, *([name] if name else [])])}: {reject.reason}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
