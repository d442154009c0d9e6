"""A deployment as sections of a generic spec: the story. Facts come from the catalogue, mistakes go to the draft."""

from __future__ import annotations

from dataclasses import replace

from pacewright.architectures import containers, defaults, eras, fencing, placement, vips
from pacewright.architectures.deployment import Deployment
from pacewright.architectures.draft import Draft
from pacewright.architectures.relations import CRMSH, PCS, Relations
from pacewright.architectures.resources import Resources
from pacewright.architectures.selection import Deployed, Selection
from pacewright.catalogue.facts.catalogue import Catalogue, load_catalogue, site_folders
from pacewright.catalogue.releases import release_named, releases
from pacewright.model.report import did_you_mean


def expand(deployment: Deployment, catalogue: Catalogue | None = None) -> Draft:
    """What the deployment stands for, with every mistake found in it. Raises InputError for a broken catalogue."""
    draft = Draft()
    release = release_named(deployment.release)
    if release is None:
        suggestion = did_you_mean(deployment.release[:100], releases()) or f"from {releases()[0]} to {releases()[-1]}"
        draft.problem("unknown-release", f"unknown release '{deployment.release[:100]}'", "release", suggestion)
        return draft
    deployment = replace(deployment, release=release)
    selection = Selection(deployment, catalogue or load_catalogue(site_folders()), draft)
    eras.judge(deployment, draft)
    vips.judge(deployment, draft)
    deployed = selection.select()
    containers.judge(selection, deployed)
    if not draft.failed:
        _build(selection, [each for each in deployed if each.way is not None], draft)
    return draft


def _build(selection: Selection, deployed: list[Deployed], draft: Draft) -> None:
    deployment = selection.deployment
    nodes = tuple(dict.fromkeys(node for each in deployed for node in each.nodes))
    for node in nodes:
        draft.node(node)
    fencing.build(deployment, nodes, draft)
    defaults.build(selection)
    resources = Resources(selection)
    relations = Relations(deployed, resources, CRMSH if deployment.architecture == "classic" else PCS)
    for each in deployed:
        resources.build(each)
    for group, members in resources.groups(deployed):
        resources.build_group(group, members)
        relations.of_group(group, members[0].path)
    for each in deployed:
        relations.of_service(each)
    placement.build(deployment, deployed, resources, draft)
    containers.build(selection, deployed)
    draft.finish()
