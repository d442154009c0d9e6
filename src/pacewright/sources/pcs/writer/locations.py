"""Location constraints as commands."""

from __future__ import annotations

from pacewright.model.constraints import DISCOVERIES, Location
from pacewright.model.rules import Rule
from pacewright.model.values import score
from pacewright.sources.pcs.words import ID
from pacewright.sources.pcs.writer.rules import Unsayable, rule_words
from pacewright.sources.pcs.writer.script import Script
from pacewright.sources.pcs.writer.values import one_of, reference, role_word, score_word


def write_location(script: Script, location: Location, subject: str, placed: set[tuple[str | None, ...]]) -> None:
    if location.sets or location.lifetime:
        part = "resource_set" if location.sets else "lifetime"
        script.refuse(subject, f"<{part}> in <rsc_location>")
        return
    if location.pattern is not None:
        target = f"regexp%{location.pattern}"
    else:
        target = f"resource%{reference(script, subject, location.resource)}"
    if location.rules:
        _rules(script, location, subject, target)
        return
    if not location.node:
        script.refuse(subject, "<rsc_location> without node and rule")
    key = (location.resource, location.pattern, location.node)
    if key in placed:
        script.refuse(subject, "a second <rsc_location> of the same resource and node")
    placed.add(key)
    words = [str(location.id), target, location.node or "", score_word(script, subject, location)]
    script.add(subject, "constraint location add", words + _location_options(script, location, subject), "--force")


def _location_options(script: Script, location: Location, subject: str) -> list[str]:
    words = []
    if location.discovery is not None:
        words.append(
            f"resource-discovery={one_of(script, subject, 'resource-discovery', location.discovery, DISCOVERIES)}"
        )
    if location.role is not None:
        words.append(f"role={role_word(script, subject, location.role)}")
    return words


def _rules(script: Script, location: Location, subject: str, target: str) -> None:
    if location.role or location.node or location.score:
        script.refuse(subject, "<rsc_location> with rules and a role, node or score of its own")
    first = [f"constraint-id={location.id}", *_location_options(script, location, subject)]
    for number, rule in enumerate(location.rules):
        try:
            words = [*_rule_options(script, rule, subject), *rule_words(rule, "location")]
        except Unsayable as reason:
            script.refuse(subject, f"{reason} in <rule id='{rule.id}'>")
            continue
        if number == 0:
            script.add(subject, "constraint location", [target, "rule", *first, *words], "--force")
        else:
            script.add(subject, "constraint rule add", [str(location.id), *words], "--force")


def _rule_options(script: Script, rule: Rule, subject: str) -> list[str]:
    words = [f"id={rule.id}"] if rule.id and ID.fullmatch(rule.id) else []
    if rule.role is not None:
        name = role_word(script, subject, rule.role)
        if name not in ("Promoted", "Unpromoted"):
            raise Unsayable(f"the role '{rule.role}'")
        words.append(f"role={name}")
    if rule.score_attribute:
        if rule.score is not None and score(rule.score) != 0:
            raise Unsayable("both score and score-attribute")
        return [*words, f"score-attribute={rule.score_attribute}"]
    return [*words, f"score={score_word(script, subject, rule)}"]
