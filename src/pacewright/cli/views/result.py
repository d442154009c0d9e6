"""What apply and wait say at the end."""

from __future__ import annotations

from pacewright.cli.session import Document, Style


def result_text(document: Document, style: Style) -> str:
    plan = document["plan"]
    count = len(plan["changes"])
    if not document["written"]:
        head = "nothing to do" if not count else "nothing written"
    else:
        head = f"{count} change{'s' if count != 1 else ''} written"
    if not document["settled"]:
        return f"{head}; not waited for"
    where = " (operations are simulated)" if document["simulated"] else ""
    if document["as_desired"]:
        return f"{style('green', head)}; settled, as desired{where}"
    return f"{head}; {style('red', 'settled, but not as desired')}{where}\n{_open(document)}"


def wait_text(document: Document, style: Style) -> str:
    if not document["not_as_desired"]:
        return f"settled after {document['seconds']} s, {style('green', 'as desired')}"
    return f"settled after {document['seconds']} s, {style('red', 'but not as desired')}\n{_open(document)}"


def _open(document: Document) -> str:
    return "\n".join(
        f"  {each['resource']}: {'; '.join(each['why']) or 'not as desired'}" for each in document["not_as_desired"]
    )
