from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingestion.converters.docx_styles import Numbering, ParagraphStyle, Styles

STYLES = """<w:styles {}>
<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="Loop"><w:name w:val="loop"/><w:basedOn w:val="Loop"/></w:style>
<w:style w:styleId="Item"><w:name w:val="item"/>
<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="4"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Toc"><w:name w:val="toc 1"/></w:style></w:styles>"""
NUMBERING = """<w:numbering {}>
<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl>
<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:num w:numId="4"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""


def style_of(properties: str) -> ParagraphStyle:
    styles = Styles(parse_xml(STYLES.format(nsdecls("w"))))
    return styles.of(parse_xml(f"<w:p {nsdecls('w')}><w:pPr>{properties}</w:pPr></w:p>"))


def test_styles_tell_headings_lists_and_contents_in_any_language() -> None:
    assert style_of('<w:pStyle w:val="berschrift2"/>') == ParagraphStyle(heading_level=2)
    assert style_of('<w:pStyle w:val="Item"/>') == ParagraphStyle(list_level=1, list_id="4")
    assert style_of('<w:pStyle w:val="Toc"/>').is_contents
    assert style_of('<w:pStyle w:val="Loop"/>') == style_of('<w:pStyle w:val="Unknown"/>') == ParagraphStyle()


def test_what_a_paragraph_sets_overrides_its_style() -> None:
    no_list = '<w:pStyle w:val="Item"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    assert style_of(no_list).list_level is None
    assert style_of('<w:pStyle w:val="berschrift2"/><w:outlineLvl w:val="9"/>').heading_level == 0


def test_numbers_count_on_and_start_anew_below() -> None:
    numbering = Numbering(parse_xml(NUMBERING.format(nsdecls("w"))))
    levels = (0, 1, 1, 0, 1, 2)
    assert [numbering.marker("4", level) for level in levels] == ["1.", "1.", "2.", "2.", "1.", "-"]
    assert numbering.marker("unknown", 0) == "-"
    assert Numbering(None).marker(None, 0) == "-"
