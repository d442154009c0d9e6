"""Runs inside the lab's images as a part of ``kolla_start``: puts configuration where Kolla's config.json says.

``config_files`` are copied with their modes, ``permissions`` set; ``command`` is printed. Standard library only.
"""

import json
import os
import shutil
import sys
from glob import glob

CONFIG = "/var/lib/kolla/config_files/config.json"


def main(path: str = CONFIG) -> None:
    with open(path, encoding="utf-8") as file:
        wanted = json.load(file)
    for each in wanted.get("config_files", []):
        found = sorted(glob(each["source"]))
        if not found and not each.get("optional"):
            sys.exit(f"kolla_start: {each['source']} is missing")
        for source in found:
            target = target_of(source, each["dest"], many="*" in each["source"])
            copy(source, target)
            if "owner" in each and not os.path.isdir(source):
                give(target, each["owner"], recurse=False)
                os.chmod(target, int(each.get("perm", "0600"), 8))
    for each in wanted.get("permissions", []):
        give(each["path"], each["owner"], recurse=bool(each.get("recurse")))
    print(wanted["command"])


def target_of(source: str, dest: str, *, many: bool) -> str:
    """A file goes into a folder whose name ends in a slash, a folder becomes it; of many each goes into it."""
    into = many or (dest.endswith("/") and not os.path.isdir(source))
    return os.path.join(dest, os.path.basename(source)) if into else dest


def copy(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
        for name in sorted(os.listdir(source)):
            copy(os.path.join(source, name), os.path.join(target, name))
        return
    os.makedirs(os.path.dirname(target) or "/", exist_ok=True)
    shutil.copyfile(source, target)
    shutil.copymode(source, target)


def give(path: str, owner: str, *, recurse: bool) -> None:
    """``owner``: USER or USER:GROUP."""
    user, _, group = owner.partition(":")
    shutil.chown(path, user, group or None)
    for folder, _, names in os.walk(path) if recurse else ():
        for each in [folder, *(os.path.join(folder, name) for name in names)]:
            if not os.path.islink(each):
                shutil.chown(each, user, group or None)


if __name__ == "__main__":
    main()
