"""HTML pages: the main content's headings, paragraphs, lists, tables and code."""

from __future__ import annotations

import re

from lxml import etree, html

from ingestion.converters.converted import Converted
from ingestion.converters.decoding import decode
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.html_blocks import hrefs, html_blocks
from ingestion.converters.metadata import parse_date

DECLARED_ENCODING = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
HEAD_BYTES = 4096
MAIN = ("//main", "//*[@role='main']", "//article")
# A page whose article element holds less than this share of its text is a list of teasers.
MIN_MAIN_SHARE = 0.3
CREATED = (
    "article:published_time",
    "dcterms.created",
    "dc.date.created",
    "date.created",
    "datepublished",
    "dc.date",
    "date",
    "pubdate",
)
MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "dcterms.modified",
    "dc.date.modified",
    "date.modified",
    "datemodified",
    "last-modified",
    "revised",
)
AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator")


def convert(content: bytes, name: str) -> Converted:
    """Navigation, scripts, styles and footers are left out; `empty` where no text remains."""
    match = DECLARED_ENCODING.search(content[:HEAD_BYTES])
    declared = match.group(1).decode("ascii", "ignore") if match else None
    root = parse(decode(content, name, declared), name)
    main = _main(root)
    blocks = html_blocks(main)
    meta = _meta(root)
    return Converted(
        blocks=blocks,
        title=root.findtext(".//title") or meta.get("og:title") or meta.get("dc.title"),
        created=parse_date(_first(meta, CREATED)),
        modified=parse_date(_first(meta, MODIFIED)),
        author=_first(meta, AUTHOR),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        links=hrefs(main),
    )


def parse(text: str, name: str) -> html.HtmlElement:
    """The tree of a page or of a fragment of one; `empty` or `corrupt`."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError as error:
        raise ConversionFailed("empty", f"{name} holds no text.") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        # The parser stops there, and what follows would be lost in silence.
        raise ConversionFailed("corrupt", f"{name} nests its elements more than 2,000 deep.")
    return root


def _main(root: html.HtmlElement) -> html.HtmlElement:
    body = root.find("body")
    page = root if body is None else body
    for path in MAIN:
        found = page.xpath(path)
        if len(found) == 1 and len(found[0].text_content()) >= MIN_MAIN_SHARE * len(page.text_content()):
            return found[0]
    return page


def _meta(root: html.HtmlElement) -> dict[str, str]:
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        key = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
        )
        value = (element.get("content") or "").strip()
        if key and value:
            meta.setdefault(key.strip().lower(), value)
    return meta


def _first(meta: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((meta[key] for key in keys if key in meta), None)
