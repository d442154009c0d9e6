"""``pacewright services``: the table, the page about one, JSON, a site's files, and what it costs the other commands."""

import json
import subprocess
import sys

import pytest

from pacewright.catalogue.facts.catalogue import load_catalogue
from pacewright.cli.commands import services
from pacewright.cli.main import main
from pacewright.cli.service_document import service_document
from pacewright.cli.session import Style
from pacewright.cli.views.service import service_text


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.delenv("PACEWRIGHT_CATALOGUE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words):
        load_catalogue.cache_clear()  # a process of its own, as far as files go
        code = main(["services", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return command


def row(text, name):
    return next(line for line in text.splitlines() if line.split()[0] == name).split()


@pytest.mark.parametrize(
    ("distribution", "unit"),
    [("rhel", "openstack-cinder-volume"), ("debian", "cinder-volume"), ("ubuntu", "cinder-volume")],
)
def test_the_table(run, distribution, unit):
    code, out, err = run("--distribution", distribution)
    assert (code, err) == (0, "")
    assert row(out, "cinder-volume") == ["cinder-volume", "cinder", "active-passive", unit, "-", "since", "folsom"]
    assert out.splitlines()[-1] == f"units of {distribution}"


def test_the_table_of_a_release(run):
    code, out, _ = run("--distribution", "rhel", "--release", "Mitaka")
    names = [line.split()[0] for line in out.splitlines()]
    assert code == 0
    assert "aodh-evaluator" in names
    assert not {"ceilometer-alarm-evaluator", "octavia-api"} & set(names)
    assert row(out, "keystone")[3:5] == ["in", "httpd"]
    assert row(run("--distribution", "rhel", "--release", "2015.2")[1], "keystone")[3] == "openstack-keystone"


def test_the_page_about_one(run):
    code, out, err = run("cinder-volume")
    assert (code, err) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[0] == "cinder-volume: serves the volumes of backends (cinder)"
    for line in (
        "mode            active-passive",
        "unit, debian    cinder-volume restart=on-failure  [DEB12: verified]",
        "settings        /etc/cinder/cinder.conf [database] max_retries=-1 (database)",
        "Pacemaker, full, since juno until newton",
        "after           cinder-scheduler",
        "property        cinder-volume-role=true, only-there",
        "storage         /var/lib/kolla/config_files/cinder_volume.json -> /var/lib/kolla/config_files/config.json ro",
        "DEB12           unit files of Debian 12's packages",
    ):
        assert line in lines, line


def test_old_names_lead_to_it(run):
    assert run("quantum-agent-l3")[1].startswith("neutron-l3-agent: routers")


def test_a_name_that_is_none(run):
    code, out, err = run("cinder-volum")
    assert (code, out) == (1, "")
    assert "no service 'cinder-volum' (did you mean 'cinder-volume'?) [unknown-service]" in err


def test_a_release_that_is_none(run):
    code, _, err = run("--release", "mitakka")
    assert code == 64
    assert "did you mean 'mitaka'?" in err


def test_json_of_all(run):
    code, out, _ = run("--json", "--distribution", "rhel", "--release", "mitaka")
    document = json.loads(out)
    assert (code, document["format"], document["version"]) == (0, "pacewright-services", 1)
    (glance,) = [s for s in document["services"] if s["name"] == "glance-api"]
    assert glance == {
        "name": "glance-api", "project": "glance", "title": "the image service", "mode": "active-active",
        "unit": "openstack-glance-api", "in": None, "ports": [{"port": 9292, "tls": 13292, "protocol": "tcp"}],
        "since": "essex", "until": None, "architectures": ["classic", "full"],
    }  # fmt: skip


def every(document, key):
    """Every value of that key, however deep."""
    if isinstance(document, dict):
        yield from (value for name, value in document.items() if name == key)
    for value in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from every(value, key)


def test_json_of_one(run):
    code, out, _ = run("--json", "ceilometer-central", "--release", "mitaka")
    document = json.loads(out)
    assert (code, document["format"], document["version"]) == (0, "pacewright-service", 1)
    assert document["resources"]["full"]["id"] == "openstack-ceilometer-central"
    after = document["resources"]["full"]["after"]
    assert [(r["service"], r["action"], r["require_all"]) for r in after] == [
        ("redis", "promote", False), ("keystone", "start", None), ("openstack-core", "start", None),
        ("mongo", "start", None),
    ]  # fmt: skip
    assert after[3]["when"] == {"ceilometer-backend": "mongodb"}
    for fact in (*document["mode"], *document["settings"], *document["pacemaker"], *after):
        assert set(fact["source"]) <= set(document["sources"])
        assert fact["certainty"] in ("verified", "derived", "convention", "memory")


def test_every_service_has_a_page_and_a_document():
    names = list(load_catalogue().services)
    assert len(names) > 100
    for name in names:
        assert service_text(service_document(load_catalogue().find(name), None), Style()).startswith(f"{name}: ")
        document = json.loads(json.dumps(service_document(load_catalogue().find(name), "mitaka")))
        assert set(every(document, "certainty")) <= {"verified", "derived", "convention", "memory"}


def test_files_of_a_site(run, tmp_path, monkeypatch):
    head = "project: shop\ntitle: x\nsource: COMMON\ncertainty: memory\nservices:\n"
    (tmp_path / "shop.yaml").write_text(head + "  till: {title: a till, mode: active-active}\n")
    assert run("--catalogue", str(tmp_path), "till")[1].startswith("till: a till (shop)")
    monkeypatch.setenv("PACEWRIGHT_CATALOGUE", str(tmp_path))
    assert run("till")[0] == 0
    (tmp_path / "shop.yaml").write_text(head + "  till: {titel: a till, mode: active-activ}\n")
    (tmp_path / "cinder.yaml").write_text("services:\n  cinder-volume: {needs: [databse]}\n")
    code, out, err = run()
    assert (code, out) == (1, "")
    assert [line.partition("error: ")[0] for line in err.splitlines()] == [
        f"{tmp_path}/cinder.yaml:2: ", *[f"{tmp_path}/shop.yaml:6: "] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"ID": "debian"}, "debian"),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "ubuntu"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "ubuntu"),
        ({"ID": "centos", "ID_LIKE": "rhel fedora"}, "rhel"),
        ({"ID": "fedora"}, "rhel"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "rhel"),
        ({"ID": "arch"}, "debian"),
        (OSError(), "debian"),
    ],
)
def test_this_systems_distribution(monkeypatch, about, expected):
    def asked():
        if isinstance(about, OSError):
            raise about
        return about

    monkeypatch.setattr(services.platform, "freedesktop_os_release", asked)
    assert services.this_distribution() == expected


def test_other_commands_do_not_read_it():
    code = "import sys; from pacewright.cli.commands import status, plan; from pacewright.cli import main; print([m for m in sys.modules if 'catalogue.facts' in m or m.endswith('commands.services')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
