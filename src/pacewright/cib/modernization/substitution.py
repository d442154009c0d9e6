"""What was replaced by what."""

from __future__ import annotations

from dataclasses import dataclass, field

from pacewright.model.immutable import immutable


@immutable(frozen=True, slots=True)
class Substitution:
    """``code``: a stable word for the kind. ``after`` None: there is no present form; ``advice`` says what to do."""

    code: str
    subject: str
    before: str
    after: str | None
    advice: str | None = None

    @property
    def done(self) -> bool:
        return self.after is not None

    def __str__(self) -> str:
        if self.done:
            return f"{self.subject}: {self.before} -> {self.after} [{self.code}]"
        return f"{self.subject}: {self.before}: not replaced, {self.advice or 'there is no present form'} [{self.code}]"

    def document(self) -> dict[str, str | bool | None]:
        return {
            "code": self.code, "subject": self.subject, "before": self.before, "after": self.after, "done": self.done,
            "advice": self.advice,
        }  # fmt: skip


@dataclass(slots=True)
class Notes:
    """Collects substitutions."""

    items: list[Substitution] = field(default_factory=list)

    def replaced(self, code: str, subject: str, before: str, after: str) -> None:
        self.items.append(Substitution(code, subject, before, after))

    def left(self, code: str, subject: str, before: str, advice: str | None = None) -> None:
        self.items.append(Substitution(code, subject, before, None, advice))
