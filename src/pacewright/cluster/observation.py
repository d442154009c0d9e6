"""One reading of a cluster and the scheduler's answer to it, had in the background while the caller gets ready."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from pacewright.cluster import tools

if TYPE_CHECKING:
    from pacewright.cluster.base import Cluster, Snapshot
    from pacewright.cluster.tools import Simulation

T = TypeVar("T")


class Observation:
    """Reads at once. ``snapshot`` and ``simulation`` wait for what is not there yet and raise what went wrong."""

    def __init__(self, cluster: Cluster) -> None:
        self._snapshot = Later(cluster.read)
        self._simulation = Later(lambda: self._ask(cluster))

    def _ask(self, cluster: Cluster) -> Simulation:
        data = self.snapshot.data  # first: reading may find that another node must be asked
        return tools.simulate(cluster.runner, data, scores=True, validated=cluster.validated)

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot.result()

    @property
    def succeeded(self) -> bool:
        """The cluster could be read."""
        return self._snapshot.succeeded

    @property
    def simulation(self) -> Simulation:
        """With scores and graph: a probe or a changed monitor still to come is in the graph alone."""
        return self._simulation.result()


class Later(Generic[T]):
    """A function's result, computed in a thread. (``concurrent.futures`` takes 5 ms to import.)"""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._value: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value.append(self._function())
        except BaseException as error:  # raised again where the result is asked for
            self._error = error

    @property
    def succeeded(self) -> bool:
        self._thread.join()
        return self._error is None

    def result(self) -> T:
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._value[0]
