"""What services outside Pacemaker need: units, drop-ins, settings, and the three forms in which it is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from architectures.clouds import CONTROLLERS, MITAKA, deployment
from pacewright.architectures.outside import OnNode, Outside, outside
from pacewright.architectures.outside_forms import FORMS, MARK, NAME, drop_in_path, settings_path
from pacewright.cli.main import main
from pacewright.cluster.outside.judge import judge, left_over, stale, to_disable, to_enable
from pacewright.cluster.outside.look import File, NodeState, Reading, UnitState
from pacewright.sources.spec import read


def found(architecture: str, release: str, services: Any, **more: Any) -> Outside:
    spec = deployment(architecture, release, services, **more)
    given = read(yaml.safe_dump(spec).encode(), "cloud.yaml").deployment
    assert given is not None
    return outside(given)


def light(release: str = "train", services: Any = MITAKA, **more: Any) -> Outside:
    gone = ("mongo", "sahara") if release != "newton" else ()
    there = [s for s in services if s not in gone] if isinstance(services, list) else services
    return found("lightweight", release, there, **more)


def enabled(here: OnNode) -> list[str]:
    return [unit.name for unit in here.enabled]


def values(here: OnNode, file: str) -> dict[str, str]:
    return {f"{v.section}/{v.option}": v.value for v in here.settings if v.file == file}


# ---- units


def test_pacemaker_has_what_must_be_one_and_systemd_the_rest():
    here = light().nodes[0]
    assert {u.name for u in here.pacemaker} == {
        "haproxy.service", "mariadb.service", "rabbitmq-server.service", "redis.service", "openstack-cinder-volume.service",
    }  # fmt: skip
    assert {"openstack-nova-api.service", "neutron-server.service", "memcached.service"} <= set(enabled(here))
    assert not set(enabled(here)) & {u.name for u in here.pacemaker}


def test_services_of_httpd_share_its_unit():
    (httpd,) = [
        u
        for u in light(services=["keystone", "httpd", "galera", "rabbitmq"]).nodes[0].enabled
        if u.name == "httpd.service"
    ]
    assert httpd.services == ("keystone", "httpd")
    (alone,) = light(services=["keystone", "galera", "rabbitmq"]).nodes[0].enabled
    assert (alone.name, alone.services) == ("httpd.service", ("keystone",))


def test_names_are_the_distributions():
    assert "nova-api.service" in enabled(light(distribution="debian").nodes[0])
    assert "openstack-nova-api.service" in enabled(light().nodes[0])


def test_what_pacemaker_runs_is_never_enabled_for_another_that_lives_in_it():
    here = found("full", "mitaka", MITAKA).nodes[0]
    assert "httpd.service" in {u.name for u in here.pacemaker}  # keystone runs in it
    assert "httpd.service" not in enabled(here)


def test_roles_say_on_which_nodes():
    roles = {"controller": ["c0", "c1"], "network": ["n0"]}
    services = {"galera": None, "rabbitmq": None, "nova": None, "memcached": {"role": "network"}}
    by_node = {here.node: enabled(here) for here in light(services=services, roles=roles).nodes}
    assert by_node["n0"] == ["memcached.service"]
    assert by_node["c0"] == by_node["c1"]
    assert "memcached.service" not in by_node["c0"]


def test_a_service_without_a_known_unit_is_told():
    services = ["galera", "rabbitmq", "neutron-scale"]  # an agent alone, without a unit
    result = found("lightweight", "liberty", services)
    assert [p.code for p in result.problems] == ["no-unit"]
    assert "neutron-scale" in result.problems[0].message


# ---- settings


def test_every_service_waits_for_database_and_broker_for_ever():
    here = light("newton").nodes[0]
    for name in ("cinder", "heat", "keystone", "neutron", "nova", "ceilometer"):
        settings = values(here, f"/etc/{name}/{name}.conf")
        assert settings["database/max_retries"] == settings["database/db_max_retries"] == "-1", name
        assert settings["oslo_messaging_rabbit/heartbeat_timeout_threshold"] == "60", name
        assert settings["oslo_messaging_rabbit/rabbit_max_retries"] == "0", name


def test_settings_end_with_their_release():
    assert "oslo_messaging_rabbit/rabbit_max_retries" not in values(light("pike").nodes[0], "/etc/nova/nova.conf")


def test_words_are_replaced_by_the_deployments():
    assert (
        values(light("newton").nodes[0], "/etc/aodh/aodh.conf")["coordination/backend_url"] == "redis://172.16.2.8:6379"
    )
    cinder = values(light("train", options={"cinder-backend": "ceph"}).nodes[0], "/etc/cinder/cinder.conf")
    assert cinder["ceph/backend_host"] == "hostgroup"


def test_a_word_that_is_missing_leaves_its_setting_out():
    vips = {"control": "192.0.2.100", "public": "10.0.0.4"}
    result = light("newton", ["galera", "rabbitmq", "haproxy", "aodh"], vips=vips)
    assert "coordination/backend_url" not in values(result.nodes[0], "/etc/aodh/aodh.conf")
    (problem,) = [p for p in result.problems if p.code == "missing-vip"]
    assert problem.warning
    assert "backend_url" in problem.message


def test_one_node_needs_nothing_for_several():
    alone = light("train", roles={"controller": ["c0"]}).nodes[0]
    assert {v.reason for v in light("train").nodes[0].settings} - {v.reason for v in alone.settings} == {
        "several-nodes"
    }


def test_in_full_pacemaker_makes_its_services_wait():
    here = found("full", "mitaka", MITAKA).nodes[0]
    assert "database" not in {v.reason for v in here.settings if "openstack-heat-engine.service" in v.units}
    assert "heat" not in {v.file.split("/")[2] for v in here.settings}


# ---- forms


def test_files_for_the_nodes():
    tree = FORMS["files"](light("train"))
    unit = tree["controller-0/etc/systemd/system/openstack-heat-engine.service.d/40-pacewright.conf"]
    assert unit == f"{MARK}.\n[Service]\nRestart=always\nRestartSec=5\nStartLimitInterval=0\n"
    settings = tree["controller-2/etc/heat/heat.conf.d/40-pacewright.conf"]
    assert "[database]\ndb_max_retries = -1\nmax_retries = -1\n" in settings
    assert {path.split("/")[0] for path in tree} == set(CONTROLLERS)


def test_a_unit_that_runs_once_is_not_restarted():
    here = light("newton").nodes[0]
    once = {u.name for u in here.enabled if u.once}
    assert once == {"neutron-netns-cleanup.service", "neutron-ovs-cleanup.service"}
    assert not any(name in path for path in FORMS["files"](light("newton")) for name in once)


def test_neutrons_folder_is_the_one_that_its_units_name():
    assert settings_path("/etc/neutron/neutron.conf", "rhel") == f"/etc/neutron/conf.d/common/{NAME}"
    assert settings_path("/etc/neutron/neutron.conf", "debian") == f"/etc/neutron/neutron.conf.d/{NAME}"


def test_hiera_has_the_modules_own_parameters():
    tree = yaml.safe_load(FORMS["hiera"](light("newton"))["controller-0.yaml"])
    for key in ("nova::db::database_max_retries", "heat::db::database_db_max_retries",
                "glance::registry::db::database_max_retries", "glance::api::db::database_max_retries"):  # fmt: skip
        assert tree[key] == -1
    assert tree["keystone::rabbit_heartbeat_timeout_threshold"] == 60
    assert tree["neutron::server::l3_ha"] is True
    assert (
        tree["aodh::evaluator::coordination_url"]
        == tree["gnocchi::storage::coordination_url"]
        == "redis://172.16.2.8:6379"
    )
    assert tree["cinder::config::cinder_config"] == {"DEFAULT/host": {"value": "hostgroup"}}
    assert not any("rabbit_max_retries" in str(each) for each in tree.values())  # which the modules write themselves
    assert yaml.safe_load(FORMS["hiera"](light("train"))["controller-0.yaml"])["cinder::backend_host"] == "hostgroup"
    drop_in = tree["systemd::dropin_files"][f"openstack-nova-api.service-{NAME}"]
    assert (drop_in["unit"], drop_in["filename"]) == ("openstack-nova-api.service", NAME)
    assert "Restart=always\n" in drop_in["content"]


def test_ansible_has_the_roles_overrides():
    tree = yaml.safe_load(FORMS["ansible"](light("newton"))["host_vars/controller-1.yml"])
    assert tree["nova_nova_conf_overrides"]["database"] == {"db_max_retries": -1, "max_retries": -1}
    assert tree["glance_glance_registry_conf_overrides"]["database"]["max_retries"] == -1
    assert "storage" in tree["gnocchi_conf_overrides"]
    assert "openstack-nova-api.service" in tree["pacewright_enabled_units"]
    assert "openstack-cinder-volume.service" in tree["pacewright_disabled_units"]
    assert drop_in_path("httpd.service") in tree["pacewright_unit_drop_ins"]


# ---- judgement


def healthy(here: OnNode) -> NodeState:
    units = {u.name: unit() for u in here.enabled} | {u.name: unit(UnitFileState="disabled") for u in here.pacemaker}
    ours = {path.removeprefix(here.node): File(0o644, text) for path, text in FORMS["files"](only(here)).items()}
    readings = {}
    for value in here.settings:
        path = settings_path(value.file, "rhel")
        readings |= {(value, name): Reading(value.value, path, (value.file, path)) for name in value.units}
    return NodeState(units, ours, readings)


def unit(**properties: str) -> UnitState:
    usual = {"LoadState": "loaded", "UnitFileState": "enabled", "Restart": "always", "StartLimitIntervalUSec": "0"}
    return UnitState({**usual, **properties})


def only(here: OnNode) -> Outside:
    return Outside("train", "rhel", (here,))


HERE = light("train", ["galera", "rabbitmq", "haproxy", "heat"]).nodes[0]
ENGINE = "openstack-heat-engine.service"
HEAT = settings_path("/etc/heat/heat.conf", "rhel")


def codes(state: NodeState) -> list[str]:
    return sorted({report.code for report in judge(HERE, state, "rhel")})


def changed(**units: UnitState) -> NodeState:
    state = healthy(HERE)
    return NodeState(
        {**state.units, **{f"{n.replace('_', '-')}.service": u for n, u in units.items()}}, state.ours, state.readings
    )


def test_nothing_is_found_where_all_is_well():
    assert codes(healthy(HERE)) == []


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (unit(LoadState="not-found"), "unit-missing"),
        (unit(UnitFileState="masked"), "unit-masked"),
        (unit(UnitFileState="disabled"), "unit-not-enabled"),
        (unit(UnitFileState="enabled-runtime"), "unit-not-enabled"),  # gone after the next boot
        (unit(NeedDaemonReload="yes"), "reload-needed"),
        (unit(Restart="on-failure"), "restart-not-for-ever"),
        (unit(StartLimitIntervalUSec="10s"), "restart-not-for-ever"),
        (unit(DropInPaths="/run/systemd/system/x.service.d/50-pacemaker.conf"), "run-by-pacemaker"),
    ],
)
def test_a_unit_of_systemds(state, code):
    assert codes(changed(openstack_heat_engine=state)) == [code]


def test_a_unit_of_pacemakers_must_not_start_at_boot():
    state = changed(rabbitmq_server=unit())
    assert codes(state) == ["unit-enabled"]
    assert to_disable(HERE, state) == ["rabbitmq-server.service"]
    assert codes(changed(rabbitmq_server=unit(LoadState="not-found"))) == []


def test_what_is_enabled_is_what_can_be():
    assert to_enable(HERE, changed(openstack_heat_engine=unit(UnitFileState="disabled"))) == [ENGINE]
    assert to_enable(HERE, changed(openstack_heat_engine=unit(UnitFileState="static"))) == []
    assert to_enable(HERE, changed(openstack_heat_engine=unit(LoadState="not-found", UnitFileState=""))) == []


@pytest.mark.parametrize(
    ("file", "code"),
    [(None, "drop-in-missing"), (File(0o644, "else"), "drop-in-differs"), ("mode", "drop-in-mode")],
)
def test_our_files(file, code):
    state = healthy(HERE)
    ours = dict(state.ours)
    if file is None:
        del ours[HEAT]
    else:
        ours[HEAT] = File(0o600, ours[HEAT].text) if file == "mode" else file
    state = NodeState(state.units, ours, state.readings)
    assert codes(state) == [code]
    assert list(stale(HERE, state, "rhel")) == [HEAT]


def test_a_file_of_ours_that_nothing_wants_is_left_over_but_no_one_elses():
    state = healthy(HERE)
    old, foreign = drop_in_path("gone.service"), drop_in_path("foreign.service")
    ours = {**state.ours, old: File(0o644, f"{MARK}.\n"), foreign: File(0o644, "[Service]\n")}
    state = NodeState(state.units, ours, state.readings)
    assert codes(state) == ["drop-in-left-over"]
    assert left_over(HERE, state, "rhel") == [old]


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        (Reading("10", "/etc/heat/heat.conf", (HEAT, "/etc/heat/heat.conf")), "setting-overridden"),
        (Reading("10", "/etc/heat/heat.conf", ("/etc/heat/heat.conf", HEAT)), "setting-differs"),
        (Reading("10", HEAT, (HEAT,)), "setting-differs"),
        (Reading(None, "", ("/etc/heat/heat.conf", HEAT)), "setting-missing"),
        (Reading(None, "", ("/etc/heat/heat.conf",)), "setting-not-read"),
    ],
)
def test_a_setting(reading, code):
    state = healthy(HERE)
    pair = next(p for p in state.readings if p[0].option == "max_retries" and p[1] == ENGINE)
    state = NodeState(state.units, state.ours, {**state.readings, pair: reading})
    (report,) = judge(HERE, state, "rhel")
    assert report.code == code
    assert ENGINE in report.message
    assert report.suggestion


# ---- the command


def spec_file(tmp_path, **more: Any) -> str:
    path = tmp_path / "cloud.yaml"
    path.write_text(
        yaml.safe_dump(deployment("lightweight", "train", ["galera", "rabbitmq", "haproxy", "heat"], **more))
    )
    return str(path)


def test_the_table_puts_nodes_with_the_same_needs_together(tmp_path, capsys):
    assert main(["outside", spec_file(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ", ".join(CONTROLLERS)
    assert any(line.split()[:3] == [ENGINE, "enabled", "on-failure"] for line in lines)
    assert any(line.split()[:2] == ["rabbitmq-server.service", "disabled"] for line in lines)


def test_the_document(tmp_path, capsys):
    assert main(["outside", spec_file(tmp_path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["format"], document["version"], document["findings"]) == ("pacewright-outside", 1, None)
    assert [node["name"] for node in document["nodes"]] == list(CONTROLLERS)


@pytest.mark.parametrize("form", ["files", "hiera", "ansible"])
def test_a_tree_is_written_and_written_again(tmp_path, capsys, form):
    folder = tmp_path / "out"
    for _ in range(2):
        assert main(["outside", spec_file(tmp_path), "--to", form, "-o", str(folder), "--json"]) == 0
        written = json.loads(capsys.readouterr().out)["files"]
        assert sorted(written) == sorted(str(p) for p in folder.rglob("*") if p.is_file())


def test_old_releases_do_not_read_folders_and_it_is_said(tmp_path, capsys):
    path = tmp_path / "cloud.yaml"
    path.write_text(yaml.safe_dump(deployment("lightweight", "newton", ["galera", "rabbitmq", "haproxy", "heat"])))
    assert main(["outside", str(path), "--json"]) == 0
    assert [r["code"] for r in json.loads(capsys.readouterr().out)["reports"]] == ["folder-not-read"]
    assert main(["outside", str(path), "--to", "hiera", "-o", str(tmp_path / "h"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reports"] == []


def test_a_spec_without_a_deployment_is_refused(tmp_path, capsys):
    path = tmp_path / "plain.yaml"
    path.write_text('deployment: x\nresources: {a: {agent: "ocf:heartbeat:Dummy"}}\n')
    assert main(["outside", str(path)]) == 1
    assert "no-deployment" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--to", "files"], ["-o", "x"], ["--check", "--install"]])
def test_words_that_do_not_go_together(tmp_path, words):
    assert main(["outside", spec_file(tmp_path), *words]) == 64


def test_a_cluster_without_nodes_to_ask_names_them_all(tmp_path, capsys):
    code = main(["--cluster", f"embedded:{tmp_path}/e", "outside", spec_file(tmp_path), "--check", "--json"])
    assert code == 1
    assert list(json.loads(capsys.readouterr().out)["left_out"]) == list(CONTROLLERS)
