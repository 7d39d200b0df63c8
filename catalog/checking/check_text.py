"""A check as lines for a terminal."""

from catalog.checking.finding_texts import ENGLISH_TEXTS, N_
from catalog.checking.results import DOUBTFUL, MISSING, REJECTED, Finding, SourceCheck
from search.model_quality.language import Language

TITLES = {
    REJECTED: N_("Rejected"),
    DOUBTFUL: N_("Doubtful"),
    MISSING: N_("Would make results better"),
}
_CATEGORIES = 8
_COLUMNS = 40


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


def describe_columns(check: SourceCheck, language: Language = ENGLISH_TEXTS) -> list[str]:
    """Which column is which field, and what becomes of the others."""
    named = [f"{name}={column}" if name != column else name for name, column in check.mapping.items()]
    columns = check.columns[:_COLUMNS] if check.problem else []
    lines = [
        (named, language.gettext("Columns that are understood: %(names)s.", names=", ".join(named))),
        (check.guessed, language.gettext("Guessed, so please look: %(options)s", options=check.options)),
        (columns, language.gettext("Its columns: %(names)s.", names=", ".join(columns))),
        (check.public, language.gettext("Shown to shoppers besides: %(names)s.", names=", ".join(check.public))),
        (check.private, language.gettext("Kept, and shown to nobody: %(names)s.", names=", ".join(check.private))),
    ]
    return [line for what, line in lines if what]


def describe_categories(check: SourceCheck, language: Language = ENGLISH_TEXTS) -> str:
    """The largest categories with their numbers of products."""
    first = list(check.categories.items())[:_CATEGORIES]
    names = ", ".join(f"{name} ({language.format_count(count)})" for name, count in first)
    more = len(check.categories) - len(first)
    if more > 0:
        names = language.gettext("%(names)s and %(number)s more", names=names, number=language.format_count(more))
    number = len(check.categories)
    return language.ngettext("%(num)s category: %(names)s", "%(num)s categories: %(names)s", number, names=names)


def format_count(finding: Finding, language: Language = ENGLISH_TEXTS) -> str:
    """How many, and of how many: "120 of 900"."""
    count, of = language.format_count(finding.count), language.format_count(finding.of)
    return language.gettext("%(count)s of %(of)s", count=count, of=of) if finding.of else count


def _describe(finding: Finding) -> list[str]:
    lines = [f"  {format_count(finding):>16}  {finding.text}"]
    if finding.advice:
        lines.append(f"{'':20}{finding.advice}")
    for one in finding.examples:
        row = f"row {one.row}" if one.row is not None else ""
        place = ", ".join(filter(None, (row, one.product_id[:80], one.field)))
        lines.append(f"{'':20}{place}: {one.text[:300]}")
    return lines
