"""YAML text from plain values: short mappings on one line, long ones in blocks.

Every scalar is written so that any YAML 1.1 or 1.2 reader takes the same text from it; what could be read as a number,
date, boolean or syntax is quoted. Nothing in a value can end the scalar that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import yaml

from pacewright.model.attributes import SecretReference
from pacewright.sources.spec.tree import Tree

WIDTH = 100
_LONG_KEY = 500  # a plain key of more than 1024 characters is no key: YAML 1.2, 7.4.2
_SAFE = re.compile(
    r"(?:[A-Za-z0-9_./+$^(]|-(?=[A-Za-z0-9.]))(?:[A-Za-z0-9_./+@%$^()*=;|<>~\\-]|:(?=[A-Za-z0-9_./+-])| (?=[^\s#]))*"
)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_LIKE_A_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?0[oxbOXB][0-9a-fA-F]+")
_ONE_LETTER_BOOLEANS = frozenset("yYnN")  # booleans for YAML 1.1, though not for PyYAML
_STRING = "tag:yaml.org,2002:str"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_RESOLVER = yaml.resolver.Resolver()


def emit(tree: dict[str, Tree], comments: Mapping[tuple[str, str], str] | None = None) -> str:
    """The document. Each top-level key starts a paragraph of its own lines.

    ``comments``: of objects, by section and key (``item_name`` in a list); each stands in a line above.
    """
    if not tree:
        return "{}\n"
    lines: list[str] = []
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            lines.append(f"{name}:")
            for key, each in value.items():
                if comments and (said := comments.get((name, key))):
                    lines.append(f"  # {_UNPRINTABLE.sub(' ', said)}")
                lines.extend(_entry(key, each, 2))
        elif isinstance(value, list) and comments and any(section == name for section, _ in comments):
            lines.append(f"{name}:")
            for item in value:
                if said := comments.get((name, item_name(item))):
                    lines.append(f"  # {_UNPRINTABLE.sub(' ', said)}")
                lines.extend(_block_list([item], 2))
        else:
            lines.extend(_entry(name, value, 0))
    return "\n".join(lines) + "\n"


def item_name(item: Tree) -> str:
    """What comments call an object that has no key: a set by its rule, else by the first name in it; a fencing level by
    target and index."""
    if not isinstance(item, dict):
        return ""
    if "rule" in item:
        return str(item["rule"])
    if isinstance(pairs := item.get("attributes"), dict):
        return next(iter(pairs), "")
    return f"{item.get('target', '')} {item.get('index', '')}"


def _block_mapping(mapping: dict[str, Tree], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        lines.extend(_entry(key, value, indent))
    return lines


def _entry(key: str, value: Tree, indent: int) -> list[str]:
    """``key: value`` on one line if it fits, else with the value's lines below."""
    margin = " " * indent
    name = key_text(key)
    if len(name) > _LONG_KEY:
        return [f"{margin}? {name}", f"{margin}: {_flow(value)}"]
    if not isinstance(value, dict | list) or not value:
        return [f"{margin}{name}: {_flow(value)}"]
    line = f"{margin}{name}: {_flow(value)}"
    if len(line) <= WIDTH:
        return [line]
    inner = _block_mapping(value, indent + 2) if isinstance(value, dict) else _block_list(value, indent + 2)
    return [f"{margin}{name}:", *inner]


def _block_list(items: list[Tree], indent: int) -> list[str]:
    margin = " " * indent
    lines: list[str] = []
    for item in items:
        line = f"{margin}- {_flow(item)}"
        if len(line) > WIDTH and isinstance(item, dict) and item:
            first, *rest = _block_mapping(item, indent + 2)
            lines.extend((f"{margin}- {first[indent + 2 :]}", *rest))
        else:
            lines.append(line)
    return lines


def _flow(value: Tree) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow_key(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, SecretReference):
        return f"!secret {value_text(str(value))}"
    return value_text(value)


def _flow_key(key: str) -> str:
    name = key_text(key)
    return f"? {name} " if len(name) > _LONG_KEY else name


@lru_cache(maxsize=4096)
def value_text(text: str) -> str:
    """A scalar: plain, if every reader takes the same text from it; whole numbers, true and false too."""
    if _SAFE.fullmatch(text) and (_is_string(text) or _INTEGER.fullmatch(text) or text in ("true", "false")):
        return text
    if _is_plain_float(text):
        return text
    return quoted(text)


@lru_cache(maxsize=4096)
def key_text(text: str) -> str:
    """A key: plain only if no reader takes it for anything but a string."""
    return text if _SAFE.fullmatch(text) and _is_string(text) else quoted(text)


def _is_string(text: str) -> bool:
    if text in _ONE_LETTER_BOOLEANS or _LIKE_A_NUMBER.fullmatch(text):
        return False
    resolved = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return bool(resolved == _STRING)


def _is_plain_float(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,9}\.[0-9]{1,6}", text, re.ASCII) is not None and repr(float(text)) == text


def quoted(text: str) -> str:
    """In double quotes; in single ones where that spares escapes."""
    if ('"' in text or "\\" in text) and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escaped(c)) for c in text) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
