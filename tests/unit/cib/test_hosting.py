"""What a bundle wants of a host, judged by what a host has told: no host is asked here."""

from __future__ import annotations

import pytest

from pacewright.cib.checks.index import Index
from pacewright.cib.hosting.findings import findings
from pacewright.cib.hosting.told import Fact, Identity, Image, Told
from pacewright.cib.hosting.wanted import Wanted, wanted_of
from support import configuration, dummy

IMAGE = {
    path: Fact("file", path)
    for path in ("/bin/true", "/usr/sbin/haproxy", "/usr/sbin/pacemaker-remoted", "/etc/app.conf",
                 "/usr/lib/ocf/resource.d/pacemaker/Dummy", "/etc/libqb/force-filesystem-sockets")
}  # fmt: skip
IMAGE["/srv"] = Fact("folder", "/srv")
AGENT = {"/usr/lib/ocf/resource.d/heartbeat/podman": Fact("file", "/usr/lib/ocf/resource.d/heartbeat/podman")}
KEY = {"/etc/pacemaker/authkey": Fact("file", "/etc/pacemaker/authkey", 0o640)}
RUN = 'run-command="haproxy -Ws -f /etc/haproxy.cfg"'
IDS = {"990": Identity(990, (0,)), "haproxy": Identity(990, (990, 5))}


def wanted(*mounts: str, container: str = RUN, runtime: str = "podman", inside: str = "") -> Wanted:
    """``mounts``: ``SOURCE TARGET [OPTIONS]``; a source with ``root:`` before it is a source-dir-root."""
    maps = ""
    for number, text in enumerate(mounts):
        source, target, *options = text.split()
        kind = "source-dir-root" if source.startswith("root:") else "source-dir"
        given = f' options="{options[0]}"' if options else ""
        maps += (
            f'<storage-mapping id="s{number}" {kind}="{source.removeprefix("root:")}" target-dir="{target}"{given}/>'
        )
    network = '<network control-port="3123"/>' if inside else ""
    text = f'<bundle id="b"><{runtime} image="i:1" {container}/>{network}<storage>{maps}</storage>{inside}</bundle>'
    index = Index(configuration(text))
    found = wanted_of(index.resources["b"], index)
    assert found is not None
    return found


def told(
    paths: dict[str, Fact] | None = None, image: Image | None = None, runtime: str = "podman", **more: Fact
) -> Told:
    """A host with the image and the agent; of other paths asked for, what is not given is not there."""
    known = {path: Fact("", path, above="/etc") for path in ("/data", "/data/x", "/etc/x.conf")}
    known |= {path.replace("podman", runtime): fact for path, fact in AGENT.items()} | KEY
    return Told(images={(runtime, "i:1"): image or Image(paths=IMAGE)}, paths=known | (paths or {}))


def codes(want: Wanted, have: Told) -> list[tuple[str, str, bool]]:
    return [(f.code, f.subject.removeprefix("resource b/"), f.grave) for f in findings(want, have)]


DATA = {"/data": Fact("folder", "/data")}
CONF = {"/etc/x.conf": Fact("file", "/etc/x.conf")}


def test_nothing_is_wrong_where_all_is_there():
    want = wanted("/data /srv rw", "/etc/x.conf /etc/app.conf ro", "root:/data /var/lib/new", "volume /var/lib/kept")
    assert codes(want, told(DATA | CONF)) == []


def test_a_source_that_is_not_there():
    assert codes(wanted("/data /srv"), told()) == [("source-missing", "storage/0", True)]
    (found,) = findings(wanted("/data /srv"), told())
    assert found.suggestion == "'mkdir -p /data' there"


def test_docker_makes_an_empty_folder_which_is_no_file():
    folder, file = wanted("/data /srv", runtime="docker"), wanted("/data /etc/app.conf", runtime="docker")
    assert codes(folder, told(runtime="docker")) == [("source-missing", "storage/0", False)]
    assert codes(file, told(runtime="docker")) == [("source-missing", "storage/0", True)]


def test_folders_of_replicas_need_only_be_possible():
    want = wanted("root:/data/x /srv")
    assert codes(want, told()) == []
    for hindered in ("it is no folder", "it can only be read"):
        blocked = {"/data/x": Fact("", "/data/x", above="/data", hindered=hindered)}
        assert codes(want, told(blocked)) == [("source-missing", "storage/0", True)]
    assert codes(want, told({"/data/x": Fact("file", "/data/x")})) == [("source-type", "storage/0", True)]


def test_a_file_on_a_folder_and_a_folder_on_a_file():
    assert codes(wanted("/etc/x.conf /srv"), told(CONF)) == [("source-type", "storage/0", True)]
    assert codes(wanted("/data /etc/app.conf"), told(DATA)) == [("source-type", "storage/0", True)]
    log = {"/dev/log": Fact("socket", "/run/systemd/journal/dev-log")}
    assert codes(wanted("/dev/log /dev/log"), told(log)) == []
    assert codes(wanted("/dev/log /srv"), told(log)) == [("source-type", "storage/0", True)]


def test_a_target_below_another_mount_is_looked_at_on_the_host():
    want = wanted("/data /srv", "/etc/x.conf /srv/app.conf")
    assert "/data/app.conf" in want.asked_of_host()
    there = {"/data/app.conf": Fact("folder", "/data/app.conf")}
    assert codes(want, told(DATA | CONF | there)) == [("source-type", "storage/1", True)]
    assert codes(want, told(DATA | CONF | {"/data/app.conf": Fact("", "/data/app.conf")})) == []


def test_a_mount_that_hides_the_run_command():
    want = wanted("/data /usr/sbin")
    assert codes(want, told(DATA)) == [("target-hides", "storage/0", True)]
    assert codes(want, told(DATA | {"/data/haproxy": Fact("file", "/data/haproxy")})) == []
    assert codes(want, told(DATA | {"/data/haproxy": Fact("file", "/data/haproxy", 0o644)})) != []


def test_a_link_of_the_image_into_what_is_hidden_is_hidden():
    """/bin is a link to /usr/bin: Pacemaker's /bin/true goes with it."""
    merged = Image(
        paths=IMAGE | {"/bin/true": Fact("file", "/usr/bin/true"), "/usr/bin/true": Fact("file", "/usr/bin/true")}
    )
    assert codes(wanted("/data /usr/bin"), told(DATA, merged)) == [("target-hides", "storage/0", True)]


def test_what_an_image_lacks():
    bare = Image(paths=dict.fromkeys(IMAGE))
    assert codes(wanted(), told(image=bare)) == [("image-lacks", "bundle/image", True)] * 2  # /bin/true, haproxy
    started = Image(paths=IMAGE | {"/usr/sbin/haproxy": None}, entrypoint=("/usr/local/bin/dumb-init", "--"))
    assert codes(wanted(), told(image=started)) == [("image-lacks", "bundle/image", True)]
    own = Image(paths=IMAGE | {"/usr/sbin/haproxy": None}, entrypoint=("/entry.sh",))
    assert codes(wanted(), told(image=own)) == []
    assert codes(wanted(container=""), told()) == [("image-lacks", "bundle", True)]
    assert codes(wanted(container=""), told(image=Image(paths=IMAGE, command=("redis-server",)))) == []

    elsewhere = Image(paths=IMAGE | {"/usr/sbin/haproxy": None}, search_path=("/usr/bin", "/opt/bin"))
    assert codes(wanted(), told(image=elsewhere)) == []
    other = wanted(container='options="--entrypoint=/entry.sh" run-command="nothing"')
    assert codes(other, told(image=bare)) == [("image-lacks", "bundle/image", True)]  # /bin/true
    stranger = Image(paths=IMAGE, identities={"web": None})
    assert codes(wanted(container=f'{RUN} options="--user=web"'), told(image=stranger)) == [
        ("image-lacks", "bundle/options", True)
    ]


def test_volumes_among_the_options_count():
    want = wanted(container=f'{RUN} options="--user=root -v /data:/usr/sbin:ro,z --volume=kept:/x"')
    assert codes(want, told(DATA)) == [("target-hides", "bundle/options", True)]
    assert codes(want, told())[0] == ("source-missing", "bundle/options", True)


def test_a_primitive_inside_needs_its_agent_pacemaker_and_the_key():
    want = wanted("/data /srv", container='network="host"', inside=dummy("p"))
    assert codes(want, told(DATA)) == []
    lacking = Image(paths={p: f for p, f in IMAGE.items() if p == "/bin/true"})
    found = codes(
        want, told(DATA | {"/etc/pacemaker/authkey": Fact("", "/etc/pacemaker/authkey", above="/etc")}, lacking)
    )
    assert found == [
        ("source-missing", "contains", True), ("image-lacks", "bundle/image", True), ("image-lacks", "bundle/image", True),
        ("image-lacks", "bundle/image", False),
    ]  # fmt: skip
    kolla = wanted(container='run-command="/bin/bash /usr/local/bin/kolla_start"', inside=dummy("p"))
    asked = {p for program in kolla.programs for p in program.paths}
    assert asked >= {"/usr/bin/bash", "/usr/local/bin/kolla_start", "/usr/sbin/pacemaker_remoted"}


@pytest.mark.parametrize(
    ("options", "fact", "expected"),
    [
        ("--user=haproxy", Fact("folder", "/data", 0o700), [("source-unreadable", "storage/0", False)]),
        ("-u 990", Fact("folder", "/data", 0o700), [("source-unreadable", "storage/0", False)]),
        ("--user haproxy", Fact("folder", "/data", 0o750, gid=5), []),
        ("--user haproxy", Fact("folder", "/data", 0o704), [("source-unreadable", "storage/0", False)]),
        ("--user=haproxy", Fact("folder", "/data", 0o700, uid=990), []),
        ("--user=haproxy", Fact("folder", "/data", 0o755), []),
        ("--user=root", Fact("folder", "/data", 0o700, uid=990), []),
        ("--user=other", Fact("folder", "/data", 0o700), []),
        ("--user=haproxy", Fact("folder", "/data", 0o700, acl=True), []),
        ("--user=haproxy --userns=auto", Fact("folder", "/data", 0o700), []),
        ("", Fact("folder", "/data", 0o700), []),
    ],
)
def test_who_may_read(options, fact, expected):
    image = Image(paths=IMAGE, identities=IDS)
    assert codes(wanted("/data /srv", container=f'{RUN} options="{options}"'), told({"/data": fact}, image)) == expected


def test_the_images_own_user_reads_and_a_source_given_to_it_is_readable():
    image, closed = Image(user="haproxy", paths=IMAGE, identities=IDS), {"/data": Fact("folder", "/data", 0o700)}
    assert codes(wanted("/data /srv"), told(closed, image)) == [("source-unreadable", "storage/0", False)]
    assert codes(wanted("/data /srv rw,U"), told(closed, image)) == []


def test_no_runtime_and_no_image():
    want = wanted("/data /srv")
    assert codes(want, Told(absent=frozenset(("podman",)))) == [("runtime-missing", "bundle/runtime", True)]
    missing = Told(images={("podman", "i:1"): None}, paths={**AGENT, "/data": Fact("", "/data", above="/")})
    assert codes(want, missing) == [("image-missing", "bundle/image", True), ("source-missing", "storage/0", True)]
    assert codes(want, told({path: Fact("", path) for path in AGENT} | DATA)) == [
        ("runtime-missing", "bundle/runtime", True)
    ]


def test_of_an_image_that_cannot_be_looked_into_nothing_is_said():
    assert codes(wanted("/data /srv", "/etc/x.conf /opt"), told(DATA | CONF, Image(unread="its driver is btrfs"))) == []


@pytest.mark.parametrize(
    ("mount", "suggestion"),
    [
        ("/data /srv", "'mkdir -p /data' there"),
        ("/data /unknown", "'mkdir -p /data' there"),
        ("/etc/x.conf /etc/app.conf", ""),
        ("/etc/x.conf /unknown", ""),
        ("/run/x /srv", "a line 'd /run/x 0755 root root' in /etc/tmpfiles.d makes it at every boot"),
    ],
)
def test_how_to_make_what_is_missing(mount, suggestion):
    (found,) = findings(wanted(mount), told({"/run/x": Fact("", "/run/x", above="/run")}))
    assert (found.code, found.suggestion) == ("source-missing", suggestion)
