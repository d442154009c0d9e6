"""Parameters and timeouts against an agent's description of itself."""

from dataclasses import replace

import pytest

from pacewright.cib.agent_metadata import parse_metadata
from pacewright.cib.checks.check import check
from pacewright.cib.rewrite import rewrite
from pacewright.model.attributes import NvPair, SecretReference
from support import configuration

OCF = b"""<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="web"><version>1.0</version>
<parameters>
<parameter name="port" required="1"><content type="integer"/></parameter>
<parameter name="secure" reloadable="1"><content type="boolean" default="false"/></parameter>
<parameter name="mode" unique="1">
<content type="select" default="a"><option value="a"/><option value="b"/></content></parameter>
<parameter name="dampen"><content type="integer" default="5s"/></parameter>
<parameter name="password" unique-group="login"><content type="integer"/></parameter>
<parameter name="root" required="1"><content type="string" default="/srv"/></parameter>
</parameters>
<actions><action name="start" timeout="40s"/>
<action name="monitor" timeout="20s" interval="10s" role="Promoted" depth="0"/>
<action name="monitor" timeout="30" interval="11s"/></actions></resource-agent>"""
FENCE = b"""<resource-agent name="fence_x"><parameters>
<parameter name="action" required="1"><content type="string"/></parameter>
<parameter name="ip" required="1" obsoletes="ipaddr"><content type="string"/></parameter>
<parameter name="ipaddr" required="1" deprecated="1"><content type="string"/></parameter>
<parameter name="plug" required="1" obsoletes="port"><content type="string"/></parameter>
<parameter name="port" deprecated="1"><content type="string"/></parameter>
<parameter name="auth_url"><content type="string"/></parameter>
</parameters><actions/></resource-agent>"""


def metadata(agent):
    text = {"ocf:test:web": OCF, "stonith:fence_x": FENCE}.get(agent)
    return parse_metadata(agent, text) if text else None


def primitive(agent='class="ocf" provider="test" type="web"', operations="", **params):
    pairs = "".join(f'<nvpair id="a-{n}" name="{n}" value="{v}"/>' for n, v in params.items())
    inside = f'<instance_attributes id="i">{pairs}</instance_attributes>' if params else ""
    return f'<primitive id="a" {agent}>{inside}<operations>{operations}</operations></primitive>'


def found(resources, *codes):
    wanted = codes or ("unknown-parameter", "missing-parameter", "bad-parameter-value", "meta-among-parameters",
                       "timeout-below-advised", "agent-missing")  # fmt: skip
    reports = check(configuration(resources), metadata=metadata)
    return [(r.code, str(r.severity), r.subject) for r in reports if r.code in wanted]


def test_metadata_as_values():
    description = metadata("ocf:test:web")
    port, secure, mode, password = (description.parameter(n) for n in ("port", "secure", "mode", "password"))
    assert (port.required, port.kind, secure.reloadable, secure.default) == (True, "integer", True, "false")
    assert (mode.choices, mode.unique_group) == (("a", "b"), "mode")
    assert (password.secret, password.unique_group, port.secret) == (True, "login", False)
    monitor = description.actions[1]
    assert (monitor.name, monitor.timeout, monitor.interval, monitor.role) == ("monitor", "20s", "10s", "Promoted")


@pytest.mark.parametrize("text", [b"", b"usage: web start|stop", b"<other/>", b"<resource-agent", b"\xff\xfe"])
def test_what_is_no_metadata(text):
    assert parse_metadata("ocf:test:web", text) is None


def test_entities_in_metadata_are_refused():
    bomb = b'<!DOCTYPE resource-agent [<!ENTITY a "x">]><resource-agent><parameters/></resource-agent>'
    assert parse_metadata("ocf:test:web", bomb) is None


def test_nothing_is_said_against_good_parameters():
    assert found(primitive(port="80", secure="yes", mode="b", dampen="9s")) == []


def test_an_unknown_parameter_comes_with_a_suggestion():
    reports = check(configuration(primitive(port="80", secur="yes")), metadata=metadata)
    report = next(r for r in reports if r.code == "unknown-parameter")
    assert (report.subject, str(report.severity)) == ("resource a/params/secur", "error")
    assert "secure" in (report.suggestion or "")


def test_a_missing_parameter():
    assert found(primitive(secure="yes")) == [("missing-parameter", "error", "resource a")]


@pytest.mark.parametrize(("name", "value"), [("secure", "maybe"), ("mode", "c"), ("port", "http")])
def test_values_of_the_wrong_type(name, value):
    given = {"port": "80", name: value}
    assert found(primitive(**given)) == [("bad-parameter-value", "error", f"resource a/params/{name}")]


def test_a_secret_value_of_the_wrong_type_is_not_shown():
    reports = check(configuration(primitive(port="80", password="hunter2")), metadata=metadata)
    assert "bad-parameter-value" in [r.code for r in reports]
    assert "hunter2" not in str(reports)


def test_a_resolved_secret_of_the_wrong_type_is_not_shown_whatever_its_name():
    def mark(element, _address):
        return replace(element, secret=SecretReference("file", "x")) if isinstance(element, NvPair) else element

    reports = check(rewrite(configuration(primitive(port="hunter2")), mark), metadata=metadata)
    assert "bad-parameter-value" in [r.code for r in reports]
    assert "hunter2" not in str(reports)


def test_an_agent_that_is_not_installed_is_a_warning_and_nothing_else():
    missing = primitive(agent='class="ocf" provider="test" type="other"', anything="1")
    assert found(missing) == [("agent-missing", "warning", "resource a")]


@pytest.mark.parametrize(
    "agent", ['class="systemd" type="web"', 'class="upstart" type="web"', 'class="lsb" type="web"']
)
def test_classes_without_descriptions(agent):
    assert found(primitive(agent=agent)) == []


def test_what_pacemaker_takes_itself():
    assert found(primitive(port="80", trace_ra="1", CRM_meta_timeout="1", OCF_CHECK_LEVEL="10")) == []
    fence = primitive(agent='class="stonith" type="fence_x"', ip="1", pcmk_host_list="alice", pcmk_reboot_timeout="9")
    assert found(fence) == []


def test_meta_attributes_among_parameters_are_a_warning():
    assert found(primitive(port="80", target_role="Started")) == [
        ("meta-among-parameters", "warning", "resource a/params/target_role")
    ]


def test_fence_agents_take_old_names_and_get_some_parameters_from_the_fencer():
    assert found(primitive(agent='class="stonith" type="fence_x"', ipaddr="1")) == []
    fence = primitive(agent='class="stonith" type="fence_x"', ip="1", port="2", auth_url="3")
    assert found(fence.replace('name="auth_url"', 'name="auth-url"')) == []
    assert found(primitive(agent='class="stonith" type="fence_x"')) == [("missing-parameter", "error", "resource a")]


def test_parameters_may_come_from_a_template_or_a_shared_set():
    template = (
        '<template id="t" class="ocf" provider="test" type="web">'
        '<instance_attributes id="ti"><nvpair id="tp" name="port" value="80"/></instance_attributes></template>'
    )
    assert found(template + '<primitive id="a" template="t"/>') == []
    shared = '<primitive id="a" class="ocf" provider="test" type="web"><instance_attributes id-ref="ti"/></primitive>'
    assert found(template + shared) == []


@pytest.mark.parametrize(
    ("timeout", "expected"), [("10s", 1), ("20s", 0), ("25", 0), ("20000ms", 0), ("19999ms", 1), ("1min", 0)]
)
def test_timeouts_below_what_the_agent_advises(timeout, expected):
    operation = f'<op id="o" name="monitor" interval="10s" timeout="{timeout}"/>'
    reports = found(primitive(port="80", operations=operation))
    assert reports == [("timeout-below-advised", "warning", "resource a/operations/monitor")] * expected
