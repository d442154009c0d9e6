"""The catalogue: all files read, a site's laid over ours, and asked by name.

``pacewright status`` and its like never import this: reading takes a tenth of a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import TypeVar

from pacewright.catalogue.facts.entries import COMMON_KEYS, read_option, read_service
from pacewright.catalogue.facts.reader import ORIGIN_KEYS, Reader
from pacewright.catalogue.facts.rules import judge
from pacewright.catalogue.facts.tree import Items, Keys, Text, Tree, laid_over, read_tree
from pacewright.catalogue.facts.values import DeploymentOption, Group, Holds, Service, unconditional
from pacewright.catalogue.facts.ways import read_group
from pacewright.catalogue.releases import within
from pacewright.model.errors import InputError
from pacewright.model.immutable import immutable
from pacewright.model.report import Place, Report, Reports, did_you_mean

T = TypeVar("T")
VARIABLE = "PACEWRIGHT_CATALOGUE"
OURS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "services")
_FILE_KEYS = ("project", "title", *ORIGIN_KEYS, "common", "services", "groups", "options", "notes")


@immutable(frozen=True, slots=True)
class Catalogue:
    """In the order of files, and in a file's own order.

    ``options``: those of deployments that conditions ask for.
    """

    services: Mapping[str, Service]
    groups: Mapping[str, Group]
    options: Mapping[str, DeploymentOption]

    def options_with(self, given: Mapping[str, str]) -> dict[str, str]:
        """A deployment's options, with the defaults of those that it does not set."""
        defaults = {o.name: o.default for o in self.options.values() if o.default is not None}
        return {**defaults, **given}

    def find(self, word: str) -> Service:
        """By name or alias. Raises InputError with a suggestion."""
        found = self.services.get(word) or next((s for s in self.services.values() if word in s.aliases), None)
        if found is None:
            names = [*self.services, *(alias for s in self.services.values() for alias in s.aliases)]
            hint = did_you_mean(word, names) or "'pacewright services' lists them"
            raise InputError([Report("unknown-service", f"no service '{word}'", suggestion=hint)])
        return found

    def providing(self, need: str) -> tuple[Service, ...]:
        """The services that satisfy a need: the one of that name, or all that provide it."""
        named = self.services.get(need)
        return (named,) if named is not None else tuple(s for s in self.services.values() if need in s.provides)

    def group(self, identity: str, architecture: str, release: str) -> Group | None:
        group = self.groups.get(identity)
        fits = group is not None and architecture in group.architectures and within(release, group.since, group.until)
        return group if fits else None

    def members(self, group: str, architecture: str, release: str, holds: Holds = unconditional) -> tuple[Service, ...]:
        """The services that are members of a group, in its order."""
        ways = ((service, service.way(architecture, release, holds)) for service in self.services.values())
        placed = [(way.place, service) for service, way in ways if way is not None and way.group == group]
        return tuple(service for _, service in sorted(placed, key=lambda pair: pair[0]))


def site_folders(given: str | None = None) -> tuple[str, ...]:
    """Folders of a site's own files: the one given, else those of ``$PACEWRIGHT_CATALOGUE``; later ones win."""
    folders = [given] if given else os.environ.get(VARIABLE, "").split(os.pathsep)
    return tuple(folder for folder in folders if folder)


@cache
def load_catalogue(folders: tuple[str, ...] = ()) -> Catalogue:
    """Ours with those of site folders laid over it. Raises InputError with all mistakes of all files."""
    reports = Reports()
    reader = Reader(reports)
    trees: dict[str, Tree] = {}
    for folder in (OURS, *folders):
        for project, tree in _trees(folder, reports):
            trees[project] = laid_over(trees[project], tree) if project in trees else tree
    catalogue = _catalogue(reader, trees)
    judge(catalogue.services, catalogue.groups, catalogue.options, reader)
    if reports.errors:
        raise InputError(
            sorted(dict.fromkeys(reports), key=lambda r: (r.place.file, r.place.line or 0) if r.place else ("", 0))
        )
    return catalogue


def _trees(folder: str, reports: Reports) -> Iterable[tuple[str, Tree]]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".yaml"))
    except OSError as error:
        reports.error("unreadable", f"the folder of a catalogue cannot be read: {error.strerror}", Place(folder))
        return
    for name in names:
        path = os.path.join(folder, name)
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            reports.error("unreadable", f"cannot be read: {error.strerror}", Place(path))
            continue
        tree = read_tree(data, path, reports)
        if tree is not None:
            yield name.removesuffix(".yaml"), tree


def _catalogue(reader: Reader, trees: Mapping[str, Tree]) -> Catalogue:
    services: dict[str, Service] = {}
    groups: dict[str, Group] = {}
    options: dict[str, DeploymentOption] = {}
    for project, tree in sorted(trees.items()):
        keys = reader.keys(tree, _FILE_KEYS)
        if keys is None:
            continue
        _judge_name(reader, project, keys)
        origin, common = reader.origin(keys, None), reader.keys(keys.get("common"), COMMON_KEYS)
        read = partial(read_service, reader, project, origin, common)
        services |= _entries(reader, keys, "services", read)
        groups |= _entries(reader, keys, "groups", partial(read_group, reader, origin))
        options |= _entries(reader, keys, "options", partial(read_option, reader))
    return Catalogue(services, groups, options)


def _judge_name(reader: Reader, project: str, keys: Keys) -> None:
    named = reader.needed(keys, "project")
    if named is not None and named != project:
        reader.error("wrong-project", f"the file of project '{named}' is {named}.yaml", keys.pairs["project"][0])


def _entries(reader: Reader, keys: Keys, key: str, read: Callable[[str, Tree], T | None]) -> dict[str, T]:
    """What the file has under that key, by name; what cannot be read is reported and left out."""
    tree, found = keys.get(key), {}
    if isinstance(tree, Items) or (isinstance(tree, Text) and tree.text is not None):
        reader.error("wrong-type", f"'{key}' is a mapping", tree.place)
    for name, (place, each) in tree.pairs.items() if isinstance(tree, Keys) else ():
        is_new, entry = reader.is_new(name, place), read(name, each)
        if entry is None:
            reader.failed.add(name)
        elif is_new:
            found[name] = entry
    return found
