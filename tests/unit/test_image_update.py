"""``migrate --image``: what is refused before any node is asked, and what is told."""

from __future__ import annotations

import argparse

import pytest

from pacewright.cli.image_update import _image
from pacewright.cli.session import Style
from pacewright.cli.views.image_update import image_update_text
from pacewright.model.configuration import Configuration, ResourceSection
from pacewright.model.errors import InputError
from pacewright.model.resources import Bundle, Container, Primitive
from pacewright.model.status import ClusterStatus, Instance, ResourceStatus
from pacewright.operations.bundle_images import OnNode, Update, Wanted, _troubles, _wanted, way_back


def cluster(**images: str) -> Configuration:
    bundles = tuple(
        Bundle(id=name, container=Container(tag="podman", image=image), primitive=Primitive(id=f"{name}-inside"))
        for name, image in images.items()
    )
    return Configuration(resource_section=ResourceSection(items=bundles))


def codes(live: Configuration, spec: Configuration, refs: dict[str, str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        _wanted(live, spec, refs)
    return [r.code for r in caught.value.reports]


def test_a_bundle_with_a_tag_of_its_own_may_have_a_new_image():
    live = cluster(db="x/db:1", web="x/web:1")
    assert _wanted(live, live, {"db": "x/db:2"}) == [Wanted("db", "podman", "x/db:1", "x/db:2", True)]


@pytest.mark.parametrize(
    ("live", "spec", "refs", "code"),
    [
        (cluster(db="x/db:1"), cluster(db="x/db:1"), {"dp": "r"}, "unknown-bundle"),
        (cluster(db="x/db:1"), cluster(web="x/web:1"), {"db": "r"}, "unknown-bundle"),
        (cluster(db="x/db:1"), cluster(db="x/db:2"), {"db": "r"}, "image-differs"),
        (cluster(db="x/db@sha256:1"), cluster(db="x/db@sha256:1"), {"db": "r"}, "image-by-digest"),
        (cluster(db="x/all:1", web="x/all:1"), cluster(db="x/all:1"), {"db": "r"}, "image-shared"),
    ],
)
def test_what_a_tag_cannot_do_is_refused(live, spec, refs, code):
    assert codes(live, spec, refs) == [code]


def test_bundles_of_one_image_go_together():
    live = cluster(db="x/all:1", web="x/all:1")
    assert len(_wanted(live, live, {"db": "x/all:2", "web": "x/all:2"})) == 2


def status_of(*resources: ResourceStatus, maintenance: bool = False) -> ClusterStatus:
    known = {r.id: r for r in resources}
    return ClusterStatus((), known, tuple(known), True, None, (), (), True, maintenance=maintenance)


def test_what_failed_elsewhere_is_in_the_way_and_in_the_bundle_itself_is_not():
    failed = ResourceStatus("db", "bundle", (Instance("db-podman-0", "db", "Stopped", False, failed=True),))
    loose = ResourceStatus("vip", "primitive", (Instance("vip", "vip", "Started", True, ("a",), managed=False),))
    assert [r.code for r in _troubles(status_of(failed, loose), ["web"])] == ["resource-failed", "resource-unmanaged"]
    assert [r.code for r in _troubles(status_of(failed), ["db"])] == []
    assert [r.code for r in _troubles(status_of(maintenance=True), [])] == ["maintenance-mode"]


def test_the_way_back_names_former_images_by_node():
    nodes = (
        OnNode("a", "1" * 64, "2" * 64, "1" * 64),
        OnNode("b", "2" * 64, "2" * 64, "1" * 64),
        OnNode("c", "2" * 64, "2" * 64, None),
    )
    said = way_back(Update(Wanted("db", "podman", "x/db:1", "x/db:2", True), nodes, ()))[0].message
    assert said == f"to have the former image again: --image db={'1' * 12} (on a, b)"
    assert way_back(Update(Wanted("db", "podman", "x/db:1", "x/db:2", True), nodes[2:], ())) == []


@pytest.mark.parametrize("text", ["db", "=x", "db=", "db=--help", "db=a b"])
def test_an_image_is_given_as_bundle_and_name(text):
    assert _image("db=x/db:2") == ("db", "x/db:2")
    with pytest.raises(argparse.ArgumentTypeError):
        _image(text)


def test_nothing_to_do_is_said():
    assert "nothing to do" in image_update_text({"done": False, "pending": False, "bundles": []}, Style())
