"""Bundles as the files have them."""

from __future__ import annotations

from pacewright.catalogue.facts.reader import ORIGIN_KEYS, SPAN_KEYS, Reader
from pacewright.catalogue.facts.tree import Keys, Text, Tree
from pacewright.catalogue.facts.values import Bundle, Evidence, Option, Storage

_BUNDLE_KEYS = (
    "name", "image", "runtime", "network", "replicas", "promoted-max", "control-port", "run-command", "command",
    "options", "storage", *ORIGIN_KEYS,
)  # fmt: skip
_STORAGE_KEYS = ("id", "source", "target", "options", "when", *SPAN_KEYS)


def read_bundle(reader: Reader, tree: Tree | None, outer: Evidence) -> Bundle | None:
    keys = reader.keys(tree, _BUNDLE_KEYS)
    if keys is None:
        return None
    name, image = reader.needed(keys, "name"), reader.needed(keys, "image")
    if name is None or image is None:
        return None
    origin = reader.origin(keys, outer)
    return Bundle(
        name=name, image=image, network=reader.text(keys.get("network")),
        runtime=reader.each(keys.get("runtime"), lambda each: _option(reader, each, origin)),
        command=_command(reader, keys.get("command")), replicas=reader.text(keys.get("replicas")),
        promoted_max=reader.text(keys.get("promoted-max")), control_port=reader.number(keys.get("control-port")),
        run_command=reader.text(keys.get("run-command")),
        options=reader.each(keys.get("options"), lambda each: _option(reader, each, origin)),
        storage=reader.each(keys.get("storage"), lambda each: _storage(reader, each, origin)),
    )  # fmt: skip


def _command(reader: Reader, tree: Tree | None) -> str | None:
    """Text, or ``{value: ..., source: ..., certainty: ...}``."""
    keys = reader.keys(tree, ("value", *ORIGIN_KEYS)) if isinstance(tree, Keys) else None
    return reader.text(tree if keys is None else keys.get("value"))


def _option(reader: Reader, tree: Tree, outer: Evidence) -> Option | None:
    """``--user=root`` alone stands for ``{value: --user=root}``."""
    if isinstance(tree, Text):
        return Option(text=tree.text, origin=outer, when={}) if tree.text else None
    keys = reader.keys(tree, ("value", "when", *SPAN_KEYS, *ORIGIN_KEYS))
    if keys is None:
        return None
    text = reader.needed(keys, "value")
    since, until = reader.span(keys)
    if text is None:
        return None
    origin = reader.origin(keys, outer)
    return Option(text=text, origin=origin, when=reader.condition(keys), since=since, until=until)


def _storage(reader: Reader, tree: Tree, outer: Evidence) -> Storage | None:
    # The source is a path here, so what stands for 'where from' elsewhere is left to the bundle.
    keys = reader.keys(tree, _STORAGE_KEYS)
    if keys is None:
        return None
    identity, source = reader.needed(keys, "id"), reader.needed(keys, "source")
    if identity is None or source is None:
        return None
    since, until = reader.span(keys)
    return Storage(
        id=identity, source=source, target=reader.text(keys.get("target")) or source, origin=outer,
        when=reader.condition(keys), options=reader.text(keys.get("options")), since=since, until=until,
    )  # fmt: skip
