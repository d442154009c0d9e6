"""Words of pcs commands that reading and writing share: options to field names."""

from __future__ import annotations

import re

ID = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
OPERATION_OPTIONS = {
    "id": "id", "interval": "interval", "description": "description", "start-delay": "start_delay",
    "interval-origin": "interval_origin", "timeout": "timeout", "enabled": "enabled",
    "record-pending": "record_pending", "role": "role", "on-fail": "on_fail",
}  # fmt: skip
CHECK_LEVEL = "OCF_CHECK_LEVEL"  # the one parameter of an operation that pcs can set
NODE_OPTIONS = {"id": "id", "type": "type", "description": "description", "score": "score"}
