"""Single values, spelled as pcs wants them. What it would not take is refused."""

from __future__ import annotations

from pacewright.model.element import Element
from pacewright.model.values import boolean, role, score, score_text
from pacewright.sources.pcs.writer.script import Script


def reference(script: Script, subject: str, name: str | None) -> str:
    if name is None or name not in script.ids:
        script.refuse(subject, f"a reference to '{name}', which is no resource here")
    return name or ""


def score_word(script: Script, subject: str, element: Element) -> str:
    text = getattr(element, "score", None)
    number = score(text) if text is not None else None
    if number is None:
        script.refuse(
            subject, f"<{element.tag}> with the score {text!r}" if text else f"<{element.tag}> without a score"
        )
        return "0"
    return score_text(number)


def role_word(script: Script, subject: str, text: str) -> str:
    if (found := role(text)) is None:
        script.refuse(subject, f"the role '{text}'")
    return found or text


def one_of(script: Script, subject: str, name: str, text: str, allowed: tuple[str, ...]) -> str:
    found = {word.lower(): word for word in allowed}.get(text.lower())
    if found is None:
        script.refuse(subject, f"{name}='{text}'")
    return found or text


def flag(script: Script, subject: str, name: str, text: str) -> str:
    flag = boolean(text)
    if flag is None:
        script.refuse(subject, f"{name}='{text}'")
    return f"{name}={str(flag).lower()}"
