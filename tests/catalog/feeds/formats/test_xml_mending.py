"""What shops' programs get wrong in XML is mended before it is parsed."""

import pytest
from lxml import etree

from catalog.feeds.formats.xml_mending import MendedXml


def mend(path, content, size=-1):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with MendedXml(path) as file:
        pieces = iter(lambda: file.read(size), b"")
        return b"".join(pieces)


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("Salt & Pepper", "Salt & Pepper"),
        ("https://x/?a=1&b=2&copy=3", "https://x/?a=1&b=2&copy=3"),
        ("a &gt; b &amp;&lt;&quot;&apos;", "a > b &<\"'"),
        ("caf&eacute;&nbsp;x &#233; &#xE9;", "café\xa0x é é"),
        ("R&D; &unheard; &", "R&D; &unheard; &"),
        ("<![CDATA[a &amp; b & c &nbsp; <b>]]> &gt; d", "a &amp; b & c &nbsp; <b> > d"),
        ("<!-- & &gt; --> & e", " & e"),
        ("a\x0bb\x01", "ab"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 64, -1])
def test_texts_mean_what_was_meant(tmp_path, written, means, size):
    """Whatever pieces the file is read in."""
    filler = "x" * 45
    mended = mend(tmp_path / "a.xml", f"<r>{filler}{written}{filler}</r>", size)
    root = etree.fromstring(mended)
    text = "".join(map(str, root.itertext(with_tail=True, tag=etree.Element)))
    assert text == f"{filler}{means}{filler}"


def test_a_longer_text_is_the_same_in_pieces_of_any_size(tmp_path):
    """None is cut where two pieces meet."""
    content = "<r>" + "".join(f"{'y' * (n % 50)}&gt;<![CDATA[&{n}]]>& <!--&-->" for n in range(200)) + "</r>"
    whole = mend(tmp_path / "a.xml", content)
    assert b"&#62;" in whole
    for size in range(1, 60):
        assert mend(tmp_path / "a.xml", content, size) == whole


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig", "windows-1252"])
def test_the_encoding_is_respected(tmp_path, encoding):
    """Also that of two bytes a character, which comes out as UTF-8."""
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><r>{"é" * 5000} &gt; &</r>'
    root = etree.fromstring(mend(tmp_path / "a.xml", text.encode(encoding), 100))
    assert root.text == "é" * 5000 + " > &"


@pytest.mark.parametrize("declared", [' encoding="UTF-8"', " encoding='utf8'", ""])
def test_windows_1252_may_be_called_utf8(tmp_path, declared):
    """Programs that paste texts into a template do it; each accent came out as a mark for a damaged character."""
    text = f'<?xml version="1.0"{declared}?><r>{"niña – 5 € " * 500} &gt; &</r>'
    root = etree.fromstring(mend(tmp_path / "a.xml", text.encode("cp1252"), 100))
    assert root.text == "niña – 5 € " * 500 + " > &"


def test_what_a_document_declares_is_left_to_the_parser(tmp_path):
    """Which doesn't resolve it."""
    content = b'<!DOCTYPE r [<!ENTITY own "x"><!ENTITY two "&own;&own;">]><r>&own; &gt;</r>'
    assert mend(tmp_path / "a.xml", content) == content.replace(b"&gt;", b"&#62;")
