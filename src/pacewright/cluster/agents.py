"""What installed agents say of themselves, asked through crm_resource (no daemon needed) and remembered on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from pacewright.cib.agent_metadata import AgentMetadata, parse_metadata
from pacewright.cluster.files import write_atomically
from pacewright.cluster.runner import LocalRunner, Runner
from pacewright.model.errors import ToolError
from pacewright.model.report import did_you_mean

OCF_ROOT = "/usr/lib/ocf/resource.d"
FENCE_FOLDERS = ("/usr/sbin", "/sbin")
_SAFE = re.compile(r"[\w.+\-]+", re.ASCII)
_LARGEST = 4 * 1024 * 1024  # bytes of one cached description


@dataclass(slots=True)
class InstalledAgents:
    """The agents of this machine. Called with ``ocf:heartbeat:IPaddr2`` or ``stonith:fence_ipmilan``."""

    runner: Runner = field(default_factory=LocalRunner)
    cache: Path | None = field(default_factory=lambda: cache_folder())
    _known: dict[str, AgentMetadata | None] = field(default_factory=dict)

    def __call__(self, agent: str) -> AgentMetadata | None:
        """Its description; None where it is not installed or does not describe itself."""
        if agent not in self._known:
            self._known[agent] = self._look_up(agent)
        return self._known[agent]

    def _look_up(self, agent: str) -> AgentMetadata | None:
        path = agent_path(agent)
        if path is None:
            return None
        entry = self._entry(agent, path)
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

    def _entry(self, agent: str, path: str) -> Path | None:
        """The file in the cache for this very version of the agent."""
        if self.cache is None:
            return None
        facts = os.stat(path)
        key = f"{agent}\0{os.path.realpath(path)}\0{facts.st_mtime_ns}\0{facts.st_size}"
        return self.cache / f"{hashlib.sha256(key.encode()).hexdigest()}.xml"


def metadata(agent: str) -> AgentMetadata | None:
    """The description of one agent of this machine."""
    return InstalledAgents()(agent)


def similar_agent(agent: str) -> str | None:
    """``did you mean 'ocf:heartbeat:Dummy'?`` for an OCF agent that is not installed, where one with such a name is."""
    words = agent.split(":")
    if len(words) != 3 or words[0] != "ocf" or not os.path.isdir(OCF_ROOT):
        return None
    installed = [f"ocf:{p}:{a}" for p in os.listdir(OCF_ROOT) for a in _names_in(os.path.join(OCF_ROOT, p))]
    return did_you_mean(agent, [a for a in installed if a.split(":")[1] == words[1]] or installed)


def _names_in(folder: str) -> list[str]:
    return [name for name in os.listdir(folder) if not name.startswith(".")] if os.path.isdir(folder) else []


def agent_path(agent: str) -> str | None:
    """The agent's program; None where it is not installed or the name is none."""
    words = agent.split(":")
    if not all(_SAFE.fullmatch(w) and not w.startswith((".", "-")) for w in words):
        return None
    match words:
        case ["ocf", provider, name]:
            candidates = [os.path.join(OCF_ROOT, provider, name)]
        case ["stonith", name]:
            candidates = [os.path.join(folder, name) for folder in FENCE_FOLDERS]
        case _:
            return None
    return next((p for p in candidates if os.path.isfile(p) and os.access(p, os.X_OK)), None)


def cache_folder() -> Path | None:
    """``$XDG_CACHE_HOME/pacewright``; None where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    if os.path.isabs(base):
        return Path(base) / "pacewright"
    home = os.environ.get("HOME") or ""
    return Path(home) / ".cache" / "pacewright" if os.path.isabs(home) else None


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
