"""The fencing topology as commands."""

from __future__ import annotations

from pacewright.cib.address import level_address
from pacewright.model.configuration import Configuration
from pacewright.model.fencing import FencingLevel
from pacewright.sources.pcs.words import ID
from pacewright.sources.pcs.writer.script import Script


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
            if not ID.fullmatch(device):
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
