"""Resources and fencing levels as commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pacewright.cib.meaning import level_address
from pacewright.model.attributes import PARAMS
from pacewright.model.configuration import Configuration
from pacewright.model.element import attributes_of
from pacewright.model.fencing import FencingLevel
from pacewright.model.resources import (
    CLASSES,
    ON_FAIL,
    Bundle,
    Clone,
    Container,
    Group,
    Operation,
    PortMapping,
    Primitive,
    Resource,
    StorageMapping,
    Template,
)
from pacewright.model.values import boolean, is_true, milliseconds, role
from pacewright.sources.pcs.read_resources import CHECK_LEVEL, OPERATION_OPTIONS
from pacewright.sources.pcs.script import RESERVED, Script


def write_resources(script: Script, configuration: Configuration) -> None:
    for resource in configuration.resources:
        _write(script, resource)


def _write(script: Script, resource: Resource, holder: Sequence[str] = ()) -> None:
    subject = f"resource {resource.id}"
    script.nothing_unknown(subject, resource)
    if resource.id in script.ids:
        script.refuse(subject, "a second resource of this id")
    script.ids.add(script.id(subject, resource))
    match resource:
        case Template():
            script.refuse(subject, "<template>: it has no templates")
        case Primitive():
            _primitive(script, resource, subject, holder)
        case Group():
            _group(script, resource, subject)
        case Clone():
            _clone(script, resource, subject)
        case Bundle():
            _bundle(script, resource, subject)


# ---- primitives and operations


def _primitive(script: Script, primitive: Primitive, subject: str, holder: Sequence[str] = ()) -> None:
    """``holder``: the words that put it into a clone or bundle at once."""
    name = str(primitive.id)
    script.absent(subject, primitive, "description")
    if primitive.template is not None:
        script.refuse(subject, f"template='{primitive.template}': it has no templates")
        return
    command, agent = _agent(script, primitive, subject)
    params = script.one_set(subject, primitive.params)
    operations = [word for each in primitive.ops for word in _operation(script, each, subject)]
    _same_twice(script, primitive.ops, subject)
    if primitive.operations is not None and primitive.operations.id_ref is not None:
        script.refuse(subject, f"<operations id-ref='{primitive.operations.id_ref}'>")
    monitored = any(each.name == "monitor" for each in primitive.ops)
    if not monitored:  # pcs adds one where none is given
        operations += ["monitor", "interval=60s"]
    meta = script.one_set(subject, primitive.meta)
    words = [name, agent, *params, "op", *operations, *(["meta", *meta] if meta else [])]
    script.add(subject, f"{command} create", [*words, *holder], "--force", "--no-default-ops")
    if not monitored:
        script.add(subject, f"{command} op remove", [name, "monitor", "interval=60s"])
    if utilization := script.one_set(subject, primitive.utilization, integers=True):
        simple_names(script, utilization, subject)
        script.add(subject, "resource utilization", [name, *utilization])


def simple_names(script: Script, words: Iterable[str], subject: str) -> None:
    """Utilization and node attributes: pcs makes an id from the name as it is."""
    for word in words:
        if not re.match(r"[\w.:#\-]+=", word, re.ASCII):
            script.refuse(subject, f"the name {word.partition('=')[0]!r}")


def _agent(script: Script, primitive: Primitive, subject: str) -> tuple[str, str]:
    standard, provider, kind = primitive.agent_class or "", primitive.provider, primitive.type or ""
    text = ":".join(part for part in (standard, provider, kind) if part)
    colon = ":" in kind and not (standard == "systemd" and "@" in kind.partition(":")[0])
    if (
        standard not in CLASSES
        or (standard == "ocf") != bool(provider)
        or not kind
        or colon
        or re.search(r"[\s=]", text)
    ) or (provider and ":" in provider):
        script.refuse(subject, f"the agent '{text}'")
    return ("stonith", kind) if standard == "stonith" else ("resource", text)


def _operation(script: Script, operation: Operation, subject: str) -> list[str]:
    """``monitor interval=10s timeout=20s``, checked as strictly as pcs checks."""
    name = operation.name or ""
    if not name or "=" in name or name in RESERVED:
        script.refuse(subject, f"an operation called {name!r}")
    script.absent(subject, operation, "requires", "meta")
    if operation.start_delay and operation.interval_origin:
        script.refuse(subject, f"start-delay together with interval-origin in <op name='{name}'>")
    if any(value == "" for value in _values(operation)):
        script.refuse(subject, f"an empty attribute of <op name='{name}'>")
    allowed = {"on_fail": ON_FAIL, "role": None, "enabled": None, "record_pending": None}
    words = [name, f"interval={operation.interval or '0s'}"]
    for option, field in OPERATION_OPTIONS.items():
        value = getattr(operation, field)
        if field in ("id", "interval") or value is None:
            continue
        if field in allowed and (value := _checked(field, value)) is None:
            script.refuse(subject, f"{option}='{getattr(operation, field)}' of <op name='{name}'>")
        words.append(f"{option}={value}")
    return words + _check_level(script, operation, subject)


def _values(operation: Operation) -> list[str | None]:
    return [getattr(operation, field) for field, _ in attributes_of(Operation)]


def _checked(field: str, value: str) -> str | None:
    if field == "on_fail":
        return value.lower() if value.lower() in ON_FAIL else None
    if field == "role":
        return role(value)
    flag = boolean(value)
    return None if flag is None else str(flag).lower()


def _check_level(script: Script, operation: Operation, subject: str) -> list[str]:
    words = script.one_set(subject, operation.params)
    if any(not word.startswith(f"{CHECK_LEVEL}=") for word in words):
        script.refuse(subject, f"<{PARAMS}> of <op name='{operation.name}'> other than {CHECK_LEVEL}")
    return words


def _same_twice(script: Script, operations: Iterable[Operation], subject: str) -> None:
    seen = set()
    for each in operations:
        number = milliseconds(each.interval or "0")
        key = (each.name, each.interval if number is None else number)
        if key in seen:
            script.refuse(subject, f"a second <op name='{each.name}'> with the interval {each.interval or '0'}")
        seen.add(key)


# ---- groups, clones, bundles


def _group(script: Script, group: Group, subject: str) -> None:
    script.absent(subject, group, "description", "params")
    if not group.members:
        script.refuse(subject, "a group without members")
    for member in group.members:
        _write(script, member)
    script.add(subject, "resource group add", [str(group.id), *(str(m.id) for m in group.members)])
    if meta := script.one_set(subject, group.meta):
        script.add(subject, "resource meta", [str(group.id), *meta])


def _clone(script: Script, clone: Clone, subject: str) -> None:
    """A primitive is created as a clone: ``resource clone`` of pcs 0.11 fails where an OCF agent is not installed."""
    script.absent(subject, clone, "description", "params")
    child = clone.child
    if child is None:
        script.refuse(subject, "a clone of nothing")
        return
    meta = script.one_set(subject, clone.meta)
    if clone.tag == "master":
        meta = [*(word for word in meta if not word.startswith("promotable=")), "promotable=true"]
    _only_ocf(script, clone, meta, subject)
    if isinstance(child, Primitive) and child.agent_class == "ocf":
        _write(script, child, ("clone", str(clone.id), *meta))
        return
    _write(script, child)
    script.add(subject, "resource clone", [str(child.id), str(clone.id), *meta], "--force")


def _only_ocf(script: Script, clone: Clone, meta: Iterable[str], subject: str) -> None:
    """pcs has these options for OCF agents only, forced or not."""
    members = clone.child.members if isinstance(clone.child, Group) else (clone.child,)
    others = any(isinstance(m, Primitive) and m.agent_class != "ocf" for m in members)
    for word in meta:
        name, _, value = word.partition("=")
        if others and name in ("globally-unique", "promotable") and is_true(value):
            script.refuse(subject, f"{name} of a clone whose agents are not ocf")


_POSITIVE = ("replicas", "replicas-per-host", "control-port", "port", "internal-port", "host-netmask")
_HIGHEST = {"control-port": 65535, "port": 65535, "internal-port": 65535, "host-netmask": 32}


def _bundle(script: Script, bundle: Bundle, subject: str) -> None:
    script.absent(subject, bundle, "description", "params")
    if bundle.container is None:
        script.refuse(subject, "a bundle without a container")
        return
    words = [str(bundle.id), "container", bundle.container.tag, *_container(script, bundle.container, subject)]
    if bundle.network is not None:
        network = _options(script, bundle.network, subject)
        words += ["network", *network] if network else []
        for port in bundle.network.ports:
            words += ["port-map", *_port(script, port, subject)]
    for mapping in bundle.storage.mappings if bundle.storage else ():
        words += ["storage-map", *_storage(script, mapping, subject)]
    if meta := script.one_set(subject, bundle.meta):
        words += ["meta", *meta]
    script.add(subject, "resource bundle create", words, "--force")
    if bundle.primitive is not None:
        _write(script, bundle.primitive, ("bundle", str(bundle.id)))


def _container(script: Script, container: Container, subject: str) -> list[str]:
    if not container.image:
        script.refuse(subject, f"<{container.tag}> without an image")
    if container.masters is not None and container.promoted_max is not None:
        script.refuse(subject, "masters together with promoted-max")
    words = _options(script, container, subject)
    return [re.sub(r"^masters=", "promoted-max=", word) for word in words]


def _port(script: Script, port: PortMapping, subject: str) -> list[str]:
    if (port.port is None) == (port.range is None) or (port.internal_port and not port.port):
        script.refuse(subject, f"the <port-mapping> '{port.id or port.port}': a port or a range is needed, not both")
    return _options(script, port, subject)


def _storage(script: Script, mapping: StorageMapping, subject: str) -> list[str]:
    if (mapping.source_dir is None) == (mapping.source_dir_root is None) or not mapping.target_dir:
        script.refuse(subject, f"the <storage-mapping> '{mapping.id}': one source and a target are needed")
    return _options(script, mapping, subject)


def _options(script: Script, element: Container | object, subject: str) -> list[str]:
    """The attributes as ``name=value``, checked as strictly as pcs checks them."""
    words = []
    for field, declared in attributes_of(type(element)):
        value = getattr(element, field)
        if value is None:
            continue
        name = declared.name
        if not value:
            script.refuse(subject, f"an empty '{name}'")
        if name in _POSITIVE and not (
            value.isascii() and value.isdigit() and 0 < int(value[:9]) <= _HIGHEST.get(name, 10**9)
        ):
            script.refuse(subject, f"{name}='{value}'")
        if name in ("promoted-max", "masters") and not (value.isascii() and value.isdigit()):
            script.refuse(subject, f"{name}='{value}'")
        if name == "add-host" and (value := _checked("", value) or value) not in ("true", "false"):
            script.refuse(subject, f"{name}='{value}'")
        words.append(f"{name}={value}")
    return words


# ---- fencing topology


def write_levels(script: Script, configuration: Configuration) -> None:
    seen = set()
    for level in configuration.levels:
        subject = level_address(level)
        script.nothing_unknown(subject, level)
        index = level.index or ""
        if not (index.isascii() and index.isdigit() and int(index[:9]) > 0):
            script.refuse(subject, f"the index {index!r}")
            continue
        if subject in seen:
            script.refuse(subject, "a second <fencing-level> of the same target and index")
        seen.add(subject)
        if not level.device_ids:
            script.refuse(subject, "a level without devices")
        for device in level.device_ids:
            if not re.fullmatch(r"[A-Za-z_][\w.\-]*", device, re.ASCII):
                script.refuse(subject, f"the device {device!r}")
        script.add(
            subject,
            "stonith level add",
            [str(int(index)), _target(script, level, subject), *level.device_ids],
            "--force",
        )


def _target(script: Script, level: FencingLevel, subject: str) -> str:
    if level.target:
        return f"node%{level.target}"
    if level.target_pattern:
        return f"regexp%{level.target_pattern}"
    if not level.target_attribute or "=" in level.target_attribute or not level.target_value:
        script.refuse(subject, f"the target of level {level.index}")
    return f"attrib%{level.target_attribute}={level.target_value}"
