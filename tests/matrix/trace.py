#!/usr/bin/env -S python3 -I -S
"""An alert agent of Pacemaker: appends each alert to a file of this node, one line of JSON.

The cluster runs it as hacluster. One write, so that alerts running beside each other never mix.
"""

import json
import os

TRACE = "/var/log/pacemaker/matrix-trace.jsonl"


def main() -> None:
    told = {
        name.removeprefix("CRM_alert_"): value for name, value in os.environ.items() if name.startswith("CRM_alert_")
    }
    line = json.dumps(told, sort_keys=True) + "\n"
    handle = os.open(TRACE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


main()
