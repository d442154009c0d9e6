"""A node's BMC: IPMI over LAN by pyghmi; its power button is the keeper. ``python -m pacewright.lab.bmc LAB NODE``."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from pyghmi.ipmi.bmc import Bmc

from pacewright.lab.control import IPMI, ask
from pacewright.lab.layout import Lab, LabNode, load_lab

_FAILED = 0xCC  # "invalid data field": what a BMC says when its button does nothing


class NodeBmc(Bmc):  # type: ignore[misc]
    """pyghmi calls these methods when a command comes in; an integer is the IPMI completion code."""

    def __init__(self, lab: Lab, node: LabNode) -> None:
        self.lab, self.node = lab, node
        super().__init__({lab.bmc_user: lab.bmc_password}, port=623, address=f"::ffff:{node.bmc_address}")

    def get_power_state(self) -> str:
        return "on" if self._ask("power")["on"] else "off"

    def power_off(self) -> int | None:
        return self._press("power-off")

    def power_on(self) -> int | None:
        return self._press("power-on")

    def power_reset(self) -> int | None:
        return self._press("power-reset")

    power_cycle = power_reset
    power_shutdown = power_off

    def cold_reset(self) -> int:
        return 0

    def _press(self, verb: str) -> int | None:
        try:
            self._ask(verb)
        except Exception:
            traceback.print_exc()
            return _FAILED
        return None

    def _ask(self, verb: str) -> dict[str, Any]:
        return ask(self.lab.folder, verb, node=self.node.name, who=IPMI, timeout=30)


if __name__ == "__main__":
    lab = load_lab(sys.argv[1])
    NodeBmc(lab, lab.node(sys.argv[2])).listen()
