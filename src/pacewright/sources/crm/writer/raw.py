"""Objects as ``xml <...>``: crmsh's own way to say what its language cannot."""

from __future__ import annotations

import re

from lxml import etree

from pacewright.cib.xml import Node

_SPACES = re.compile(r"  +")


def xml_statement(node: Node) -> str:
    """The element over several lines. crmsh splits and joins it at white space, so that is written as references."""
    for comment in list(node.iter(etree.Comment)):
        parent = comment.getparent()
        if parent is not None:
            parent.remove(comment)
    text = etree.tostring(node, encoding="us-ascii", with_tail=False).decode()
    text = _SPACES.sub(lambda found: " " + "&#32;" * (len(found[0]) - 1), text)
    return "xml " + " \\\n".join(text.replace("><", ">\n<").split("\n"))


def has_line_break(node: Node) -> bool:
    """Whether a value holds a line break, on which crmsh fails even inside XML."""
    return any(
        "\n" in str(value) for each in node.iter() if isinstance(each.tag, str) for value in each.attrib.values()
    )
