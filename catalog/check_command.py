"""The command ``check``: a dry run of an import."""

import json
from pathlib import Path

import click

from catalog.source_options import ToldOfSource, takes_source_options
from search.model_quality.language import ENGLISH, LANGUAGES


@click.command("check")
@takes_source_options
@click.option("--json", "as_json", is_flag=True, help="Print the check as JSON.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Also write a page with thumbnails.")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default=ENGLISH,
    show_default=True,
    help="The language of that page.",
)
def check_command(source: str, told: ToldOfSource, as_json: bool, html: Path | None, language: str) -> None:
    """Show what an import of SOURCE would do, and what would make searches better. The catalogue stays as it is.

    Says which format SOURCE has, which of its columns are understood, what is rejected or doubtful and why, and what is
    missing. Some photos, spread over the source, are opened. Exits with 1 if SOURCE can't be imported as it is.
    """
    from catalog.checking.check_page import write_page
    from catalog.checking.check_text import describe_check
    from catalog.checking.finding_texts import language_of
    from catalog.checking.source_check import check_source
    from catalog.importing.kept_options import KeptOptions
    from search.settings import home_dir

    mapping, options = KeptOptions(home_dir()).choose(source, told).read()
    check = check_source(source, mapping, options)
    click.echo(
        json.dumps(check.to_dict(), ensure_ascii=False, indent=1) if as_json else "\n".join(describe_check(check))
    )
    if html is not None:
        write_page(check, html, language_of(language))
        click.echo(f"Wrote {html}", err=True)
    if check.problem:
        raise SystemExit(1)
