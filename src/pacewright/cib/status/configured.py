"""Quick look-ups in a CIB document, for status. Nothing is decoded; sets with a rule are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from pacewright.cib.xml import Node
from pacewright.model.immutable import immutable
from pacewright.model.values import INFINITY, boolean, is_true, score

_RESOURCE_TAGS = ("primitive", "group", "clone", "master", "bundle", "template")
META, PROPERTIES = "meta_attributes", "cluster_property_set"  # not from the model: status starts without it
_RENAMED = {"promoted-max": "master-max", "promoted-node-max": "master-node-max"}


@immutable(frozen=True, slots=True)
class Configured:
    """One CIB's configuration by id."""

    root: Node
    elements: dict[str, Node] = field(default_factory=dict)

    @staticmethod
    def of(root: Node) -> Configured:
        section = root.find("configuration/resources")
        found = section.iter(*_RESOURCE_TAGS) if section is not None else ()
        return Configured(root, {str(e.get("id")): e for e in found})

    def parent(self, identity: str) -> str | None:
        """The resource that directly holds this one."""
        element = self.elements.get(identity)
        above = element.getparent() if element is not None else None
        return above.get("id") if above is not None and above.tag in _RESOURCE_TAGS else None

    def lineage(self, identity: str) -> Iterator[str]:
        """The resource and all that hold it, innermost first."""
        at: str | None = identity
        while at is not None:
            yield at
            at = self.parent(at)

    def meta(self, identity: str, *names: str) -> str | None:
        """A meta attribute in effect: its own, its template's, its holders', the default."""
        for each in self.lineage(identity):
            element = self.elements.get(each)
            if element is None:
                continue
            template = self.elements.get(element.get("template") or "")
            for place in (element, template):
                if place is not None and (value := self._pair(place, META, names)) is not None:
                    return value
        defaults = self.root.find("configuration/rsc_defaults")
        return self._pair(defaults, META, names) if defaults is not None else None

    def property(self, *names: str) -> str | None:
        """A cluster property; several names: an option's present and former one."""
        section = self.root.find("configuration/crm_config")
        return self._pair(section, PROPERTIES, names) if section is not None else None

    def promoted_limits(self, identity: str) -> tuple[int, int]:
        """(promoted-max, promoted-node-max) of a promotable clone or bundle."""
        element = self.elements.get(identity)
        inside = () if element is None else tuple(element)
        if (container := next((c for c in inside if c.tag in ("docker", "podman", "rkt")), None)) is not None:
            return _number(container.get("promoted-max") or container.get("masters"), 0), 1
        return self._count(identity, "promoted-max"), self._count(identity, "promoted-node-max")

    def per_node(self, identity: str) -> int:
        """How many copies of a clone or bundle one node may hold."""
        element = self.elements.get(identity)
        if element is not None and element.tag == "bundle":
            return _number(next((c.get("replicas-per-host") for c in element if c.get("replicas-per-host")), None), 1)
        return self._count(identity, "clone-node-max")

    def migration_threshold(self, identity: str) -> int:
        """Failures after which a node is given up; INFINITY: only a failed start does that."""
        value = score(self.meta(identity, "migration-threshold") or "INFINITY")
        return value or INFINITY

    def fencing_possible(self) -> bool:
        """Fencing is switched off, or there is a device. Without either nothing is started."""
        enabled = self.property("stonith-enabled", "fencing-enabled")
        devices = (e for e in self.elements.values() if e.tag == "primitive" and self.agent_class(e) == "stonith")
        return (enabled is not None and not is_true(enabled)) or any(True for _ in devices)

    def quorum_missing(self) -> bool:
        """There is no quorum, and the cluster minds."""
        has = boolean(self.root.get("have-quorum") or "true")
        return has is False and (self.property("no-quorum-policy") or "stop") != "ignore"

    def agent_class(self, element: Node) -> str | None:
        template = self.elements.get(element.get("template") or "")
        return element.get("class") or (template.get("class") if template is not None else None)

    def named(self, reference: str) -> tuple[str, ...]:
        """The resources that a constraint's reference stands for: itself, a tag's objects, a template's users."""
        element = self.elements.get(reference)
        if element is not None and element.tag == "template":
            return tuple(i for i, e in self.elements.items() if e.get("template") == reference)
        if element is not None:
            return (reference,)
        for tag in self.root.iterfind("configuration/tags/tag"):
            if tag.get("id") == reference:
                return tuple(str(o.get("id")) for o in tag)
        return (reference,)

    def _count(self, identity: str, name: str) -> int:
        return _number(self.meta(identity, name, _RENAMED.get(name, name)), 1)

    def _pair(self, place: Node, tag: str, names: tuple[str, ...]) -> str | None:
        sets = [s for s in place.iterfind(tag) if s.find("rule") is None]
        for each in sorted(sets, key=lambda s: -(score(s.get("score") or "0") or 0)):
            for pair in each.iterfind("nvpair"):
                if pair.get("name") in names:
                    return pair.get("value")
        return None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.strip().isdigit() else default
