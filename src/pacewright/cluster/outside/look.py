"""What is on a node: units as systemd sees them, our files, and the configuration that services read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from pacewright.architectures.oslo import effective, files_read, folders_named
from pacewright.architectures.outside import OnNode, Value
from pacewright.architectures.outside_forms import NAME, settings_path
from pacewright.cluster.runner import Runner
from pacewright.model.errors import ToolError
from pacewright.model.immutable import immutable

# StartLimitInterval: as systemd called it before 230
_PROPERTIES = (
    "LoadState", "UnitFileState", "Restart", "StartLimitIntervalUSec", "StartLimitInterval", "ExecStart", "MainPID",
    "DropInPaths", "NeedDaemonReload", "ActiveState", "InvocationID",
)  # fmt: skip
_ARGUMENTS = re.compile(r"argv\[\]=(.*?) ; ignore_errors=")
_INIT = "/etc/init.d/"  # Debian's units start a script that adds --config-file


@immutable(frozen=True, slots=True)
class UnitState:
    """``properties``: as ``systemctl show`` has them. ``arguments``: the command line, of the process if it runs."""

    properties: Mapping[str, str]
    arguments: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        return self.properties.get("LoadState") not in (None, "not-found")

    @property
    def file_state(self) -> str:
        """``enabled``, ``disabled``, ``static``, ``masked``, ..."""
        return self.properties.get("UnitFileState", "")

    @property
    def active(self) -> bool:
        return self.properties.get("ActiveState") in ("active", "reloading")

    @property
    def run(self) -> str:
        """What tells one run of the unit from the next: main process, and systemd's number of it (none before 232)."""
        return f"{self.properties.get('MainPID') or '0'}/{self.properties.get('InvocationID') or '-'}"

    @property
    def cluster_controlled(self) -> bool:
        """Pacemaker's own drop-in is there, whether systemd has read it or not."""
        return "/50-pacemaker.conf" in self.properties.get("DropInPaths", "")

    @property
    def restarts_for_ever(self) -> bool:
        limit = self.properties.get("StartLimitIntervalUSec") or self.properties.get("StartLimitInterval")
        return self.properties.get("Restart") == "always" and limit in ("0", "0s")


@immutable(frozen=True, slots=True)
class File:
    mode: int
    text: str


@immutable(frozen=True, slots=True)
class Reading:
    """What a unit's program reads for a setting. ``file``: where; empty: nowhere. ``read``: all its files."""

    value: str | None
    file: str
    read: tuple[str, ...]


@immutable(frozen=True, slots=True)
class NodeState:
    """``units`` by name. ``ours``: files of our name in /etc, by path. ``readings``: by setting and unit."""

    units: Mapping[str, UnitState]
    ours: Mapping[str, File]
    readings: Mapping[tuple[Value, str], Reading]


def look(runner: Runner, here: OnNode, release: str, distribution: str) -> NodeState:
    """A handful of commands, whatever the number of units. Raises ToolError where there is no systemd."""
    units = unit_states(runner, [unit.name for unit in (*here.enabled, *here.pacemaker)])
    pairs = [(value, unit) for value in here.settings for unit in (value.units or ("",))]
    arguments = {pair: _arguments(units.get(pair[1]), pair[0].file) for pair in pairs}
    folders = {folder for (value, _), words in arguments.items() for folder in folders_named(value.file, words)}
    found = _found(runner, sorted(folders))
    names: dict[str, list[str]] = {}
    for path in found:
        folder, _, name = path.rpartition("/")
        names.setdefault(folder, []).append(name)
    for value in here.settings:  # whether a folder is read can be told before our file is in it
        folder, _, name = settings_path(value.file, distribution).rpartition("/")
        if name not in names.setdefault(folder, []):
            names[folder].append(name)
    read = {
        pair: files_read(pair[0].file, arguments[pair], release, lambda folder: names.get(folder.rstrip("/"), []))
        for pair in pairs
    }
    ours = [path for path in found if path.endswith(f"/{NAME}")]
    texts = _texts(runner, {*ours, *(path for paths in read.values() for path in paths)})
    readings = {}
    for (value, unit), paths in read.items():
        said, file = effective(paths, texts, value.section, value.option)
        readings[(value, unit)] = Reading(said, file, tuple(paths))
    return NodeState(units, {path: File(found[path], texts.get(path, "")) for path in ours}, readings)


def unit_states(runner: Runner, names: Sequence[str]) -> dict[str, UnitState]:
    """In the order asked: what a name is an alias of answers under its own."""
    if not names:
        return {}
    done = runner.run(["systemctl", "show", f"--property={','.join(_PROPERTIES)}", "--", *names])
    blocks = [block for block in done.stdout.decode(errors="replace").split("\n\n") if block.strip()]
    if done.code != 0 or len(blocks) != len(names):
        raise ToolError(done.command, done.code, done.stderr)
    states = [dict(line.partition("=")[::2] for line in block.splitlines()) for block in blocks]
    running = _command_lines(runner, [state.get("MainPID", "0") for state in states])
    units = {}
    for name, state in zip(names, states, strict=True):
        words = running.get(state.get("MainPID", "0")) or _configured(state.get("ExecStart", ""))
        units[name] = UnitState(state, tuple(words))
    return units


def _configured(text: str) -> list[str]:
    found = _ARGUMENTS.search(text)
    try:
        return shlex.split(found[1]) if found else []
    except ValueError:
        return found[1].split() if found else []


def _command_lines(runner: Runner, pids: Iterable[str]) -> dict[str, list[str]]:
    """Words by process id, of those that are still there."""
    paths = [f"/proc/{pid}/cmdline" for pid in dict.fromkeys(pids) if pid.isdecimal() and pid != "0"]
    if not paths:
        return {}
    done = runner.run(["grep", "-azH", "", "--", *paths])  # each word with the file's name before it
    found: dict[str, list[str]] = {}
    for record in done.stdout.decode(errors="replace").split("\0"):
        path, colon, word = record.partition(":")
        if colon and path.startswith("/proc/"):
            found.setdefault(path.split("/")[2], []).append(word)
    return found


def _arguments(unit: UnitState | None, file: str) -> tuple[str, ...]:
    words = unit.arguments if unit is not None else ()
    return (words[0], "--config-file", file) if words and words[0].startswith(_INIT) else words


def _found(runner: Runner, folders: Sequence[str]) -> dict[str, int]:
    """Modes by path: files of our name anywhere in /etc, and ``*.conf`` in the folders."""
    looks = [["/etc", "-maxdepth", "5", "-name", NAME]]
    looks += [[*folders, "-maxdepth", "1", "-name", "*.conf"]] if folders else []
    found: dict[str, int] = {}
    for words in looks:
        done = runner.run(["find", *words, "-printf", "%m %p\\0"])
        for record in done.stdout.decode(errors="surrogateescape").split("\0"):
            mode, _, path = record.partition(" ")
            if path:
                found[path] = int(mode, 8)
    return found


def _texts(runner: Runner, paths: Iterable[str]) -> dict[str, str]:
    return {path: data.decode(errors="replace") for path, data in runner.read_files(sorted(paths)).items()}
