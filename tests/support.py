"""Small configurations for tests."""

from __future__ import annotations

from pacewright.cib.codec import read_cib
from pacewright.model.configuration import Configuration


def cib(
    resources: str = "",
    *,
    constraints: str = "",
    crm_config: str = "",
    nodes: str = '<node id="1" uname="alice"/><node id="2" uname="bob"/>',
    rest: str = "",
) -> str:
    """A whole CIB document from the insides of its sections."""
    return (
        '<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="5" num_updates="0" have-quorum="1"><configuration>'
        f"<crm_config>{crm_config}</crm_config><nodes>{nodes}</nodes><resources>{resources}</resources>"
        f"<constraints>{constraints}</constraints>{rest}</configuration><status/></cib>"
    )


def configuration(resources: str = "", **sections: str) -> Configuration:
    return read_cib(cib(resources, **sections).encode())[0]


def dummy(identity: str, fake: str | None = None, meta: str = "") -> str:
    """A Dummy primitive; ``meta`` is the inside of its meta attributes."""
    params = (
        f'<instance_attributes id="{identity}-ia"><nvpair id="{identity}-fake" name="fake" value="{fake}"/></instance_attributes>'
        if fake is not None
        else ""
    )
    inside = f'<meta_attributes id="{identity}-meta">{meta}</meta_attributes>' if meta else ""
    return f'<primitive id="{identity}" class="ocf" provider="pacemaker" type="Dummy">{params}{inside}</primitive>'
