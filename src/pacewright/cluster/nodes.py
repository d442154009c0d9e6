"""Other nodes: runs a command or puts a file on many nodes of a cluster at once.

Each node is reached by ``cluster.node_runner``: the cluster's own node without a hop, others by ssh as root or, in a
lab, by entering them. Every call is bounded. What could not be done on a node is told with the reason; whoever cannot
go on without all of them says ``require_all``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pacewright.cluster.base import Cluster
from pacewright.cluster.process import Completed
from pacewright.cluster.runner import Runner
from pacewright.model.errors import PacewrightError, ToolError
from pacewright.model.report import Report, Severity

T = TypeVar("T")
LEFT_OUT = "node-not-reached"
_AT_ONCE = 32
_LONGEST_REASON = 160
# A fixed text: path, mode, owner and size come as arguments, the contents on standard input. The size tells the end of
# the contents from a connection that broke.
_PUT = """umask 077
t=$(mktemp -- "${1%/*}/.${1##*/}.XXXXXXXX") || exit 1
trap 'rm -f -- "$t"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$t" || exit 1
[ "$(stat -c %s -- "$t")" = "$4" ] || { echo 'the contents did not arrive whole' >&2; exit 1; }
{ [ -z "$3" ] || chown -- "$3" "$t"; } && chmod -- "$2" "$t" && sync -- "$t" && mv -fT -- "$t" "$1"
"""


@dataclass(frozen=True, slots=True)
class Answers(Generic[T]):
    """``values`` by node; ``left_out``: the reason by node, for those where it could not be done."""

    values: Mapping[str, T] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    def report(self, what: str, severity: Severity = Severity.WARNING) -> list[Report]:
        return report_left_out(self.left_out, what, severity)

    def require_all(self, what: str) -> Mapping[str, T]:
        """The values. Raises PacewrightError (exit code 1) naming the nodes left out."""
        if self.left_out:
            reports = self.report(what, Severity.ERROR)
            raise PacewrightError(reports[0].message, reports)
        return self.values


def ask(cluster: Cluster, nodes: Iterable[str], question: Callable[[str, Runner], T]) -> Answers[T]:
    """Calls ``question(node, runner)`` for all nodes at once. What it raises (PacewrightError) becomes the reason."""
    names = list(dict.fromkeys(nodes))
    values: dict[str, T] = {}
    left_out: dict[str, str] = {}

    def one(node: str) -> None:
        try:
            runner = cluster.node_runner(node)
            if runner is None:
                left_out[node] = f"{cluster.name} has no nodes to ask"
            else:
                values[node] = question(node, runner)
        except ToolError as error:
            left_out[node] = error.stderr or str(error)
        except PacewrightError as error:
            left_out[node] = str(error)

    if names:
        with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(names))) as threads:
            list(threads.map(one, names))
    in_order = {n: values[n] for n in names if n in values}
    return Answers(in_order, {n: left_out[n] for n in names if n in left_out})


def run(
    cluster: Cluster, nodes: Iterable[str], command: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0
) -> Answers[Completed]:
    """Runs one command on all nodes, whatever its exit code."""
    return ask(cluster, nodes, lambda _node, runner: runner.run(command, stdin=stdin, timeout=timeout))


def put(
    cluster: Cluster, nodes: Iterable[str], path: str, data: bytes, *, mode: int = 0o600, owner: str = ""
) -> Answers[None]:
    """Writes a file on all nodes, on each of them whole or not at all. Links are replaced, folders must exist.

    ``owner``: as chown takes it (``root:haclient``); empty: root, or who we are there.
    """
    return ask(cluster, nodes, lambda _node, runner: put_file(runner, path, data, mode=mode, owner=owner))


def put_file(runner: Runner, path: str, data: bytes, *, mode: int = 0o600, owner: str = "") -> None:
    """The same on one machine. The file is never there with other contents, mode or owner. Raises ToolError."""
    if not path.startswith("/") or posixpath.normpath(path) != path or path == "/":
        raise ValueError(f"not the path of a file: {path}")
    command = ["sh", "-c", _PUT, "sh", path, f"{mode:04o}", owner, str(len(data))]
    done = runner.run(command, stdin=data)
    if done.code != 0:
        raise ToolError(["put", path], done.code, done.stderr)


def report_left_out(left_out: Mapping[str, str], what: str, severity: Severity = Severity.WARNING) -> list[Report]:
    """One report that names all nodes left out; none where there are none. ``what``: what was not done there."""
    return [Report(LEFT_OUT, f"{what}: {told(left_out)}", severity)] if left_out else []


def told(left_out: Mapping[str, str]) -> str:
    """``bob, carol (Permission denied); dave (ssh: connect to port 22: Connection refused)``."""
    by_reason: dict[str, list[str]] = {}
    for node, reason in left_out.items():
        alike = _reason(reason).replace(f"ssh:root@{node}: ", "").replace(f"root@{node}: ", "")
        by_reason.setdefault(alike.replace(f"connect to host {node} port", "connect to port"), []).append(node)
    return "; ".join(f"{', '.join(names)} ({reason})" for reason, names in by_reason.items())


def _reason(text: str) -> str:
    line = "; ".join(each.strip() for each in text.splitlines() if each.strip())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 3] + "..."
