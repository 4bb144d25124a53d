"""XML as a tree, from files that nobody vouches for: no external entity, no network, bounded expansion."""

from __future__ import annotations

from typing import Any

from lxml import etree

from ingestion.converters.failure import ConversionFailed


def parse_xml(content: bytes, name: str, *, recover: bool = False) -> Any:
    """The root element; `corrupt` where it is not well-formed or expands or nests without end.

    `recover` reads what is there of XML that is not well-formed.
    """
    try:
        return etree.fromstring(content, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        problem = error
    except ValueError as error:  # an encoding that libxml2 does not know
        raise ConversionFailed("corrupt", f"{name} is damaged XML: {error}.") from error
    text = str(problem)
    if "amplification" in text or "entity reference loop" in text:
        raise ConversionFailed("corrupt", f"{name} expands its entities without end.") from problem
    if "Excessive depth" in text:
        raise ConversionFailed("corrupt", f"{name} nests its elements too deep.") from problem
    root = etree.fromstring(content, _parser(recover=True)) if recover else None
    if root is None:
        raise ConversionFailed("corrupt", f"{name} is damaged XML: {_first_line(text)}.") from problem
    return root


def local(element: Any) -> str:
    """The tag without its namespace; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """The attribute of that local name, in whatever namespace."""
    value = element.get(name)
    if value is not None:
        return str(value)
    return next((str(v) for key, v in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities="internal",
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _first_line(text: str) -> str:
    return text.partition("(<string>")[0].rstrip(", ")[:200]
