"""A check as lines for a terminal."""

from catalog.checking.results import DOUBTFUL, MISSING, REJECTED, Finding, SourceCheck

TITLES = {
    REJECTED: "Rejected",
    DOUBTFUL: "Doubtful",
    MISSING: "Would make results better",
}
_CATEGORIES = 8


def describe_check(check: SourceCheck) -> list[str]:
    """The lines, without line breaks."""
    lines = [f"{check.source} is {check.format}." if check.format else check.source]
    if check.problem:
        lines.append(f"It can't be imported as it is: {check.problem}")
        return [*lines, *describe_columns(check)]
    lines += describe_columns(check)
    lines.append(f"Would be imported: {check.products:,} products with {check.photos:,} photos.")
    lines.append(f"  {describe_categories(check)}")
    if check.photos_opened < check.photos:
        lines.append(f"  {check.photos_opened:,} of the photos, spread over the source, were opened.")
    for level, title in TITLES.items():
        found = [one for one in check.findings if one.level == level]
        lines += [f"{title}:", *(line for one in found for line in _describe(one))] if found else []
    if not check.findings:
        lines.append("Nothing is wrong, and nothing is missing.")
    lines += [f"Note: {note}" for note in check.notes]
    options = f" {check.options}" if check.options else ""
    return [*lines, f"Next: python -m catalog import {check.source}{options}"]


def describe_columns(check: SourceCheck) -> list[str]:
    """Which column is which field, and what becomes of the others."""
    lines = []
    if check.mapping:
        named = [f"{name}={column}" if name != column else name for name, column in check.mapping.items()]
        lines.append(f"Columns that are understood: {', '.join(named)}.")
    if check.guessed:
        lines.append(f"Guessed, so please look: {check.options}")
    if check.problem and check.columns:
        lines.append(f"Its columns: {', '.join(check.columns[:40])}.")
    if check.public:
        lines.append(f"Shown to shoppers besides: {', '.join(check.public)}.")
    if check.private:
        lines.append(f"Kept, and shown to nobody: {', '.join(check.private)}.")
    return lines


def describe_categories(check: SourceCheck) -> str:
    """The largest categories with their numbers of products."""
    named = [f"{name} ({count:,})" for name, count in list(check.categories.items())[:_CATEGORIES]]
    more = len(check.categories) - len(named)
    noun = "category" if len(check.categories) == 1 else "categories"
    return f"{len(check.categories):,} {noun}: {', '.join(named)}" + (f" and {more:,} more" if more > 0 else "")


def format_count(finding: Finding) -> str:
    """How many, and of how many: "120 of 900"."""
    return f"{finding.count:,} of {finding.of:,}" if finding.of else f"{finding.count:,}"


def _describe(finding: Finding) -> list[str]:
    lines = [f"  {format_count(finding):>16}  {finding.text}"]
    if finding.advice:
        lines.append(f"{'':20}{finding.advice}")
    for one in finding.examples:
        row = f"row {one.row}" if one.row is not None else ""
        place = ", ".join(filter(None, (row, one.product_id[:80], one.field)))
        lines.append(f"{'':20}{place}: {one.text[:300]}")
    return lines
