"""XML by the standard library: elements from words and counts, and the same bytes for the same elements."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

Node = ElementTree.Element
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def node(tag: str, attributes: Mapping[str, object] | None = None, *inside: Node | str) -> Node:
    """An element with its attributes and what is inside it; characters that no XML file may hold are left out."""
    made = ElementTree.Element(tag, {name: _fit(str(value)) for name, value in (attributes or {}).items()})
    for one in inside:
        if isinstance(one, str):
            made.text = (made.text or "") + _fit(one)
        else:
            made.append(one)
    return made


def as_bytes(root: Node) -> bytes:
    """The file of a root element: UTF-8, indented, the attributes in the order in which they were given."""
    ElementTree.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="utf-8") + b"\n"


def _fit(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
