"""Agents, clones and bundles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pacewright.catalogue.data import load
from pacewright.catalogue.secrets import is_secret
from pacewright.cib.modernization.substitution import Notes
from pacewright.cib.rewrite import rewrite
from pacewright.model.attributes import META, PARAMS, AttributeSet, NvPair, attribute_set
from pacewright.model.element import Element
from pacewright.model.resources import Bundle, Clone, Primitive


def modern_primitive(primitive: Primitive, notes: Notes) -> Primitive:
    """An agent under its present class and name."""
    subject, old = f"resource {primitive.id}", primitive.agent
    if old is None or primitive.type is None:
        return primitive
    service = _renamed_service(primitive)
    name, agent_class = primitive.type, primitive.agent_class
    if agent_class == "upstart":
        agent_class = "systemd"
        name = load("modernize")["units"].get(name, name)
    if service is not None:
        name = _word_replaced(name, service)
    new = primitive
    if (agent_class, name) != (primitive.agent_class, primitive.type):
        new = replace(primitive, agent_class=agent_class, type=name)
        notes.replaced("agent", subject, old, str(new.agent))
    elif agent_class in load("modernize")["gone-classes"]:
        notes.left("class", subject, old, load("modernize")["gone-classes"][agent_class])
    return _parameters(new, service, notes) if service is not None else new


def _renamed_service(primitive: Primitive) -> dict[str, Any] | None:
    for service in load("modernize")["services"]:
        listed = primitive.agent_class in service["classes"] or primitive.provider in service["providers"]
        if listed and service["old"] in (primitive.type or ""):
            found: dict[str, Any] = service
            return found
    return None


def _word_replaced(text: str, service: dict[str, Any]) -> str:
    return text.replace(service["old"], service["new"])


def _parameters(primitive: Primitive, service: dict[str, Any], notes: Notes) -> Primitive:
    """Names, paths and users in the parameters of a renamed service; secrets are left alone."""

    def change(element: Element, _address: str) -> Element:
        if not isinstance(element, NvPair) or not element.name or is_secret(primitive.agent, element.name):
            return element
        name, value = _word_replaced(element.name, service), element.value and _word_replaced(element.value, service)
        if (name, value) == (element.name, element.value):
            return element
        before, after = f"{element.name}={element.value}", f"{name}={value}"
        notes.replaced("parameter", f"resource {primitive.id}", before, after)
        return replace(element, name=name, value=value)

    sets = tuple(rewrite(s, change) if s.tag == PARAMS else s for s in primitive.params)
    return replace(primitive, params=sets)


def modern_clone(clone: Clone, notes: Notes) -> Clone:
    """An old ``master`` as a clone whose meta attributes say promotable."""
    if clone.tag != "master":
        return clone
    notes.replaced("promotable", f"resource {clone.id}", "master", "clone with promotable=true")
    return replace(clone, tag="clone", meta=_with_value(clone.meta, "promotable", "true"))


def _with_value(sets: tuple[AttributeSet, ...], name: str, value: str) -> tuple[AttributeSet, ...]:
    """The sets with the option in every way that it could be set."""
    kept = tuple(replace(s, pairs=tuple(p for p in s.pairs if p.name != name)) for s in sets)
    for position, each in enumerate(kept):
        if each.is_plain:
            changed = replace(each, pairs=(*each.pairs, NvPair(name=name, value=value)))
            return (*kept[:position], changed, *kept[position + 1 :])
    return (*kept, attribute_set(META, {name: value}))


def modern_bundle(bundle: Bundle, notes: Notes) -> Bundle:
    container, subject = bundle.container, f"resource {bundle.id}"
    if container is None:
        return bundle
    if container.tag in load("modernize")["gone-runtimes"]:
        notes.left("runtime", subject, container.tag, load("modernize")["gone-runtimes"][container.tag])
    if container.masters is None or container.promoted_max is not None:
        return bundle
    notes.replaced("attribute", subject, f"masters={container.masters}", f"promoted-max={container.masters}")
    return replace(bundle, container=replace(container, masters=None, promoted_max=container.masters))
