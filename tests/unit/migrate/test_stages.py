"""What leaves, what joins, what starts first, on configurations of a few resources."""

from __future__ import annotations

from pacewright.architectures.outside import OnNode, Outside, Running
from pacewright.cib.desired.ownership import Record, records, with_record
from pacewright.operations.migrate.stages import (
    candidates,
    leaving,
    runs_nothing,
    starting_first,
)
from pacewright.operations.migrate.ways import with_first, with_joined, without_resources
from support import configuration


def unit(name: str, identity: str | None = None) -> str:
    return f'<primitive id="{identity or name}" class="systemd" type="{name}"/>'


def clone(inner: str, identity: str) -> str:
    return f'<clone id="{identity}">{inner}</clone>'


def order(first: str, then: str) -> str:
    return f'<rsc_order id="{first}-{then}" first="{first}" then="{then}"/>'


HUB = clone('<primitive id="hub" class="ocf" provider="heartbeat" type="Dummy"/>', "hub-clone")
RECORD = Record("d", frozenset({"resource web", "resource db", "resource web-clone", "order hub-clone-web-clone"}))


def outside(*nodes: OnNode) -> Outside:
    return Outside("mitaka", "rhel", nodes)


def test_a_unit_that_systemd_shall_run_leaves_with_the_nodes_where_it_shall_run():
    live = configuration(unit("web") + unit("db"))
    told = outside(OnNode("alice", (Running("web.service", ("web",)),), (), ()), OnNode("bob", (), (), ()))
    found = leaving(live, configuration(unit("db")), RECORD, told, None)
    assert [(u.resource, u.name, u.nodes) for u in found] == [("web", "web.service", ("alice",))]


def test_what_nobody_would_run_or_nobody_owns_does_not_leave():
    live, told = configuration(unit("web") + unit("db")), outside(OnNode("alice", (), (), ()))
    assert leaving(live, configuration(), RECORD, told, None) == ()
    systemd = outside(OnNode("alice", (Running("web.service", ("web",)),), (), ()))
    assert leaving(live, configuration(), Record("other"), systemd, None) == ()
    assert leaving(live, configuration(), RECORD, None, None) == ()


def test_a_group_leaves_whole_or_not_at_all():
    live = configuration(f'<group id="g">{unit("web")}{unit("db")}</group>')
    record = Record("d", frozenset({"resource g"}))
    one = outside(OnNode("alice", (Running("web.service", ("web",)),), (), ()))
    both = outside(OnNode("alice", (Running("web.service", ("web",)), Running("db.service", ("db",))), (), ()))
    assert leaving(live, configuration(), record, one, None) == ()
    assert [u.primitive for u in leaving(live, configuration(), record, both, None)] == ["web", "db"]


def test_new_units_may_run_already_where_pacemaker_shall_run_them():
    spec = configuration(unit("web") + unit("db", "old"))
    told = outside(OnNode("alice", (), (Running("web.service", ("web",)),), ()), OnNode("bob", (), (), ()))
    found = candidates(configuration(unit("db", "old")), spec, told)
    assert [(u.resource, u.nodes) for u in found] == [("web", ("alice",))]
    assert candidates(configuration(), configuration(unit("web")), None)[0].nodes == ("alice", "bob")


def test_what_running_services_will_wait_for_starts_first_and_brings_what_it_needs():
    live = configuration(clone(unit("web"), "web-clone"))
    base = '<primitive id="base" class="ocf" provider="heartbeat" type="Dummy"/>'
    desired = configuration(
        clone(unit("web"), "web-clone") + HUB + base + unit("late"),
        constraints=order("hub-clone", "web-clone") + order("base", "hub-clone") + order("web-clone", "late"),
    )
    assert starting_first(live, desired, ()) == ("hub-clone", "base")
    grown = with_first(live, desired, ("hub-clone", "base"), Record("d"))
    assert [r.id for r in grown.resources] == ["web-clone", "hub-clone", "base"]
    assert [c.id for c in grown.constraints] == ["base-hub-clone"], "nothing that runs waits for anything new"
    assert records(grown)["d"].owned == {"resource hub-clone", "resource hub", "resource base", "order base-hub-clone"}
    assert with_first(grown, desired, ("hub-clone", "base"), records(grown)["d"]) == grown


def test_what_joins_comes_with_where_it_may_run_and_no_order():
    place = '<rsc_location id="here" rsc="web-clone" node="alice" score="100"/>'
    desired = configuration(
        clone(unit("web"), "web-clone") + HUB, constraints=order("hub-clone", "web-clone") + place
    )  # fmt: skip
    grown = with_joined(configuration(HUB), desired, ("web-clone",), Record("d"))
    assert [r.id for r in grown.resources] == ["hub-clone", "web-clone"]
    assert [c.id for c in grown.constraints] == ["here"]
    assert with_joined(grown, desired, ("web-clone",), records(grown)["d"]) == grown


def test_what_leaves_takes_what_refers_to_it_and_its_ownership():
    live = configuration(
        HUB + clone(unit("web"), "web-clone") + unit("db"),
        constraints=order("hub-clone", "web-clone") + order("hub-clone", "db"),
    )
    owned = with_record(live, RECORD)
    left = without_resources(owned, ("web-clone",), "d")
    assert [r.id for r in left.resources] == ["hub-clone", "db"]
    assert [c.id for c in left.constraints] == ["hub-clone-db"]
    assert records(left)["d"].owned == {"resource db"}
    assert without_resources(left, ("web-clone",), "d") == left


def test_hubs_and_pauses_run_nothing():
    hub, web, group = configuration(HUB + unit("web") + f'<group id="g">{unit("db")}</group>').resources
    assert runs_nothing(hub)
    assert not runs_nothing(web)
    assert not runs_nothing(group)
