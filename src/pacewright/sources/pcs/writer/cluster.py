"""Properties, defaults and nodes as commands."""

from __future__ import annotations

from pacewright.catalogue.options import written_by_pacemaker
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Configuration
from pacewright.model.nodes import Node
from pacewright.model.values import score, score_text
from pacewright.sources.pcs.words import NODE_OPTIONS
from pacewright.sources.pcs.writer.rules import Unsayable, rule_words
from pacewright.sources.pcs.writer.script import Script


def write_properties(script: Script, configuration: Configuration) -> None:
    """pcs refuses to set what Pacemaker itself writes: that is named as existing."""
    words = script.one_set("properties", configuration.properties)
    theirs = [word for word in words if word.partition("=")[0] in written_by_pacemaker()]
    for word in theirs:
        script.exists(f"property {word.partition('=')[0]}", ["property", word])
    ours = [word for word in words if word not in theirs]
    for word in ours:
        if word.startswith("stonith-watchdog-timeout=") and not word.endswith("=0"):
            script.refuse("property stonith-watchdog-timeout", f"{word}: it sets this only where SBD is enabled")
    if ours:
        script.add("properties", "property set", ours, "--force")


def write_defaults(script: Script, configuration: Configuration) -> None:
    for kind, sets in (("resource", configuration.resource_defaults), ("operation", configuration.operation_defaults)):
        command = "resource defaults set create" if kind == "resource" else "resource op defaults set create"
        for each in sets:
            _default_set(script, each, kind, command)


def _default_set(script: Script, each: AttributeSet, kind: str, command: str) -> None:
    subject = " ".join(filter(None, (f"{kind}-default", each.pairs[0].name if each.pairs else each.id)))
    script.nothing_unknown(subject, each)
    if each.id_ref is not None:
        script.refuse(subject, f"<{each.tag} id-ref='{each.id_ref}'>")
    words = [f"id={script.id(subject, each)}"] if each.id else []
    if each.score is not None:
        number = score(each.score)
        if number is None:
            script.refuse(subject, f"the score '{each.score}'")
        words.append(f"score={score_text(number or 0)}")
    if pairs := script.pairs(subject, each):
        words += ["meta", *(f"{name}={value}" for name, value in pairs)]
    if each.rule is not None:
        if each.rule.role or each.rule.score_attribute:
            script.refuse(subject, "a role or score-attribute of <rule>")
        try:
            words += ["rule", *rule_words(each.rule, kind)]
        except Unsayable as reason:
            script.refuse(subject, f"{reason} in <rule id='{each.rule.id}'>")
    if words:
        script.add(subject, command, words, "--force")


def write_nodes(script: Script, configuration: Configuration) -> None:
    for node in configuration.nodes:
        subject = f"node {node.name or node.id}"
        script.nothing_unknown(subject, node)
        if not node.name:
            script.refuse(subject, "a <node> without a name")
            continue
        options = [f"{n}={getattr(node, f)}" for n, f in NODE_OPTIONS.items() if getattr(node, f) is not None]
        script.exists(subject, ["node", node.name, *options])
        _node_values(script, node, subject)


def _node_values(script: Script, node: Node, subject: str) -> None:
    for command, flags, sets in (
        ("node attribute", ("--force",), node.attributes),
        ("node utilization", (), node.utilization),
    ):
        words = script.one_set(subject, sets, integers=command == "node utilization")
        script.simple_names(subject, words)
        if words:
            script.add(subject, command, [str(node.name), *words], *flags)
