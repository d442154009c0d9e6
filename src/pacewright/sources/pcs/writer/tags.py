"""Tags as commands."""

from __future__ import annotations

from pacewright.model.configuration import Configuration
from pacewright.sources.pcs.writer.script import Script


def write_tags(script: Script, configuration: Configuration) -> None:
    resources = {r.id for r in configuration.all_resources()}
    for tag in configuration.tags:
        subject = f"tag {tag.id}"
        script.nothing_unknown(subject, tag)
        if unknown := [name for name in tag.objects if name not in resources]:
            script.refuse(subject, f"a tag on '{unknown[0]}', which is no resource here")
        if not tag.objects or len(set(tag.objects)) < len(tag.objects):
            script.refuse(subject, "a tag on nothing, or twice on one object")
        script.ids.add(script.id(subject, tag))
        script.add(subject, "tag create", [str(tag.id), *tag.objects])
