"""``pacewright migrate``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pacewright.model.errors import Exit, SpecError, UsageError

if TYPE_CHECKING:
    from pacewright.cli.desired import Desired
    from pacewright.cli.session import Session
    from pacewright.operations.migrate.preparing import Task

DESCRIPTION = """\
Takes a running cluster from one architecture to another without stopping a service. What the spec leaves to systemd is
handed over while it runs: Pacemaker forgets it, systemd starts it at boot and restarts it from then on, and the main
process stays the same. What the spec gives to Pacemaker and what runs already is taken over the same way. All else is
applied at the end, as 'apply --prune' does. The steps are shown and confirmed first.

Refused: where anything is failed, unmanaged, not as desired or offline; and where something would be interrupted that
--outage does not name. A run that was cut off is gone on with by the next one. Back: migrate to the former spec.

With --image nothing is migrated but images of bundles, one replica at a time: the name that the CIB has is tagged anew
on every node, which has the new image already.
"""
EXAMPLES = """\
exit codes: 0 done; 1 the cluster is not fit, or an error; 2 --dry-run: something to do, or declined; 3 the
  configuration moved; 4 something would be interrupted; 5 done, but a unit or resource is not as it must be;
  6 time-out; 7 no quorum; 8 another migration is under way

examples:
  pacewright migrate lightweight.yaml --dry-run
  pacewright migrate lightweight.yaml
  pacewright migrate full.yaml --yes --one-by-one
  pacewright migrate mitaka.yaml --outage openstack-keystone-clone
  pacewright migrate cloud.yaml --image galera-bundle=registry.example.org/mariadb:2
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from pacewright.cli import image_update
    from pacewright.cli.commands.apply import seconds

    parser.add_argument("spec", metavar="SPEC", help="what shall be")
    parser.add_argument("--dry-run", action="store_true", help="show the steps; changes nothing, exit code 2")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--one-by-one", action="store_true", help="hand over one resource after the other")
    parser.add_argument(
        "--outage", metavar="ID", action="append", default=[], help="a resource that may be interrupted (repeat it)"
    )
    parser.add_argument(
        "--wait", metavar="SECONDS", type=seconds, default=600.0,
        help="bound of the whole, with --image of a restart (default 600)",
    )  # fmt: skip
    image_update.add_arguments(parser)


def run(arguments: argparse.Namespace, session: Session) -> int:
    if arguments.image:
        from pacewright.cli import image_update

        if arguments.outage or arguments.one_by_one:
            raise UsageError("--image goes without --outage and --one-by-one: it changes nothing but images")
        return image_update.run(arguments, session)
    from pacewright.cluster.observation import Observation

    cluster = session.cluster()
    observation = Observation(cluster)
    from pacewright.cli.desired import read_desired
    from pacewright.cli.migration_document import migration_document, result_document
    from pacewright.cli.migration_talk import MigrationTalk
    from pacewright.cli.views.migrate import migrated_text, migration_text
    from pacewright.operations.migrate.migration import interruptions, migrate
    from pacewright.operations.migrate.preparing import prepare

    desired = read_desired(arguments.spec)
    session.report(desired.source.placed(desired.source.loaded.reports))
    task = _task(arguments, desired)
    talk = MigrationTalk(session, arguments.yes)
    try:
        if arguments.dry_run:
            migration = prepare(cluster, task, observation)
            session.emit(migration_document(migration), migration_text)
            if migration.refused:
                session.say(f"pacewright: {interruptions(migration)}")
                return int(Exit.FORBIDDEN)
            return int(Exit.DONE if migration.nothing_to_do else Exit.PENDING)
        done = migrate(cluster, task, talk, seconds=arguments.wait, observation=observation)
    except SpecError as error:
        raise SpecError(desired.source.placed(error.reports)) from None
    finally:
        talk.end()
    session.emit(result_document(done), migrated_text)
    troubled = done.findings or (done.applied is not None and done.applied.undesired())
    return int(Exit.NOT_AS_DESIRED if troubled else Exit.DONE)


def _task(arguments: argparse.Namespace, desired: Desired) -> Task:
    from pacewright.architectures.outside import outside
    from pacewright.catalogue.facts.catalogue import load_catalogue, site_folders
    from pacewright.operations.migrate.preparing import Task

    names = frozenset(name for word in arguments.outage for name in word.split(",") if name)
    deployment = desired.source.loaded.deployment
    if arguments.outage and not names:
        raise UsageError("--outage needs the id of a resource")
    if deployment is None:
        return Task(desired.configuration, desired.deployment, outages=names, one_by_one=arguments.one_by_one)
    catalogue = load_catalogue(site_folders())
    return Task(
        desired.configuration, desired.deployment, outside(deployment, catalogue), catalogue,
        outages=names, one_by_one=arguments.one_by_one,
    )  # fmt: skip
