"""One small function a tool command: build the arguments, run, name the exit code, raise or return."""

from __future__ import annotations

import re
from enum import Enum

from pacewright.cluster.process import Completed
from pacewright.cluster.runner import Runner
from pacewright.model.errors import NoCluster, ToolError, Unreachable
from pacewright.model.immutable import immutable

# Exit codes of Pacemaker's tools (crm_exit_t; `crm_error --exit --list` prints them).
OK = 0
DISCONNECTED = 102
OLD = 103
_DISCONNECTED_CODES = (DISCONNECTED, 107, 110, 111, 69)


_RECENT_SCHEMA = re.compile(rb'validate-with="pacemaker-3\.\d+"')
_SECURE_DIGEST = re.compile(rb' op-secure-digest="[^"]*"')
_FEATURE_SET = re.compile(rb'crm_feature_set="3\.(\d+)')


# What the tools say whether anything is wrong or not.
_NOISE = ("Schema validation of configuration is disabled", "Couldn't create user-specific shadow directory")


class Written(Enum):
    """What became of a patch."""

    DONE = "done"
    OLDER = "older"  # the configuration has moved: nothing was written
    UNKNOWN = "unknown"  # no certain answer: read again before saying anything


@immutable(frozen=True, slots=True)
class Simulation:
    """``answer``: crm_simulate's XML output. ``graph``: the transition graph, empty unless asked for."""

    answer: bytes
    graph: bytes = b""


def query(runner: Runner, *, timeout: float = 30.0) -> bytes:
    """The whole CIB (``cibadmin --query``)."""
    try:
        done = runner.run(["cibadmin", "--query"], timeout=timeout)
    except ToolError as error:
        if error.code == 124:
            raise NoCluster(f"cibadmin: {error.stderr}") from None
        raise
    _expect_connected(done, runner.location)
    return done.stdout


def simulate(
    runner: Runner,
    cib: bytes,
    *,
    graph: bool = True,
    scores: bool = False,
    validated: bool = False,
    timeout: float = 120.0,
) -> Simulation:
    """What the scheduler would do with this CIB now (one transition). Nothing is executed or written.

    The exit code says nothing about what it finds, only about reading the input. The graph goes to standard output,
    ahead of the answer: one program, no files. ``validated``: the CIB is known to be valid, so that crm_simulate
    need not load the schema, which takes it as long as all the rest for 100 resources.
    """
    # A CIB that comes by pipe counts as one whose secrets have been taken out: changes of them would be overlooked.
    cib = _SECURE_DIGEST.sub(b"", cib)
    command = ["crm_simulate", "--xml-pipe", "--run", "--output-as=xml"]
    if scores:
        command.append("--show-scores")
    if graph:
        command += ["--save-graph", "/dev/stdout"]
    done = runner.run(command, stdin=_unvalidated(cib) if validated else cib, timeout=timeout)
    _expect(done)
    text, mark, answer = done.stdout.rpartition(b"<pacemaker-result")
    start = max(text.find(b"<transition_graph"), 0)
    return Simulation(mark + answer, text[start:].partition(b"<?xml")[0])


def _unvalidated(cib: bytes) -> bytes:
    """The CIB without a schema to be validated by, where that changes nothing else.

    Older schemas are upgraded on reading; Pacemaker 3 (feature set 3.20) no longer knows "none".
    """
    start = max(cib.find(b"<cib"), 0)
    end = cib.find(b">", start) + 1
    head = cib[start:end]
    feature_set = _FEATURE_SET.search(head)
    if not _RECENT_SCHEMA.search(head) or not feature_set or int(feature_set[1]) >= 20:
        return cib
    return cib[:start] + _RECENT_SCHEMA.sub(b'validate-with="none"', head, count=1) + cib[end:]


def difference(runner: Runner, old: bytes, new: bytes) -> bytes:
    """A patch from one CIB to another (``crm_diff --cib``); empty when they are equal."""
    with runner.files({"old.xml": old, "new.xml": new}) as paths:
        done = runner.run(["crm_diff", "--cib", "--original", paths["old.xml"], "--new", paths["new.xml"]])
    _expect(done, OK, 1)
    return done.stdout if done.code == 1 else b""


def patch(runner: Runner, text: bytes, *, timeout: float = 60.0) -> Written:
    """Writes a patch (``cibadmin --patch``). The answer UNKNOWN means: it may or may not have landed."""
    try:
        done = runner.run(["cibadmin", "--patch", "--xml-pipe"], stdin=text, timeout=timeout)
    except ToolError as error:
        if error.code == 124:
            return Written.UNKNOWN
        raise
    except Unreachable:
        return Written.UNKNOWN
    if done.code == OK:
        return Written.DONE
    if done.code == OLD:
        return Written.OLDER
    if done.code in _DISCONNECTED_CODES or done.code < 0 or done.code == 124:
        return Written.UNKNOWN
    raise ToolError(done.command, done.code, done.stderr)


def verify(runner: Runner, cib: bytes) -> tuple[int, str]:
    """``crm_verify``: its exit code (0, or 78 for warnings and errors alike) and its words."""
    done = runner.run(["crm_verify", "--verbose", "--xml-pipe"], stdin=cib)
    return done.code, done.stderr


def controller_state(runner: Runner) -> str:
    """The DC's state (``S_IDLE``), empty when there is none, or none that answers."""
    node = _controllers_word(runner, "--dc_lookup")
    return _controllers_word(runner, "--status", node) if node else ""


def _controllers_word(runner: Runner, *question: str) -> str:
    """Empty without an answer: while a DC is elected crmadmin waits, for up to half a minute."""
    try:
        done = runner.run(["crmadmin", *question, "--quiet"], timeout=15)
    except ToolError as error:
        if error.code == 124:
            return ""
        raise
    return done.stdout.decode(errors="replace").strip() if done.code == OK else ""


def _expect(done: Completed, *codes: int) -> None:
    if done.code not in (codes or (OK,)):
        said = [line for line in done.stderr.splitlines() if not line.startswith(_NOISE)]
        raise ToolError(done.command, done.code, "\n".join(said))


def _expect_connected(done: Completed, location: str) -> None:
    if done.code in _DISCONNECTED_CODES:
        raise NoCluster(f"no answer from Pacemaker on {location or 'this node'}: {done.stderr.strip()}")
    _expect(done)


def forget(runner: Runner, resource: str, *, timeout: float = 60.0) -> None:
    """Makes every node forget a resource that is no longer configured (``crm_resource --refresh``). Nothing is stopped
    where its orphan is not managed. Whether it is forgotten only the status section tells."""
    done = runner.run(["crm_resource", "--refresh", "--resource", resource, "--force"], timeout=timeout)
    if done.code in _DISCONNECTED_CODES:
        _expect_connected(done, runner.location)
