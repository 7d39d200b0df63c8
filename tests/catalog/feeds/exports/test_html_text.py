"""Descriptions as plain text."""

import pytest

from catalog.feeds.exports.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Warm <wool> with horn toggles.", "Warm <wool> with horn toggles."),
        ("<p>Warm <wool> &amp; soft</p><ul><li>a</li><li>b</li></ul>", "Warm <wool> & soft\na\nb"),
        ("Waist < 80 cm, a<b", "Waist < 80 cm, a<b"),
        ("<o:p>From an office</o:p> <my-badge>New</my-badge>", "From an office New"),
        ("<main>In <mark>HTML</mark> 5</main><script>gone()</script>", "In HTML 5"),
        ("R&amp;B", "R&B"),
    ],
)
def test_only_html_is_taken_for_markup(html: str, text: str) -> None:
    """Words in angle brackets that HTML doesn't know are the shop's own."""
    assert html_to_text(html) == text
