"""CIBs with a status section, for tests of status and explain."""

from __future__ import annotations

from dataclasses import dataclass, field

NO_FENCING = '<nvpair id="opt-stonith" name="stonith-enabled" value="false"/>'
NO_PROBES = '<nvpair id="opt-probes" name="enable-startup-probes" value="false"/>'
NO_PARAMETERS = (
    "f2317cad3d54cec5d7d7aa7d0bf35cf8"  # digest of an agent called without parameters: else a restart is due
)
STATES = {
    "online": 'crmd="online" join="member" expected="member" in_ccm="true"',
    "fenced": 'crmd="offline" join="down" expected="down" in_ccm="false"',
    "lost": 'crmd="offline" join="down" expected="member" in_ccm="false"',
}


@dataclass(frozen=True)
class Op:
    """One operation in a node's history. ``expected``: the exit code wanted. ``code`` 193, ``status`` -1: in flight."""

    resource: str
    node: str
    operation: str = "start"
    code: int = 0
    interval: int = 0
    expected: int = 0
    status: int = 0
    agent: tuple[str, str, str] = ("ocf", "pacemaker", "Dummy")
    container: str | None = None


@dataclass(frozen=True)
class Observed:
    """``states``: by node. ``attributes``: permanent ones by node; ``transient``: fail counts, promotion scores."""

    resources: str
    history: tuple[Op, ...] = ()
    constraints: str = ""
    properties: str = NO_FENCING
    states: dict[str, str] = field(default_factory=lambda: {"alice": "online", "bob": "online"})
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    transient: dict[str, dict[str, str]] = field(default_factory=dict)
    quorum: bool = True
    extra_status: str = ""

    def cib(self) -> bytes:
        nodes = "".join(self._node(i, n) for i, n in enumerate(self.states, 1))
        states = "".join(self._state(i, n) for i, n in enumerate(self.states, 1))
        return (
            f'<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" admin_epoch="0" epoch="5" num_updates="0" '
            f'have-quorum="{int(self.quorum)}" dc-uuid="1"><configuration><crm_config>'
            f'<cluster_property_set id="options">{self.properties}{NO_PROBES}</cluster_property_set></crm_config>'
            f"<nodes>{nodes}</nodes><resources>{self.resources}</resources>"
            f"<constraints>{self.constraints}</constraints></configuration>"
            f"<status>{states}{self.extra_status}</status></cib>"
        ).encode()

    def _node(self, number: int, name: str) -> str:
        pairs = _pairs(f"n{number}", self.attributes.get(name, {}))
        inside = f'<instance_attributes id="n{number}">{pairs}</instance_attributes>' if pairs else ""
        return f'<node id="{number}" uname="{name}">{inside}</node>'

    def _state(self, number: int, name: str) -> str:
        pairs = _pairs(f"t{number}", self.transient.get(name, {}))
        attributes = f'<instance_attributes id="t{number}">{pairs}</instance_attributes>'
        transient = f'<transient_attributes id="{number}">{attributes}</transient_attributes>' if pairs else ""
        by_resource: dict[str, list[Op]] = {}
        for op in self.history:
            if op.node == name:
                by_resource.setdefault(op.resource, []).append(op)
        lrm = "".join(_history(resource, ops, number) for resource, ops in by_resource.items())
        inside = f'<lrm id="{number}"><lrm_resources>{lrm}</lrm_resources></lrm>' if lrm else ""
        state = STATES[self.states[name]]
        return f'<node_state id="{number}" uname="{name}" {state}>{transient}{inside}</node_state>'


def running(resource: str, *nodes: str) -> tuple[Op, ...]:
    return tuple(Op(resource, node) for node in nodes)


def _history(resource: str, ops: list[Op], number: int) -> str:
    kind, provider, name = ops[0].agent
    entries = "".join(
        f'<lrm_rsc_op id="{resource}_{o.operation}_{o.interval}" operation="{o.operation}" interval="{o.interval}" '
        f'operation_key="{resource}_{o.operation}_{o.interval}" crm_feature_set="3.16.1" call-id="{call + number}" '
        f'transition-key="{call}:1:{o.expected}:11111111-2222-3333-4444-555555555555" '
        f'transition-magic="{o.status}:{o.code};{call}:1:{o.expected}:11111111-2222-3333-4444-555555555555" '
        f'rc-code="{o.code}" op-status="{o.status}" op-digest="{NO_PARAMETERS}" '
        f'last-rc-change="1700000000" exec-time="1"/>'
        for call, o in enumerate(ops, 10)
    )
    return f'<lrm_resource id="{resource}" class="{kind}" provider="{provider}" type="{name}">{entries}</lrm_resource>'


def _pairs(prefix: str, values: dict[str, str]) -> str:
    return "".join(f'<nvpair id="{prefix}-{i}" name="{n}" value="{v}"/>' for i, (n, v) in enumerate(values.items()))
