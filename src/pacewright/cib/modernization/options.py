"""Cluster properties and meta attributes: present names, present places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.catalogue.data import load
from pacewright.cib.modernization.substitution import Notes
from pacewright.model.attributes import META, AttributeSet, NvPair, attribute_set, first_value
from pacewright.model.configuration import Configuration, DefaultsSection


def modern_properties(configuration: Configuration, notes: Notes) -> Configuration:
    """Properties under their present names; those that have become defaults are moved there."""
    section = configuration.crm_config
    if section is None:
        return configuration
    moved: dict[str, dict[str, str | None]] = {}
    sets = tuple(_property_set(each, notes, moved) for each in section.items)
    if sets == section.items:
        return configuration
    changed = replace(configuration, crm_config=replace(section, items=sets))
    for tag, values in moved.items():
        changed = _with_defaults(changed, tag, values, notes)
    return changed


def _property_set(each: AttributeSet, notes: Notes, moved: dict[str, dict[str, str | None]]) -> AttributeSet:
    data, pairs = load("modernize"), []
    for pair in each.pairs:
        rule: dict[str, Any] = data["properties"].get(pair.name, {})
        subject = f"property {pair.name}"
        if pair.name in data["gone-properties"]:
            notes.left("property", subject, str(pair.name), data["gone-properties"][pair.name])
        if "section" in rule and each.rule is None:
            moved.setdefault(rule["section"], {}).setdefault(rule["now"], pair.value)
            notes.replaced("property", subject, str(pair.name), f"{rule['now']} in {rule['section']}")
            continue
        if "section" in rule:
            notes.left("property", subject, str(pair.name), f"move it to {rule['section']} by hand: it is under a rule")
        elif "now" in rule:
            notes.replaced("property", subject, str(pair.name), rule["now"])
            pair = replace(pair, name=rule["now"])
        pairs.append(_with_present_value(pair, notes))
    return each if tuple(pairs) == each.pairs else replace(each, pairs=tuple(pairs))


def _with_present_value(pair: NvPair, notes: Notes) -> NvPair:
    new = load("modernize")["property-values"].get(pair.name, {}).get(pair.value)
    if new is None:
        return pair
    notes.replaced("value", f"property {pair.name}", f"{pair.name}={pair.value}", f"{pair.name}={new}")
    return replace(pair, value=new)


def _with_defaults(
    configuration: Configuration, tag: str, values: dict[str, str | None], notes: Notes
) -> Configuration:
    """Adds defaults; one that is set already wins over the old property, as in Pacemaker."""
    section = getattr(configuration, tag) or DefaultsSection(tag=tag)
    new = {}
    for name, value in values.items():
        if first_value(section.items, name) is None:
            new[name] = value
        else:
            notes.left("property", f"{name} in {tag}", str(value), "dropped: the default is set already")
    if not new:
        return configuration
    plain = next((s for s in section.items if s.is_plain), None)
    if plain is None:
        items = (*section.items, attribute_set(META, new))
    else:
        grown = replace(plain, pairs=(*plain.pairs, *(NvPair(name=n, value=v) for n, v in new.items())))
        items = tuple(grown if s is plain else s for s in section.items)
    changes: dict[str, Any] = {tag: replace(section, items=items)}
    return replace(configuration, **changes)


def modern_meta(each: AttributeSet, subject: str, notes: Notes) -> AttributeSet:
    """Meta attributes under their present names."""
    if each.tag != META:
        return each
    data, pairs = load("modernize"), []
    for pair in each.pairs:
        if pair.name in data["gone-meta"]:
            notes.left("meta-attribute", subject, str(pair.name), data["gone-meta"][pair.name])
        if (new := data["meta"].get(pair.name)) is not None:
            notes.replaced("meta-attribute", subject, str(pair.name), new)
            pair = replace(pair, name=new)
        pairs.append(pair)
    return each if tuple(pairs) == each.pairs else replace(each, pairs=tuple(pairs))
