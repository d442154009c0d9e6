"""Parameters and timeouts against what agents say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pacewright.catalogue.options import given_by_fencer, is_mistyped, known_options, package_of, taken_by_pacemaker
from pacewright.catalogue.secrets import is_reference
from pacewright.cib.agent_metadata import AgentMetadata, Parameter
from pacewright.cib.checks.index import Index
from pacewright.model.attributes import META, AttributeSet, NvPair
from pacewright.model.report import Report, Severity, did_you_mean
from pacewright.model.resources import Operation, Primitive
from pacewright.model.values import boolean, milliseconds, score

DESCRIBED = ("ocf", "stonith")  # classes whose agents describe parameters; units and init scripts take none


def check_agents(index: Index, metadata: Callable[[str], AgentMetadata | None]) -> Iterator[Report]:
    for primitive in index.primitives:
        effective = index.effective(primitive)
        if effective.agent is None or effective.agent_class not in DESCRIBED:
            continue
        description = metadata(effective.agent)
        where = f"resource {primitive.id}"
        if description is None:
            yield _not_installed(effective.agent, where)
            continue
        yield from _parameters(index, effective, description, where)
        for operation in index.operations_of(primitive):
            yield from _timeout(operation, description, where)


def _not_installed(agent: str, where: str) -> Report:
    package = package_of(agent)
    message = f"the agent {agent} is not installed here (its package is missing): its parameters were not validated"
    hint = f"it comes with {package}" if package else None
    return Report("agent-missing", message, Severity.WARNING, suggestion=hint, subject=where)


def _parameters(index: Index, primitive: Primitive, description: AgentMetadata, where: str) -> Iterator[Report]:
    sets = tuple(index.resolved(primitive.params))
    pairs = [p for s in sets for p in s.pairs if p.name]
    for pair in pairs:
        found = description.parameter(_known_as(pair.name or "", primitive.agent_class))
        subject = f"{where}/params/{pair.name}"
        if found is not None:
            yield from _value(description.agent, found, pair, subject)
        elif not taken_by_pacemaker(primitive.agent_class, pair.name or ""):
            yield _unknown(description, pair.name or "", subject)
    if not _may_have_more(sets, primitive.params):
        yield from _missing(
            primitive, {_known_as(p.name or "", primitive.agent_class) for p in pairs}, description, where
        )


def _known_as(name: str, agent_class: str | None) -> str:
    """Fence agents take a dash for an underscore (fence-agents, fencing.py)."""
    return name.replace("-", "_") if agent_class == "stonith" else name


def _unknown(description: AgentMetadata, name: str, subject: str) -> Report:
    """Meta attributes among the parameters are a mistake of old that does no harm."""
    message = f"{description.agent} has no parameter '{name}'"
    if name.replace("_", "-") in known_options(META):
        hint = f"{name.replace('_', '-')} is a meta attribute"
        return Report("meta-among-parameters", message, Severity.WARNING, suggestion=hint, subject=subject)
    known = [p.name for p in description.parameters]
    return Report("unknown-parameter", message, suggestion=did_you_mean(name, known), subject=subject)


def _may_have_more(resolved: tuple[AttributeSet, ...], written: tuple[AttributeSet, ...]) -> bool:
    """Whether parameters come from references that could not be followed."""
    return len(resolved) < len(written) or any(p.id_ref for s in resolved for p in s.pairs)


def _missing(primitive: Primitive, given: set[str], description: AgentMetadata, where: str) -> Iterator[Report]:
    """A required parameter may also be given under a name that it replaces."""
    replaced = {p.obsoletes for p in description.parameters if p.obsoletes}
    for parameter in description.parameters:
        if not parameter.required or parameter.deprecated or parameter.name in replaced:
            continue
        if primitive.agent_class == "stonith" and parameter.name in given_by_fencer():
            continue
        if not parameter.default and not given & {parameter.name, parameter.obsoletes or parameter.name}:
            message = f"{description.agent} needs the parameter '{parameter.name}'"
            yield Report("missing-parameter", message, subject=where)


def _value(agent: str, parameter: Parameter, pair: NvPair, subject: str) -> Iterator[Report]:
    value = pair.value
    if not value or is_reference(value) or is_mistyped(agent, parameter.name):
        return
    if parameter.default and _expected(parameter, parameter.default):
        return  # the agent's own default is not of the type that it declares
    if (expected := _expected(parameter, value)) is not None:
        shown = f"{parameter.name}: the value" if parameter.secret or pair.secret else f"{parameter.name}: '{value}'"
        yield Report("bad-parameter-value", f"{shown} is not {expected}", subject=subject)


def _expected(parameter: Parameter, value: str) -> str | None:
    """What the value should be, None where it is."""
    match parameter.kind:
        case "boolean" if boolean(value) is None:
            return "true or false"
        case "integer" if score(value) is None:
            return "a whole number"
        case "second" | "time" if milliseconds(value) is None and score(value) is None:
            return "a time"
        case "select" if parameter.choices and value not in parameter.choices:
            return f"one of {', '.join(parameter.choices)}"
        case _:
            return None


def _timeout(operation: Operation, description: AgentMetadata, where: str) -> Iterator[Report]:
    given = milliseconds(operation.timeout) if operation.timeout else None
    advised = [(t, a.timeout) for a in description.actions
               if a.name == operation.name and a.timeout and (t := milliseconds(a.timeout)) is not None]  # fmt: skip
    if given is None or not advised or given >= min(advised)[0]:
        return
    message = f"{operation.name}: {operation.timeout} is less than the {min(advised)[1]} that the agent advises"
    yield Report("timeout-below-advised", message, Severity.WARNING,
                 subject=f"{where}/operations/{operation.name}")  # fmt: skip
