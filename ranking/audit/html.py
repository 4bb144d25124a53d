"""The Markdown of an audit as one HTML file that opens anywhere: charts inside, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Nothing is fetched and no script runs, whatever a question or a document's name holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_STYLE = """
:root{color-scheme:light dark;--text:#1f2328;--soft:#59636e;--ground:#fff;--line:#d8dee4;
--band:#f6f8fa;--mark:#2f6fdf}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9198a1;--ground:#0d1117;--line:#30363d;
--band:#161b22;--mark:#5b93f5}}
body{font:16px/1.55 system-ui,sans-serif;color:var(--text);background:var(--ground);max-width:60rem;
margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin-bottom:.6rem} h2{font-size:1.25rem;margin:2.4rem 0 .6rem;padding-bottom:.3rem;
border-bottom:1px solid var(--line)} h3{font-size:1.05rem;margin:1.6rem 0 .4rem}
h1+p{font-size:1.15rem;border-left:5px solid var(--mark);background:var(--band);
padding:.7rem 1rem;margin:0 0 1rem}
.scroll{overflow-x:auto;margin:1rem 0} table{border-collapse:collapse;font-size:.86rem;min-width:60%}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
td{white-space:nowrap;font-variant-numeric:tabular-nums}
th{background:var(--band);text-align:left;font-weight:600} svg{display:block;margin:1.2rem 0}
ul{padding-left:1.3rem} li{overflow-wrap:anywhere}
@media print{body{max-width:none;margin:0}}
"""


def to_html(title: str, markdown: str, charts: Mapping[str, str]) -> str:
    """`charts`: the source of an image of `markdown` -> SVG that stands in its place."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")

    def image(tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
        return charts.get(str(tokens[place].attrGet("src")), "")

    renderer: Any = parser.renderer
    renderer.rules["image"] = image
    body = parser.render(markdown)
    body = body.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
