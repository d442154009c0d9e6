"""What is measured on: N Dummy primitives with one monitor each, as a spec, as crmsh text, as pcs commands."""

from __future__ import annotations

from pathlib import Path

NODES = ("n1", "n2", "n3")
_CIB = """\
<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" epoch="1" num_updates="0" admin_epoch="0">
  <configuration>
    <crm_config>
      <cluster_property_set id="cib-bootstrap-options">
        <nvpair id="cib-bootstrap-options-stonith-enabled" name="stonith-enabled" value="false"/>
      </cluster_property_set>
    </crm_config>
    <nodes>
{nodes}
    </nodes>
    <resources/>
    <constraints/>
  </configuration>
  <status/>
</cib>
"""


def name(number: int) -> str:
    return f"d{number:04}"


def spec(count: int, *, fake: str = "1") -> str:
    """``fake``: the parameter of the first resource, which a change replaces."""
    head = ["deployment: bench", "properties: {stonith-enabled: false}", "nodes:"]
    nodes = [f'  {node}: {{id: "{number}"}}' for number, node in enumerate(NODES, 1)]
    return (
        "\n".join([*head, *nodes, "resources:", *(_resource(n, fake if n == 0 else "1") for n in range(count))]) + "\n"
    )


def _resource(number: int, fake: str) -> str:
    return (
        f"  {name(number)}:\n    agent: ocf:pacemaker:Dummy\n    params: {{fake: {fake}}}\n"
        "    operations:\n      monitor: {interval: 10s, timeout: 20s}"
    )


def constrained_spec(count: int) -> str:
    """The same with an order and a colocation for every tenth resource: what references have to be checked by."""
    tens = range(10, count, 10)
    orders = [f"  o_{n}: {{first: {name(n - 10)}, then: {name(n)}}}" for n in tens]
    colocations = [f"  co_{n}: {{resource: {name(n)}, with-resource: {name(n - 10)}, score: 100}}" for n in tens]
    return spec(count) + "\n".join(["orders:", *orders, "colocations:", *colocations]) + "\n"


def crm(count: int) -> str:
    operation = "op monitor interval=10s timeout=20s"
    return "\n".join(f"primitive {name(n)} ocf:pacemaker:Dummy params fake=1 {operation}" for n in range(count)) + "\n"


def pcs_commands(count: int, cib: Path) -> list[list[str]]:
    return [
        ["pcs", "-f", str(cib), "resource", "create", name(n), "ocf:pacemaker:Dummy", "fake=1",
         "op", "monitor", "interval=10s", "timeout=20s"]
        for n in range(count)
    ]  # fmt: skip


def empty_cib() -> str:
    """A CIB with three nodes and without resources, for the peers."""
    return _CIB.format(nodes="\n".join(f'      <node id="{i}" uname="{n}"/>' for i, n in enumerate(NODES, 1)))
