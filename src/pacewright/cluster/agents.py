"""What agents say of themselves where a cluster's tools run: asked through crm_resource (no daemon needed) and
remembered on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from pacewright.cib.agent_metadata import AgentMetadata, parse_metadata
from pacewright.cluster.cache import cache_folder
from pacewright.cluster.files import write_atomically
from pacewright.cluster.runner import Facts, LocalRunner, Runner
from pacewright.model.errors import ToolError
from pacewright.model.report import did_you_mean

OCF_ROOT = "/usr/lib/ocf/resource.d"
FENCE_FOLDERS = ("/usr/sbin", "/sbin")
_SAFE = re.compile(r"[\w.+\-]+", re.ASCII)
_LARGEST = 4 * 1024 * 1024  # bytes of one cached description


@dataclass(slots=True)
class InstalledAgents:
    """The agents of one machine. Called with ``ocf:heartbeat:IPaddr2`` or ``stonith:fence_ipmilan``."""

    runner: Runner = field(default_factory=LocalRunner)
    cache: Path | None = field(default_factory=lambda: cache_folder())
    _known: dict[str, AgentMetadata | None] = field(default_factory=dict)

    def __call__(self, agent: str) -> AgentMetadata | None:
        """Its description; None where it is not installed or does not describe itself."""
        if agent not in self._known:
            self._known[agent] = self._look_up(agent)
        return self._known[agent]

    def _look_up(self, agent: str) -> AgentMetadata | None:
        facts = agent_facts(agent, self.runner)
        if facts is None:
            return None
        entry = self._entry(agent, facts)
        if (found := parse_metadata(agent, _cached(entry))) is not None:
            return found
        data = self._ask(agent)
        found = parse_metadata(agent, data)
        if found is not None and entry is not None:
            _remember(entry, data)
        return found

    def _ask(self, agent: str) -> bytes:
        try:
            done = self.runner.run(["crm_resource", "--show-metadata", agent], timeout=30)
        except ToolError:
            return b""
        return done.stdout if done.code == 0 else b""

    def _entry(self, agent: str, facts: Facts) -> Path | None:
        """The file in the cache for this very version of the agent."""
        if self.cache is None:
            return None
        where = (self.runner.location, facts.path) if self.runner.location else (facts.path,)
        key = "\0".join([agent, *where, str(facts.modified), str(facts.size)])
        return self.cache / f"{hashlib.sha256(key.encode()).hexdigest()}.xml"


def similar_agent(agent: str, runner: Runner) -> str | None:
    """``did you mean 'ocf:heartbeat:Dummy'?`` for an OCF agent that is not installed, where one with such a name is."""
    words = agent.split(":")
    if len(words) != 3 or words[0] != "ocf":
        return None
    providers = runner.names(OCF_ROOT)
    installed = [
        f"ocf:{provider}:{name}" for provider in providers for name in runner.names(os.path.join(OCF_ROOT, provider))
        if not name.startswith(".")
    ]  # fmt: skip
    return did_you_mean(agent, [a for a in installed if a.split(":")[1] == words[1]] or installed)


def agent_facts(agent: str, runner: Runner) -> Facts | None:
    """The agent's program; None where it is not installed or the name is none."""
    candidates = (runner.facts(path) for path in agent_paths(agent))
    return next((found for found in candidates if found is not None and found.executable), None)


def agent_paths(agent: str) -> list[str]:
    """Where an OCF or fence agent may be installed; nothing for other classes and for names that are none."""
    words = agent.split(":")
    if not all(_SAFE.fullmatch(w) and not w.startswith((".", "-")) for w in words):
        return []
    match words:
        case ["ocf", provider, name]:
            return [os.path.join(OCF_ROOT, provider, name)]
        case ["stonith", name]:
            return [os.path.join(folder, name) for folder in FENCE_FOLDERS]
        case _:
            return []


def _cached(entry: Path | None) -> bytes:
    """Empty where nothing is cached, or by somebody else."""
    if entry is None:
        return b""
    try:
        with open(entry, "rb") as file:
            return file.read(_LARGEST) if os.fstat(file.fileno()).st_uid == os.geteuid() else b""
    except OSError:
        return b""


def _remember(entry: Path, data: bytes) -> None:
    """Best effort: a cache that cannot be written costs time only."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(str(entry), data.decode(), private=True)
