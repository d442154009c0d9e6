"""``group``, ``clone``, ``ms`` and ``bundle``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pacewright.model.attributes import META, PARAMS
from pacewright.model.element import Element, attributes_of
from pacewright.model.resources import (
    RUNTIMES,
    Bundle,
    Clone,
    Container,
    Group,
    Network,
    PortMapping,
    Storage,
    StorageMapping,
)
from pacewright.sources.crm.reader.cursor import Cursor
from pacewright.sources.crm.reader.draft import Draft, Entry
from pacewright.sources.crm.reader.hints import hint
from pacewright.sources.crm.reader.primitives import read_description
from pacewright.sources.crm.reader.sets import SetWords, read_set, read_sets
from pacewright.sources.crm.words import BUNDLE_TERMINATORS, BUNDLE_WORDS, CONTAINER_SETS, REFERENCE

_BUNDLE_PAIR = re.compile(r"([^=]+)=(.*)")


def _set_words(address: str) -> SetWords:
    addresses = {PARAMS: f"{address}/params/", META: f"{address}/meta/"}
    return SetWords(CONTAINER_SETS, addresses, implicit="params")


def read_group(cursor: Cursor, draft: Draft) -> None:
    identity, place = cursor.identifier("an id"), cursor.place(1)
    address = f"resource {identity}"
    members: dict[str, None] = {}
    while (member := cursor.peek()) is not None and "=" not in member and cursor.word() not in CONTAINER_SETS:
        cursor.at += 1
        if member in members:
            cursor.error("crm-member-twice", f"'{member}' stands twice in group '{identity}'", back=1)
        else:
            draft.note(f"{address}/group/{member}", cursor.place(1))
            members[member] = None
    if not members:
        cursor.error("crm-empty-group", f"group '{identity}' has no members")
    group = Group(id=identity, description=read_description(cursor))
    sets = read_sets(cursor, draft, _set_words(address))
    cursor.finish(CONTAINER_SETS)
    if draft.claim(identity, place, address):
        draft.resources[identity] = Entry(replace(group, params=sets[PARAMS], meta=sets[META]), place, tuple(members))


def read_clone(cursor: Cursor, draft: Draft) -> None:
    identity, place = cursor.identifier("an id"), cursor.place(1)
    address = f"resource {identity}"
    member = cursor.take("a resource")
    if not REFERENCE.fullmatch(member):
        cursor.fail("crm-missing-value", f"the id of a resource expected, not '{member}'", back=1)
    tag = "clone" if cursor.keyword == "clone" else "master"
    clone = Clone(tag=tag, id=identity, description=read_description(cursor))
    sets = read_sets(cursor, draft, _set_words(address))
    cursor.finish(CONTAINER_SETS)
    if draft.claim(identity, place, address):
        draft.resources[identity] = Entry(replace(clone, params=sets[PARAMS], meta=sets[META]), place, (member,))


def read_bundle(cursor: Cursor, draft: Draft) -> None:
    identity, place = cursor.identifier("an id"), cursor.place(1)
    address = f"resource {identity}"
    bundle = Bundle(id=identity, description=read_description(cursor))
    words = SetWords(CONTAINER_SETS, _set_words(address).addresses, terminators=BUNDLE_TERMINATORS)
    members: tuple[str, ...] = ()
    while (word := cursor.word()) in BUNDLE_WORDS:
        cursor.at += 1
        if word in RUNTIMES:
            bundle = replace(bundle, container=Container(tag=word, **_values(cursor, Container)))
        elif word == "network":
            bundle = replace(bundle, network=_read_network(cursor, bundle.network or Network(tag="network")))
        elif word == "storage":
            bundle = replace(bundle, storage=_read_storage(cursor, bundle.storage or Storage(tag="storage")))
        elif word == "primitive":
            members = (cursor.take("the id of a primitive"),)
        elif word == "meta":
            bundle = replace(bundle, meta=(*bundle.meta, read_set(cursor, draft, META, words)))
        else:
            bundle = replace(bundle, params=(*bundle.params, read_set(cursor, draft, PARAMS, words)))
    cursor.finish((*BUNDLE_WORDS, "port-mapping", "storage-mapping"))
    if bundle.container is None:
        cursor.error("crm-missing-value", f"bundle '{identity}' needs one of {', '.join(RUNTIMES)}", back=1)
    if draft.claim(identity, place, address):
        draft.resources[identity] = Entry(bundle, place, members)


def _read_network(cursor: Cursor, network: Network) -> Network:
    network = replace(network, **_values(cursor, Network))
    while cursor.accept("port-mapping"):
        network = replace(network, ports=(*network.ports, PortMapping(**_values(cursor, PortMapping))))
    return network


def _read_storage(cursor: Cursor, storage: Storage) -> Storage:
    storage = replace(storage, **_values(cursor, Storage))
    while cursor.accept("storage-mapping"):
        storage = replace(storage, mappings=(*storage.mappings, StorageMapping(**_values(cursor, StorageMapping))))
    return storage


def _values(cursor: Cursor, cls: type[Element]) -> dict[str, Any]:
    """The element's attributes, as keyword arguments."""
    fields = {declared.name: field for field, declared in attributes_of(cls)}
    values: dict[str, Any] = {}
    while found := cursor.match(_BUNDLE_PAIR):
        if found[1] in fields:
            values[fields[found[1]]] = found[2]
        else:
            suggestion = hint(found[1], fields)
            cursor.error("crm-unknown-attribute", f"unknown attribute '{found[1]}'", suggestion=suggestion, back=1)
    return values
