"""What a change brings about, by Pacemaker's real scheduler."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy

import pytest

from needs import needs
from pacewright.cib.scheduler.predict import Prediction, predict
from pacewright.cib.xml import Node, parse
from pacewright.cluster import tools
from pacewright.cluster.embedded import EmbeddedCluster
from pacewright.model.effects import Action, Operation

pytestmark = needs("crm_simulate", "cibadmin", "crm_resource")

RESOURCES = """<resources>
  <primitive id="ip" class="ocf" provider="heartbeat" type="NoSuchAddress">
    <instance_attributes id="ip-i"><nvpair id="ip-i-ip" name="ip" value="192.0.2.1"/></instance_attributes>
    <operations><op id="ip-m" name="monitor" interval="30s" timeout="20s"/></operations>
  </primitive>
  <group id="web">
    <primitive id="fs" class="ocf" provider="heartbeat" type="NoSuchFilesystem">
      <instance_attributes id="fs-i"><nvpair id="fs-i-d" name="device" value="/dev/sda1"/></instance_attributes>
    </primitive>
    <primitive id="httpd" class="ocf" provider="heartbeat" type="NoSuchServer"/>
  </group>
  <clone id="db"><meta_attributes id="db-m"><nvpair id="db-m-p" name="promotable" value="true"/></meta_attributes>
    <primitive id="db-server" class="ocf" provider="heartbeat" type="NoSuchDatabase">
      <operations>
        <op id="db-1" name="monitor" interval="10s" role="Promoted"/>
        <op id="db-2" name="monitor" interval="11s" role="Unpromoted"/>
      </operations>
    </primitive>
  </clone>
  <primitive id="d" class="ocf" provider="pacemaker" type="Dummy">
    <instance_attributes id="d-i"><nvpair id="d-i-f" name="fake" value="one"/></instance_attributes>
  </primitive>
</resources>"""
CONSTRAINTS = """<constraints>
  <rsc_colocation id="c1" rsc="web" with-rsc="ip" score="INFINITY"/>
  <rsc_order id="o1" first="ip" then="web"/>
  <rsc_location id="l1" rsc="ip" node="alice" score="100"/>
  <rsc_location id="l2" rsc="db" node="alice" score="200"/>
</constraints>"""

Change = Callable[[Node], None]


def put(root: Node) -> None:
    for text in (RESOURCES, CONSTRAINTS):
        section = parse(text.encode())
        place = root.find(f"configuration/{section.tag}")
        assert place is not None
        place.extend(list(section))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedCluster:
    cluster = EmbeddedCluster.at(str(tmp_path_factory.mktemp("cluster")))
    cluster.reset(["alice", "bob", "carol"])
    cluster.change(put, configuration=True)
    _, settled = cluster.settle(time.monotonic() + 60)
    assert settled
    return cluster


def predicted(cluster: EmbeddedCluster, *changes: Change, live: Node | None = None) -> Prediction:
    root = cluster.read().root if live is None else live
    desired = deepcopy(root)
    for change in changes:
        change(desired)
    return predict(root, desired, lambda cib: tools.simulate(cluster.runner, cib))


def set_value(identity: str, value: str) -> Change:
    def change(root: Node) -> None:
        root.xpath(f"//nvpair[@id='{identity}']")[0].set("value", value)

    return change


def remove(*identities: str) -> Change:
    def change(root: Node) -> None:
        for identity in identities:
            element = root.xpath(f"configuration//*[@id='{identity}']")[0]
            element.getparent().remove(element)

    return change


def told(prediction: Prediction) -> list[tuple[Action, str, str, str]]:
    return [(e.action, e.resource, e.node, e.reason) for e in prediction.effects]


def test_an_unchanged_configuration_has_no_effects(cluster: EmbeddedCluster) -> None:
    prediction = predicted(cluster)
    assert (prediction.effects, prediction.pending_effects, prediction.operations) == ((), (), ())
    assert prediction.settled


def test_a_changed_parameter_restarts_the_resource_and_what_depends_on_it(cluster: EmbeddedCluster) -> None:
    prediction = predicted(cluster, set_value("ip-i-ip", "192.0.2.2"))
    assert told(prediction) == [
        (Action.RESTART, "ip", "alice", "resource definition change"),
        (Action.RESTART, "fs", "alice", "required ip start"),
        (Action.RESTART, "httpd", "alice", "required fs start"),
    ]
    names = [(o.resource, o.name) for o in prediction.operations]
    assert names == [("httpd", "stop"), ("fs", "stop"), ("ip", "stop"),
                     ("ip", "start"), ("fs", "start"), ("httpd", "start")]  # fmt: skip


def test_a_changed_monitor_interval_moves_nothing(cluster: EmbeddedCluster) -> None:
    def change(root: Node) -> None:
        root.xpath("//op[@id='ip-m']")[0].set("interval", "60s")

    prediction = predicted(cluster, change)
    assert prediction.effects == prediction.operations == ()
    monitors = prediction.final_root.xpath("//lrm_resource[@id='ip']/lrm_rsc_op[@operation='monitor']/@interval")
    assert "60000" in monitors
    assert "30000" not in monitors


def test_deleting_a_resource_stops_it(cluster: EmbeddedCluster) -> None:
    prediction = predicted(cluster, remove("d"))
    assert [(e.action, e.resource) for e in prediction.effects] == [(Action.STOP, "d")]
    assert prediction.final_root.xpath("//lrm_resource[@id='d']") == []


def test_a_promotion_follows_the_start(cluster: EmbeddedCluster) -> None:
    def change(root: Node) -> None:
        text = RESOURCES[RESOURCES.index("<clone") : RESOURCES.index("</clone>") + len("</clone>")]
        for old, new in (("db-server", "q-server"), ('"db', '"q')):
            text = text.replace(old, new)
        root.find("configuration/resources").append(parse(text.encode()))  # type: ignore[union-attr]

    prediction = predicted(cluster, change)
    told_ = [(e.action, e.base, e.transition, e.certain) for e in prediction.effects]
    assert told_ == [*[(Action.START, "q-server", 1, True)] * 3, (Action.PROMOTE, "q-server", 2, False)]
    assert prediction.settled


def test_an_installed_agent_that_can_reload_reloads(cluster: EmbeddedCluster) -> None:
    if cluster.agents("ocf:pacemaker:Dummy") is None:
        pytest.skip("the agent ocf:pacemaker:Dummy is not installed")
    prediction = predicted(cluster, set_value("d-i-f", "two"))
    assert [(e.action, e.resource) for e in prediction.effects] == [(Action.RELOAD, "d")]
    assert [o.name for o in prediction.operations] == ["reload"]


def test_digests_are_those_that_pacemaker_computes(cluster: EmbeddedCluster) -> None:
    (node,) = {str(n) for n in cluster.read().root.xpath("//node_state[.//lrm_rsc_op[@id='ip_monitor_30000']]/@uname")}
    command = ["crm_resource", "--digests", "--resource", "ip", "--node", node, "--output-as=xml"]
    told_ = parse(cluster.runner.run(command).stdout).find("digests/digest[@type='all']")
    written = cluster.read().root.xpath(f"//node_state[@uname='{node}']//lrm_rsc_op[@id='ip_last_0']/@op-digest")
    assert told_ is not None
    assert written == [told_.get("hash")]


def test_pending_effects_are_not_the_changes(cluster: EmbeddedCluster) -> None:
    live = deepcopy(cluster.read().root)
    set_value("ip-i-ip", "192.0.2.9")(live)
    prediction = predicted(cluster, remove("d"), live=live)
    assert [(e.action, e.resource) for e in prediction.effects] == [(Action.STOP, "d")]
    assert [e.resource for e in prediction.pending_effects] == ["ip", "fs", "httpd"]


def test_a_vanished_node_is_fenced_and_its_resources_move(cluster: EmbeddedCluster) -> None:
    from pacewright.cib.scheduler.rehearsal import fail_node

    prediction = predicted(cluster, lambda root: fail_node(root, "alice"))
    effects = [(e.action, e.base) for e in prediction.effects]
    assert effects[0] == (Action.FENCE, "")
    assert {(Action.MOVE, "ip"), (Action.MOVE, "fs"), (Action.STOP, "db-server"), (Action.PROMOTE, "db-server")} < {
        *effects
    }
    assert Operation("", "fence", "alice") in prediction.operations
    assert not any(o.node == "alice" and o.name != "fence" for o in prediction.operations)


BUNDLE = """<bundle id="cache"><podman image="localhost/redis:1" replicas="3" promoted-max="1"/>
  <network control-port="3121"/>
  <primitive id="redis" class="ocf" provider="heartbeat" type="NoSuchCache">
    <meta_attributes id="redis-m">
      <nvpair id="redis-m-1" name="container-attribute-target" value="host"/></meta_attributes>
  </primitive></bundle>"""


def test_a_bundle_starts_container_connection_and_promoted_service(cluster: EmbeddedCluster) -> None:
    def change(root: Node) -> None:
        root.find("configuration/resources").append(parse(BUNDLE.encode()))  # type: ignore[union-attr]

    prediction = predicted(cluster, change)
    assert prediction.settled
    started = [e for e in prediction.effects if e.action is Action.START]
    assert sorted(e.base for e in started) == ["cache"] * 6 + ["redis"] * 3
    assert [e.base for e in prediction.effects if e.action is Action.PROMOTE] == ["redis"]

    final = prediction.final_root
    image = deepcopy(final)
    image.xpath("//podman")[0].set("image", "localhost/redis:2")
    restarted = predict(final, image, lambda cib: tools.simulate(cluster.runner, cib))
    assert {(e.action, e.base) for e in restarted.effects} >= {(Action.RESTART, "cache"), (Action.RESTART, "redis")}
    assert restarted.settled


REMOTE = """<resources>
  <primitive id="far" class="ocf" provider="pacemaker" type="remote">
    <operations><op id="far-m" name="monitor" interval="30s"/></operations></primitive>
  <primitive id="on-far" class="ocf" provider="heartbeat" type="NoSuchServer"/>
</resources>"""


def test_a_remote_node_comes_up_and_runs_something(cluster: EmbeddedCluster) -> None:
    def change(root: Node) -> None:
        root.find("configuration/resources").extend(list(parse(REMOTE.encode())))  # type: ignore[union-attr]
        location = parse(b'<rsc_location id="lf" rsc="on-far" node="far" score="INFINITY"/>')
        root.find("configuration/constraints").append(location)  # type: ignore[union-attr]

    prediction = predicted(cluster, change)
    assert prediction.settled
    assert ("on-far", "far") in [(e.resource, e.node) for e in prediction.effects if e.action is Action.START]


def test_a_revoked_ticket_stops_what_depends_on_it(cluster: EmbeddedCluster) -> None:
    def add(root: Node) -> None:
        ticket = parse(b'<rsc_ticket id="t" rsc="d" ticket="site" loss-policy="stop"/>')
        root.find("configuration/constraints").append(ticket)  # type: ignore[union-attr]

    assert [(e.action, e.resource) for e in predicted(cluster, add).effects] == [(Action.STOP, "d")]


def test_utilization_decides_who_still_fits(cluster: EmbeddedCluster) -> None:
    def change(root: Node) -> None:
        properties = parse(
            b'<cluster_property_set id="u">'
            b'<nvpair id="u-1" name="placement-strategy" value="utilization"/></cluster_property_set>'
        )
        root.find("configuration/crm_config").append(properties)  # type: ignore[union-attr]
        text = b'<utilization id="d-u"><nvpair id="d-u-c" name="cpu" value="8"/></utilization>'
        root.xpath("//primitive[@id='d']")[0].append(parse(text))

    assert (Action.STOP, "d") in [(e.action, e.resource) for e in predicted(cluster, change).effects]
