"""HTML as an intranet serves it: meta data, navigation and a footer around the text."""

from __future__ import annotations

from html import escape

from markdown_it import MarkdownIt

from examples.rendering.source import Source

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="author" content="{author}">
<meta name="dcterms.created" content="{created}">
<meta name="dcterms.modified" content="{modified}">
<style>body {{ max-width: 50rem; margin: auto; }} nav a {{ margin-right: 1rem; }}</style>
</head>
<body>
<header><nav aria-label="Main"><a href="/">Start</a><a href="/people">People</a><a href="/it">IT</a>\
<a href="/products">Products</a><a href="/directory">Directory</a></nav></header>
<main>
<article>
<h1>{title}</h1>
{body}</article>
</main>
<footer><p>Tarnbeck Metering intranet. Page owner: {author}. Last changed {day}.</p></footer>
<script>document.documentElement.dataset.ready = "true";</script>
</body>
</html>
"""


def render(source: Source) -> bytes:
    """Headings of the source begin at level 2: level 1 is the page's title."""
    return PAGE.format(
        language=source.language,
        title=escape(source.title),
        author=escape(source.author),
        created=source.created.isoformat(),
        modified=source.modified.isoformat(),
        day=source.modified.date().isoformat(),
        body=MarkdownIt("commonmark").enable("table").render(source.body),
    ).encode()
