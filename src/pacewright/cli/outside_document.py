"""What services outside Pacemaker need, as a JSON document."""

from __future__ import annotations

from pacewright.architectures.outside import OnNode, Outside, Running
from pacewright.architectures.outside_forms import drop_in_path, settings_path
from pacewright.cli.session import Document

VERSION = 1


def outside_document(found: Outside) -> Document:
    """``files``: written, with ``--to``. ``done``, ``findings``, ``left_out`` are None where nodes were not asked."""
    return {
        "format": "pacewright-outside", "version": VERSION, "release": found.release,
        "distribution": found.distribution, "nodes": [_node(here, found.distribution) for here in found.nodes],
        "files": None, "done": None, "findings": None, "left_out": None, "reports": [],
    }  # fmt: skip


def _node(here: OnNode, distribution: str) -> Document:
    return {
        "name": here.node,
        "enabled": [_unit(u, None if u.once else drop_in_path(u.name)) for u in here.enabled],
        "disabled": [_unit(u, None) for u in here.pacemaker],
        "settings": [
            {
                "file": v.file, "drop_in": settings_path(v.file, distribution), "section": v.section,
                "option": v.option, "value": v.value, "for": v.reason, "services": list(v.services),
            }
            for v in here.settings
        ],
    }  # fmt: skip


def _unit(unit: Running, drop_in: str | None) -> Document:
    return {"unit": unit.name, "services": list(unit.services), "restart": unit.restart, "drop_in": drop_in}
