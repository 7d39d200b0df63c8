"""A check as one HTML page with thumbnails in it, which asks the web for nothing."""

import base64
import io
from pathlib import Path

import jinja2

from catalog.checking.check_text import TITLES, describe_categories, describe_columns, format_count
from catalog.checking.finding_texts import ENGLISH_TEXTS, word_finding
from catalog.checking.results import SourceCheck
from search.errors import PhotoError
from search.files import written_aside
from search.model_quality.language import Language
from search.photo import open_photo

_FOLDER = Path(__file__).parent / "page"
_THUMBNAIL_PIXELS = 160


def write_page(check: SourceCheck, file: Path, language: Language = ENGLISH_TEXTS) -> None:
    """Write the page of a check; raises OSError if it can't be written.

    Args:
        check: what is shown.
        file: where the page is written.
        language: from ``finding_texts.language_of``; reasons of single rows stay in English.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["_"] = language.gettext
    page = environment.get_template("check.html").render(
        check=check,
        language=language,
        titles={level: language.gettext(title) for level, title in TITLES.items()},
        columns=describe_columns(check, language),
        categories=describe_categories(check, language),
        count_of=lambda finding: format_count(finding, language),
        word=lambda finding: word_finding(finding.kind, finding.values, language),
        thumbnail=make_thumbnail,
        style=(_FOLDER / "check.css").read_text(encoding="utf-8"),
    )
    with written_aside(file.absolute()) as partial:
        partial.write_text(page, encoding="utf-8", errors="replace")


def make_thumbnail(photo: str) -> str:
    """A photo as a ``data:`` address; empty if there is none."""
    if not photo:
        return ""
    try:
        image = open_photo(Path(photo), max_side=_THUMBNAIL_PIXELS)
    except PhotoError:
        return ""
    file = io.BytesIO()
    image.save(file, "WEBP", quality=80)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
