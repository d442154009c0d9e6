"""What every kind of cluster can do. Kinds: ``live`` (here, over ssh, in a lab), ``embedded``, ``file``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pacewright.cluster.runner import Runner
from pacewright.cluster.tools import Written
from pacewright.model.errors import SpecError
from pacewright.model.report import Place, Report

if TYPE_CHECKING:
    from pacewright.cib.xml import Node
    from pacewright.model.configuration import Configuration


VERSION = ("admin_epoch", "epoch", "num_updates")


@dataclass(frozen=True)
class Snapshot:
    """One reading of the CIB. ``data``: as it came. ``name``: what errors call it."""

    data: bytes
    name: str = "<cib>"

    @cached_property
    def root(self) -> Node:
        """The parsed document: never change it, copy it. Raises SpecError where it is no CIB.

        Parsed when first asked for: the scheduler is at work by then.
        """
        from pacewright.cib.xml import configuration_element, parse

        root = parse(self.data, self.name)
        configuration_element(root, self.name)
        if odd := [f'{k}="{root.get(k)}"' for k in VERSION if not (root.get(k) or "0").isdecimal()]:
            message = f"a version that is no number: {', '.join(odd)}"
            raise SpecError([Report("not-a-cib", message, place=Place(self.name))])
        return root

    @cached_property
    def configuration(self) -> Configuration:
        """Decoded when first asked for: status and explain never do."""
        from pacewright.cib.codec import configuration_of

        return configuration_of(self.root, self.name)

    @property
    def version(self) -> tuple[int, int, int]:
        """(admin_epoch, epoch, num_updates)."""
        a, e, n = (int(self.root.get(k) or 0) for k in VERSION)
        return a, e, n


class Cluster(Protocol):
    """A cluster, or a file that stands for one."""

    @property
    def name(self) -> str:
        """As given to ``--cluster``."""
        ...

    @property
    def runner(self) -> Runner:
        """Where this cluster's tools run: for simulations and comparisons."""
        ...

    def node_runner(self, node: str) -> Runner | None:
        """Where programs of that node run; None where there are no nodes to ask (embedded, file).

        Nothing is tried before something is run. Raises UsageError for a name that no node can have.
        """
        ...

    @property
    def simulated(self) -> bool:
        """Operations are simulated (embedded): nothing really starts."""
        ...

    @property
    def validated(self) -> bool:
        """What is read has been validated by a CIB manager; so is all that we would write."""
        ...

    @property
    def hidden_ids(self) -> frozenset[str]:
        """Ids of resources that belong to the cluster itself (the embedded stand-in device): never shown."""
        ...

    def prepare(self, configuration: Configuration) -> bool:
        """Before the first plan: a fresh embedded cluster takes the configuration's nodes. Nothing elsewhere.

        Whether anything changed, so that what has been read before is no longer true.
        """
        ...

    def foresee(self, document: Node) -> None:
        """Does to a CIB document what this cluster itself does to every configuration written to it.

        Embedded: the stand-in device comes or goes. Nothing elsewhere.
        """
        ...

    def identity(self, snapshot: Snapshot) -> str:
        """What binds a plan to this cluster."""
        ...

    def read(self) -> Snapshot:
        """One reading. NoCluster when it cannot be had."""
        ...

    def require_writable(self) -> None:
        """Raises UsageError where nothing can be written."""
        ...

    def write(self, patch: bytes) -> Written:
        """A compare-and-swap patch. UsageError where the cluster is read-only."""
        ...

    def idle(self) -> bool:
        """The cluster says itself that it has nothing to do (live: the DC is in S_IDLE)."""
        ...

    def led(self) -> bool:
        """A DC is in office: no election or change of membership is under way."""
        ...

    def step(self, deadline: float) -> None:
        """Lets a moment pass while waiting to settle, until ``deadline`` (monotonic seconds) at most.

        On an embedded cluster all that the scheduler wants is done.
        """
        ...
