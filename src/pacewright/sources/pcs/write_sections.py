"""Properties, defaults, nodes, tags, ACLs and alerts as commands."""

from __future__ import annotations

from collections.abc import Sequence

from pacewright.catalogue.options import written_by_pacemaker
from pacewright.model.access import AclRole, AclSubject, Permission
from pacewright.model.alerts import Alert
from pacewright.model.attributes import AttributeSet
from pacewright.model.configuration import Configuration
from pacewright.model.nodes import Node
from pacewright.model.values import score, score_text
from pacewright.sources.pcs.read_sections import KINDS, NODE_OPTIONS
from pacewright.sources.pcs.rule_writer import Unsayable, rule_words
from pacewright.sources.pcs.script import Script
from pacewright.sources.pcs.write_resources import simple_names


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


# ---- nodes


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
        simple_names(script, words, subject)
        if words:
            script.add(subject, command, [str(node.name), *words], *flags)


# ---- tags, ACLs, alerts


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


def write_acls(script: Script, configuration: Configuration) -> None:
    roles = [each for each in configuration.acls if isinstance(each, AclRole)]
    for role in roles:
        subject = f"acl-role {role.id}"
        script.nothing_unknown(subject, role)
        script.ids.add(script.id(subject, role))
        words = [str(role.id)] + ([f"description={role.description}"] if role.description else [])
        for permission in role.permissions:
            words += _permission(script, permission, subject)
        script.add(subject, "acl role create", words)
    for each in configuration.acls:
        if isinstance(each, AclSubject):
            _subject(script, each, {str(role.id) for role in roles})


def _permission(script: Script, permission: Permission, subject: str) -> list[str]:
    script.absent(subject, permission, "object_type", "attribute", "description")
    kind = (permission.kind or "").lower()
    scope, what = ("xpath", permission.xpath) if permission.xpath else ("id", permission.reference)
    if kind not in KINDS or not what or (permission.xpath and permission.reference):
        script.refuse(subject, f"the <acl_permission> '{permission.id}'")
    if scope == "id" and what not in script.ids:
        script.refuse(subject, f"a permission for '{what}', an id that no command creates before")
    return [kind, scope, what or ""]


def _subject(script: Script, each: AclSubject, roles: set[str]) -> None:
    subject = f"{each.tag.replace('_', '-')} {each.id}"
    script.nothing_unknown(subject, each)
    script.absent(subject, each, "name")
    if unknown := [name for name in each.roles if name not in roles]:
        script.refuse(subject, f"the role '{unknown[0]}', which does not exist")
    if not each.id:
        script.refuse(subject, f"<{each.tag}> without an id")
    command = "acl user create" if each.tag == "acl_target" else "acl group create"
    script.add(subject, command, [each.id or "", *each.roles])


def write_alerts(script: Script, configuration: Configuration) -> None:
    for alert in configuration.alerts:
        subject = f"alert {alert.id}"
        script.nothing_unknown(subject, alert)
        script.ids.add(script.id(subject, alert))
        if alert.select is not None:
            script.refuse(subject, "<select>")
        if not alert.path:
            script.refuse(subject, "an alert without a path")
        words = [f"path={alert.path}", f"id={alert.id}", *_description(alert.description)]
        script.add(subject, "alert create", words + _parts(script, subject, alert.params, alert.meta))
        _recipients(script, alert, subject)


def _recipients(script: Script, alert: Alert, subject: str) -> None:
    for recipient in alert.recipients:
        if not recipient.value:
            script.refuse(subject, f"the recipient '{recipient.id}' without a value")
        words = [str(alert.id), f"value={recipient.value}", *([f"id={recipient.id}"] if recipient.id else [])]
        words += _description(recipient.description) + _parts(script, subject, recipient.params, recipient.meta)
        script.add(subject, "alert recipient add", words, "--force")


def _description(text: str | None) -> list[str]:
    return [f"description={text}"] if text else []


def _parts(script: Script, subject: str, params: Sequence[AttributeSet], meta: Sequence[AttributeSet]) -> list[str]:
    words: list[str] = []
    for keyword, sets in (("options", params), ("meta", meta)):
        if pairs := script.one_set(subject, sets):
            words += [keyword, *pairs]
    return words
