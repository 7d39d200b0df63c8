"""What shops write into descriptions, and what a page shows of it."""

import pytest

from webapp.shop.descriptions import TextBlock, plain_description, read_description

P, LI = TextBlock, lambda text: TextBlock(text, item=True)


@pytest.mark.parametrize(
    ("description", "blocks"),
    [
        (None, ()),
        ("", ()),
        ("<p> </p><br>", ()),
        ("A coat.", (P("A coat."),)),
        ("Two\nlines of one.\n\nAnd another.", (P("Two lines of one."), P("And another."))),
        ("5 < 6 &amp; 7 > 6", (P("5 < 6 & 7 > 6"),)),
        ("for size<M", (P("for size<M"),)),
        ("<p>Warm&nbsp;&amp; <b>soft</b>.</p><p>Wool</p>", (P("Warm & soft."), P("Wool"))),
        ("One<br/>two", (P("One"), P("two"))),
        ("Care:<ul><li>Cold <li>No dryer</ul>Done", (P("Care:"), LI("Cold"), LI("No dryer"), LI("Done"))),
        ("Care:<ul><li>Cold</li><li>No dryer</li></ul>Done", (P("Care:"), LI("Cold"), LI("No dryer"), P("Done"))),
        ("&lt;p&gt;Escaped&lt;/p&gt;", (P("Escaped"),)),
        ("<style>p{}</style><script>alert(1)</script><!-- x --><p onclick='x'>Seen", (P("Seen"),)),
        ("<table><tr><td>Wool</td><td>80 %</td></tr></table>", (P("Wool"), P("80 %"))),
        ("<p>Unfinished <b", (P("Unfinished <b"),)),
    ],
)
def test_descriptions_become_clean_text(description: str | None, blocks: tuple[TextBlock, ...]) -> None:
    assert read_description(description) == blocks


def test_search_engines_get_one_line() -> None:
    assert plain_description("<p>One</p>\n<ul><li>two</li></ul>") == "One two"
