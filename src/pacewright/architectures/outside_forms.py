"""What services outside Pacemaker need, as files: for systemd and oslo.config, for Puppet, for Ansible."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from pacewright.architectures.outside import OnNode, Outside, Value, drop_in
from pacewright.catalogue.data import load

NAME = "40-pacewright.conf"
MARK = "# Written by pacewright"  # a file that begins so is ours: it may be replaced and removed
UNITS = "/etc/systemd/system"


def drop_in_path(unit: str) -> str:
    return f"{UNITS}/{unit}.d/{NAME}"


def settings_path(file: str, distribution: str) -> str:
    """``/etc/nova/nova.conf.d/40-pacewright.conf`` of ``/etc/nova/nova.conf``."""
    folder = load("deployers")["folders"].get(distribution, {}).get(file) or f"{file}.d"
    return f"{folder}/{NAME}"


def files(here: OnNode, distribution: str) -> dict[str, str]:
    """Contents by path on the node."""
    made = {drop_in_path(unit.name): f"{MARK}.\n{drop_in()}" for unit in here.enabled if not unit.once}
    by_file: dict[str, list[Value]] = {}
    for value in here.settings:
        by_file.setdefault(value.file, []).append(value)
    for file, values in by_file.items():
        made[settings_path(file, distribution)] = _ini(file, values)
    return made


def _ini(file: str, values: list[Value]) -> str:
    lines = [f"{MARK}, over {file}."]
    for section in dict.fromkeys(value.section for value in values):
        lines += ["", f"[{section}]"]
        lines += [f"{value.option} = {value.value}" for value in values if value.section == section]
    return "\n".join([*lines, ""])


def _files_tree(found: Outside) -> dict[str, str]:
    return {
        f"{here.node}{path}": text
        for here in found.nodes for path, text in files(here, found.distribution).items()
    }  # fmt: skip


def _hiera_tree(found: Outside) -> dict[str, str]:
    """``NODE.yaml``: parameters of the modules' classes, hashes of other options, drop-ins for puppet-systemd."""
    return {f"{here.node}.yaml": _yaml(hiera(here)) for here in found.nodes}


def hiera(here: OnNode) -> dict[str, Any]:
    about = load("deployers")["hiera"]
    tree: dict[str, Any] = {}
    for value in here.settings:
        module = about["modules"].get(value.file, {})
        key = f"{value.section}/{value.option}"
        if key in about["left-out"]:
            continue
        project = posixpath.basename(posixpath.dirname(value.file))
        parameters = {**about["parameters"], **module.get("parameters", {})}
        named = parameters.get(key) or parameters.get(f"*/{value.option}")
        if named is not None:
            prefix = module.get("prefix", project)
            tree |= {
                f"{prefix}::{each}": _typed(value.value) for each in ([named] if isinstance(named, str) else named)
            }
        else:
            options = tree.setdefault(module.get("hash", f"{project}::config::{project}_config"), {})
            options[key] = {"value": _typed(value.value)}
    drop_ins = {
        f"{unit.name}-{NAME}": {
            "unit": unit.name, "filename": NAME, "mode": "0644", "content": f"{MARK}.\n{drop_in()}"
        }
        for unit in here.enabled if not unit.once
    }  # fmt: skip
    return {**tree, **({"systemd::dropin_files": drop_ins} if drop_ins else {})}


def _ansible_tree(found: Outside) -> dict[str, str]:
    """``host_vars/NODE.yml``: OpenStack-Ansible's overrides, and plain lists of units and drop-ins for any playbook."""
    return {f"host_vars/{here.node}.yml": _yaml(ansible(here)) for here in found.nodes}


def ansible(here: OnNode) -> dict[str, Any]:
    names, tree = load("deployers")["ansible"], dict[str, Any]()
    for value in here.settings:
        project = posixpath.basename(posixpath.dirname(value.file))
        variable = names.get(value.file, f"{project}_{project}_conf_overrides")
        tree.setdefault(variable, {}).setdefault(value.section, {})[value.option] = _typed(value.value)
    tree["pacewright_enabled_units"] = [unit.name for unit in here.enabled]
    tree["pacewright_disabled_units"] = [unit.name for unit in here.pacemaker]
    tree["pacewright_unit_drop_ins"] = {
        drop_in_path(unit.name): f"{MARK}.\n{drop_in()}" for unit in here.enabled if not unit.once
    }
    return tree


def _typed(value: str) -> Any:
    """Numbers and truth as such: both languages tell them from text."""
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    return int(value) if value.lstrip("-").isdecimal() else value


def _yaml(tree: dict[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Texts of several lines as they are."""

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(str, text)
    return f"{MARK}.\n---\n{yaml.dump(tree, Dumper=Dumper, sort_keys=False, width=110)}"


FORMS: dict[str, Callable[[Outside], dict[str, str]]] = {
    "files": _files_tree, "hiera": _hiera_tree, "ansible": _ansible_tree,
}  # fmt: skip
